"""The quick preset shows what a lesson is about: memorised at once, ignorant for long, then a leap.

Usage: quick_preset_test.py GROKSCOPE
"""
import csv
import io
import subprocess
import sys

PATIENCE = 600


def main():
    done = subprocess.run([sys.argv[1], "train", "--preset", "thirty-seconds", "--until-grok", "--quiet", "--notebook",
                           "none", "--progress-every", "0", "--csv", "/dev/stdout"], capture_output=True, text=True,
                          timeout=PATIENCE, check=True)
    rows = [(int(row["epoch"]), float(row["train_acc"]), float(row["test_acc"]))
            for row in csv.DictReader(io.StringIO(done.stdout))]

    def first(reached):
        return next(epoch for epoch, train, test in rows if reached(train, test))

    memorised = first(lambda train, _: train >= 0.99)
    left = first(lambda _, test: test >= 0.25)
    grokked = first(lambda _, test: test >= 0.95)
    at_memorised = next(test for epoch, _, test in rows if epoch == memorised)
    print(f"memorised at {memorised} with {at_memorised:.1%} of the others, 25 % at {left}, 95 % at {grokked}")
    assert memorised < 0.1 * grokked, "memorised at once"
    assert at_memorised < 0.05, "knows nothing else"
    assert left > 0.6 * grokked, "stays low"
    assert grokked < 3000, "within half a minute: two idle cores take about 6 ms an epoch"


main()
