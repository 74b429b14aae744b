#!/usr/bin/env python3
"""The tables of stencils and their controls in docs/findings.md, of one CSV file that `grokscope sweep` wrote.

usage: stencils.py FILE LIMIT   LIMIT: the epoch at which a run that had not grokked ended
"""

import csv
import itertools
import math
import statistics
import sys

from paired import holm, ratio, wilcoxon

BASELINE = "baseline"
FULL = "[-1,0,+1]"
RIVALRY = ["[0]", "[-1,0]", "[0,+1]", "[-1,+1]", FULL]


def read(file, limit):
    """Rows by variant and seed; what a run that had not grokked lacks counts with its end, and is censored."""
    runs = {}
    with open(file, newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            run = {name: float(row[name]) for name in ("stable_grok", "times_lost", "gflop")}
            run["censored"] = row["grokked"] != "1"
            run["grok"] = limit if run["censored"] else int(row["epoch"])
            runs.setdefault(row["variant"], {})[int(row["seed"])] = run
    seeds = sorted(runs[BASELINE])
    for variant, of_seeds in runs.items():
        if sorted(of_seeds) != seeds:
            sys.exit(f"{file}: {variant} has other seeds than the baseline")
    return runs, seeds


def logs(runs, seeds, above, below, figure="grok"):
    """Log of a figure of one variant over that of another, seed by seed."""
    return [math.log(runs[above][seed][figure] / runs[below][seed][figure]) for seed in seeds]


def written(p):
    return f"{p:.1e}" if p < 0.001 else f"{p:.3f}"


def speed_ups(runs, seeds):
    lines = ["| run | grok epoch, median (least to most) | not by the limit | speed-up (95 %) | faster than the baseline "
             "| lasting, median | lost again | operations, 1e9, median | operations of the baseline over its own (95 %) |",
             "|---|---|---|---|---|---|---|---|---|"]
    for variant, of_seeds in runs.items():
        grok = [of_seeds[seed]["grok"] for seed in seeds]
        stable = [of_seeds[seed]["stable_grok"] for seed in seeds]
        lasting = [one for one in stable if not math.isnan(one)]
        words = f"{statistics.median(lasting):,.0f}" if lasting else "none"
        if len(lasting) < len(seeds):
            words += f" of {len(lasting)}"
        paired = ["1", "", "1"]
        if variant != BASELINE:
            faster = sum(one > 0 for one in logs(runs, seeds, BASELINE, variant))
            paired = [ratio(logs(runs, seeds, BASELINE, variant)), f"{faster} of {len(seeds)}",
                      ratio(logs(runs, seeds, BASELINE, variant, "gflop"))]
        lines.append(f"| {variant} | {statistics.median(grok):,.0f} ({min(grok):,} to {max(grok):,}) "
                     f"| {sum(of_seeds[seed]['censored'] for seed in seeds)} | {paired[0]} | {paired[1]} | {words} "
                     f"| {sum(of_seeds[seed]['times_lost'] for seed in seeds):.0f} "
                     f"| {statistics.median(of_seeds[seed]['gflop'] for seed in seeds):,.0f} | {paired[2]} |")
    return lines


def against(runs, seeds, pairs):
    """A row a pair: how many times as many epochs the first takes, and p, Holm's for the number of rows."""
    values = [logs(runs, seeds, first, second) for first, second in pairs]
    corrected = holm([wilcoxon(one) for one in values])
    lines = ["| first | second | epochs of the first over those of the second (95 %) | first slower | p, corrected |",
             "|---|---|---|---|---|"]
    for (first, second), one, p in zip(pairs, values, corrected):
        lines.append(f"| {first} | {second} | {ratio(one)} | {sum(value > 0 for value in one)} of {len(one)} "
                     f"| {written(p)} |")
    return lines


def tables(file, limit):
    runs, seeds = read(file, limit)
    controls = [variant for variant in runs if variant.startswith((FULL + " ", "penalty"))]
    return [speed_ups(runs, seeds), against(runs, seeds, list(itertools.combinations(RIVALRY, 2))),
            against(runs, seeds, [(control, FULL) for control in controls])]


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__.strip())
    print("\n\n".join("\n".join(lines) for lines in tables(sys.argv[1], int(sys.argv[2]))))


if __name__ == "__main__":
    main()
