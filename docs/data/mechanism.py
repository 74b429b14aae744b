#!/usr/bin/env python3
"""The experiment on the mechanism of stencils, as docs/findings.md registers it: trains what mechanism.csv lacks, then
prints the table.

usage: mechanism.py [PROGRAM [SEEDS]]   without PROGRAM: the table alone, of what the file has; SEEDS: so many, 24 else
"""

import csv
import json
import math
import pathlib
import statistics
import subprocess
import sys
import tempfile

from paired import interval, ratio

FILE = pathlib.Path(__file__).with_name("mechanism.csv")
COLUMNS = ["seed", "arm", "memorised", "grok", "grokked", "epochs"]
LIMIT = 10_000
SEEDS = [999, *range(23)]
STENCIL = "-1,0,1"
SETTINGS = ["--p=43", "--frac=0.6", "--d-model=64", f"--epochs={LIMIT}", "--until-grok", "--progress-every=0",
            "--snapshot-every=10000", "--weights-every=10000", "--threads=1", "--quiet"]
ARMS = ["baseline", "whole", "early", "late", "late frozen"]


def rows():
    if not FILE.exists():
        return []
    with FILE.open(newline="") as file:
        return list(csv.DictReader(file))


def train(program, seed, notebook):
    """The five runs of one seed, in the order of ARMS."""
    def run(*words):
        subprocess.run([program, "train", *words, f"--notebook={notebook}"], check=True)
        shown = subprocess.run([program, "show", "last", "--json", f"--notebook={notebook}"], check=True,
                               capture_output=True, text=True)
        return json.loads(shown.stdout)

    def fork(original, *changes):
        words = [f"--branch={original['run']}", f"--at={memorised(original)}", "--set=stop_when_grokked=true",
                 "--threads=1", "--quiet"]  # a fork goes on to the last epoch, unless told to stop
        return run(*words, *(f"--set={change}" for change in changes))

    baseline = run(*SETTINGS, f"--seed={seed}")
    whole = run(*SETTINGS, f"--seed={seed}", f"--stencil={STENCIL}")
    return [baseline, whole, fork(whole, "stencil=baseline"), fork(baseline, f"stencil={STENCIL}"),
            fork(baseline, f"stencil={STENCIL}", "control=frozen-probe")]


def memorised(shown):
    return next(mark["epoch"] for mark in shown["marks"] if mark["kind"] == "memorised")


def record(program, wanted):
    have = {int(row["seed"]) for row in rows()}
    for seed in wanted:
        if seed in have:
            continue
        with tempfile.TemporaryDirectory() as folder:
            runs = train(program, seed, pathlib.Path(folder) / "runs.db")
            origins = [runs[0], runs[1], runs[1], runs[0], runs[0]]
            new = not FILE.exists()
            with FILE.open("a", newline="") as file:
                writer = csv.writer(file, lineterminator="\n")
                if new:
                    writer.writerow(COLUMNS)
                for arm, run, origin in zip(ARMS, runs, origins):
                    grok = run["grok_epoch"]
                    writer.writerow([seed, arm, memorised(origin), "" if grok is None else grok,
                                     int(grok is not None), run["epoch"]])


def share(arm, whole):
    """Share of the mean log speed-up, and the ends of its interval by Fieller."""
    def told_from_0(candidate):
        mean, half = interval([one - candidate * other for one, other in zip(arm, whole)])
        return abs(mean) > half

    best = statistics.fmean(arm) / statistics.fmean(whole)
    ends = []
    for step in (-0.001, 0.001):
        end = best
        while not told_from_0(end + step) and abs(end - best) < 20:
            end += step
        ends.append(end)
    return best, ends


def table(data):
    grok = {}
    for row in data:
        grok[row["arm"], int(row["seed"])] = int(row["grok"] or LIMIT)
    seeds = sorted({int(row["seed"]) for row in data})
    logs = {arm: [math.log(grok["baseline", seed] / grok[arm, seed]) for seed in seeds] for arm in ARMS}
    lines = ["| run | grok epoch, median | not by 10,000 | speed-up, geometric mean (95 %) | share of `whole` (95 %) |",
             "|---|---|---|---|---|"]
    for arm in ARMS:
        censored = sum(row["arm"] == arm and row["grokked"] == "0" for row in data)
        median = statistics.median(grok[arm, seed] for seed in seeds)
        line = f"| {arm} | {median:,.0f} | {censored} "
        if arm == "baseline":
            line += "| 1 | |"
        else:
            line += f"| {ratio(logs[arm])} "
            if arm == "whole":
                line += "| 1 |"
            else:
                best, ends = share(logs[arm], logs["whole"])
                line += f"| {best:.2f} ({ends[0]:.2f} to {ends[1]:.2f}) |"
        lines.append(line)
    return lines


def main():
    if len(sys.argv) > 1:
        record(sys.argv[1], SEEDS[:int(sys.argv[2])] if len(sys.argv) > 2 else SEEDS)
    data = rows()
    if len({row["seed"] for row in data}) < 2:
        sys.exit("mechanism.csv has fewer than two seeds: mechanism.py PROGRAM trains them")
    print("\n".join(table(data)))


if __name__ == "__main__":
    main()
