#!/usr/bin/env python3
"""The table of a plane of settings in docs/findings.md, of one CSV file that `grokscope sweep --vary` wrote.

usage: plane.py FILE
"""

import csv
import re
import sys


def table(file):
    """Median grok epochs over the seeds, all runs that had not grokked having ended at one limit."""
    cells = {}
    with open(file, newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            down, across = re.findall(r", (\w+) ([\d.]+)", row["variant"])
            run = (row["grokked"] != "1", int(row["epoch"]))  # those that had not grokked come last
            cells.setdefault((down, across), []).append(run)
    downs = sorted({down for down, _ in cells}, key=lambda one: -float(one[1]))
    acrosses = sorted({across for _, across in cells}, key=lambda one: float(one[1]))
    lines = [f"| {downs[0][0]} \\ {acrosses[0][0]} | " + " | ".join(value for _, value in acrosses) + " |",
             "|---|" + "---|" * len(acrosses)]
    for down in downs:
        words = []
        for across in acrosses:
            runs = sorted(cells[down, across])
            censored, epoch = runs[len(runs) // 2]
            grokked = sum(not one for one, _ in runs)
            words.append(f"{'> ' if censored else ''}{epoch:,} ({grokked} of {len(runs)})")
        lines.append(f"| {down[1]} | " + " | ".join(words) + " |")
    return lines


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__.strip())
    print("\n".join(table(sys.argv[1])))
