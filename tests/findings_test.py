"""docs/findings.md prints the tables that its scripts make of docs/data, and what those reckon with holds.

Usage: findings_test.py ROOT
"""
import csv
import importlib
import math
import pathlib
import re
import sys
import tempfile
import unittest

ROOT = pathlib.Path(sys.argv.pop(1))
DATA = ROOT / "docs" / "data"
NOT_YET = "No run of it is reported yet."
sys.path.insert(0, str(DATA))
sys.dont_write_bytecode = True
mechanism, paired, plane, stencils = map(importlib.import_module, ("mechanism", "paired", "plane", "stencils"))


class Statistics(unittest.TestCase):
    def test_signed_ranks_by_hand(self):
        # Of 32 choices of signs two are as one-sided as five of one sign.
        self.assertEqual(paired.wilcoxon([1, 2, 3, 4, 5]), 2 / 32)
        # Negative ranks sum to 3: five choices of signs do at most that, and five on the other side.
        self.assertEqual(paired.wilcoxon([-1, -2, 3, 4, 5, 6, 7, 8]), 10 / 256)
        self.assertEqual(paired.wilcoxon([1, -2, 3, -4, 5, -6, 0]), paired.wilcoxon([-1, 2, -3, 4, -5, 6]))
        # Mid-ranks 1.5, 1.5, 3: sums 0, 1.5, 1.5, 3, 3, 4.5, 4.5, 6.
        self.assertEqual(paired.wilcoxon([2, 2, 5]), 2 / 8)
        self.assertEqual(paired.wilcoxon([-2, 2, 5]), 6 / 8)

    def test_holm_by_hand(self):
        self.assertEqual(paired.holm([0.01, 0.04, 0.03]), [0.03, 0.06, 0.06])
        self.assertEqual(paired.holm([0.9, 0.8]), [1.0, 1.0])

    def test_an_interval_by_hand(self):
        mean, half = paired.interval([1.0, 2.0, 3.0, 4.0])
        self.assertEqual(mean, 2.5)
        self.assertAlmostEqual(half, 3.182 * math.sqrt(5 / 3) / 2, places=12)

    def test_shares_of_arms_made_up(self):
        whole = [1.0, 1.1, 0.9, 1.05, 0.95]
        best, ends = mechanism.share([0.5 * one for one in whole], whole)
        self.assertAlmostEqual(best, 0.5)
        self.assertAlmostEqual(ends[0], 0.5, delta=0.002)
        self.assertAlmostEqual(ends[1], 0.5, delta=0.002)


class Tables(unittest.TestCase):
    """Each table of each script, line by line; and another file's would be another one."""

    text = (ROOT / "docs" / "findings.md").read_text(encoding="utf-8")

    def expect(self, lines):
        self.assertIn("\n" + "\n".join(lines) + "\n", self.text)

    def test_mechanism(self):
        data = mechanism.rows()
        self.assertEqual(len(data), len(mechanism.SEEDS) * len(mechanism.ARMS))
        self.expect(mechanism.table(data))
        data[3]["grok"] = str(int(data[3]["grok"] or mechanism.LIMIT) + 500)
        self.assertNotEqual(mechanism.table(data), mechanism.table(mechanism.rows()))

    def test_plane(self):
        file = DATA / "plane_p59.csv"
        self.expect(plane.table(file))
        with tempfile.TemporaryDirectory() as folder:
            other = pathlib.Path(folder) / "other.csv"
            other.write_text(file.read_text(encoding="utf-8").replace('3.0",999,1', '3.0",999,0'), encoding="utf-8")
            # Of 330, 370 and 880 the first no longer counts as a grok.
            self.assertEqual(plane.table(other)[3], "| 0.5 | > 6,000 (1 of 3) | 1,970 (2 of 3) | 880 (2 of 3) |")

    def test_stencils(self):
        files = sorted(DATA.glob("stencils_*.csv"))
        self.assertNotEqual(bool(files), NOT_YET in self.text, "what has data is reported, and what has none says so")
        for file in files:
            with self.subTest(file=file.name):
                limit = int(re.search(rf"stencils\.py {file.name} (\d+)", self.text)[1])
                for lines in stencils.tables(file, limit):
                    self.expect(lines)


class MadeUp(unittest.TestCase):
    """The tables of a sweep of three seeds, by hand."""

    runs = {"baseline": ([1000, 2000, 4000], 1), "[0]": ([500, 1000, 2000], 2), "[-1,0]": ([250, 500, 1000], 2),
            "[0,+1]": ([250, 500, 1000], 2), "[-1,+1]": ([250, 500, 1000], 2), "[-1,0,+1]": ([125, 250, 500], 4),
            "[-1,0,+1] frozen": ([250, 500, 1000], 4)}

    def tables(self, ends=""):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "sweep.csv"
            with file.open("w", newline="", encoding="utf-8") as out:
                writer = csv.writer(out)
                writer.writerow("variant seed grokked epoch gflop stable_grok times_lost".split())
                for variant, (epochs, cost) in self.runs.items():
                    for seed, epoch in enumerate(epochs):
                        grokked = variant != ends or seed != 2
                        writer.writerow([variant, seed, int(grokked), epoch if grokked else 7000, cost * epoch,
                                         epoch + 10 if grokked else "nan", 1])
            return stencils.tables(file, 7000)

    def test_ratios(self):
        speed_ups, among, controls = self.tables()
        self.assertEqual(speed_ups[2], "| baseline | 2,000 (1,000 to 4,000) | 0 | 1 |  | 2,010 | 3 | 2,000 | 1 |")
        self.assertEqual(speed_ups[3], "| [0] | 1,000 (500 to 2,000) | 0 | 2.00 (2.00 to 2.00) | 3 of 3 | 1,010 | 3 "
                         "| 2,000 | 1.00 (1.00 to 1.00) |")
        self.assertEqual(len(among), 2 + 10)
        # Three of three by chance: 2 of 8; ten rows of 1 at most.
        self.assertEqual(among[2], "| [0] | [-1,0] | 2.00 (2.00 to 2.00) | 3 of 3 | 1.000 |")
        self.assertEqual(controls[2:], ["| [-1,0,+1] frozen | [-1,0,+1] | 2.00 (2.00 to 2.00) | 3 of 3 | 0.250 |"])

    def test_a_run_that_never_grokked_counts_with_the_limit_and_is_told(self):
        row = self.tables(ends="[0]")[0][3]
        self.assertTrue(row.startswith("| [0] | 1,000 (500 to 7,000) | 1 | 1.32 ("), row)  # cube root of 16 / 7
        self.assertIn("| 2 of 3 | 760 of 2 | 3 |", row)


if __name__ == "__main__":
    unittest.main(verbosity=2)
