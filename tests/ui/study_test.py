#!/usr/bin/env python3
"""Lottery, valley and path of a small real run in the program itself, with real keys and clicks: what they show is what
the command line writes.

usage: study_test.py GROKSCOPE
"""

import json
import sys
import unittest

import plane_test
import window_case
from plane_test import Recorded
from window_case import png_size

PROGRAM = ""
RUN = ["--p=13", "--d-model=32", "--heads=2", "--d-mlp=64", "--threads=1", "--frac=0.8", "--epochs=1000", "--seed=4",
       "--progress-every=20", "--weights-every=100", "--quiet"]


class Studies(Recorded):
    size = "1600x1000"

    def train(self, *more):
        plane_test.PROGRAM = PROGRAM
        self.run_program("train", *RUN, *more, self.notebook)

    def view(self):
        window = self.open(PROGRAM, "view", "1", self.notebook, "--size=1280x720")
        window.wait_event("run_added")
        return window

    def test_the_lottery_has_the_shares_of_the_record_and_its_clicks_go_to_an_epoch(self):
        self.train()
        window = self.view()
        window.act("key", "n")
        self.until(window, "lottery said", "Its neurons were not read yet")
        window.click("lottery_measure")  # the laboratory takes the place of the sheet
        window.act("key", "Escape")
        self.assertEqual(window.quit(), 0)

        self.run_program("measure", "1", "--instruments=features", "--every=100", self.notebook)
        shown = json.loads(self.run_program("export", "1", "--to=json", self.notebook, "--out=-"))
        window = self.view()
        window.click("quick_more")  # the list of views in a window of this width
        window.click("commandN")
        window.wait(lambda line: line["event"] == "note" and line["what"] == "lottery")
        last = self.shares_at(shown, window.last("cursor")["epoch"])
        told = {one.split(" ")[0]: one.split(" ")[1] for one in window.state("lottery").split("; ")}
        self.assertTrue(told)
        for k, share in told.items():
            self.assertEqual(share, f"{100 * last[int(k) - 1]:.1f}", f"k = {k}")
        self.assertIn("of what single frequencies hold", window.state("lottery said"))
        self.until(window, "lottery phases", " at ")
        window.click("lottery_bands", 0.5, 0.6)
        self.until(window, "lottery_hover", "epoch ")
        window.act("key", "F5")
        window.wait(lambda line: line["event"] == "note" and line["what"] == "lottery")
        window.act("key", "F5")
        window.act("key", "Escape")
        self.assertEqual(window.quit(), 0)
        self.run_program("export", "1", "--to=png", "--panel=lottery", self.notebook, "--out=l.png", "--size=1000x640")
        self.assertEqual(png_size(self.home / "l.png")[0], 1000)
        self.assertGreater((self.home / "l.png").stat().st_size, 15_000, "an empty picture would be smaller")

    def shares_at(self, shown, epoch):
        """Those of the newest reading at that epoch or before."""
        rows = [row for row in shown["progress"] if row["frequency_share"] and row["epoch"] <= epoch]
        return max(rows, key=lambda row: row["epoch"])["frequency_share"]

    def test_the_valley_has_the_bends_of_the_command_line(self):
        self.train()
        valleys = json.loads(self.run_program("inspect", "1", "--valley", "--json", self.notebook))
        bends = {one["what"]: one for one in valleys}
        self.assertIn("memorised", bends)
        window = self.view()
        window.act("key", "v")

        def answered(line):
            return line["event"] == "note" and line["what"] == "valley" and "waiting" not in line["value"]

        window.wait(answered, limit=120)
        told = dict(one.split(": ", 1) for one in window.state("valley").split("; "))
        self.assertEqual("grokked" in told, "grokked" in bends)
        for name in ("memorised", "grokked"):
            if name not in told:
                continue
            one = bends[name]
            self.assertRegex(told[name], r"^weights of epoch [\d,]+, (exact|rounded), ")
            if f"epoch {one['epoch']:,}," in told[name]:  # the window takes none that come after the event
                self.assertIn("exact" if one["exact_weights"] else "rounded", told[name])
                self.assertAlmostEqual(float(told[name].rsplit(" ", 1)[1].replace(",", "")) / one["eigenvalue"], 1,
                                       delta=1e-3)
        self.assertIn("at the cursor", told)
        window.act("key", "Escape")
        self.assertEqual(window.quit(), 0)

    def test_the_path_turns_and_its_cursor_follows(self):
        self.train()
        said = self.run_program("path", "1", self.notebook)
        share = said.split("PC1 ")[1].split(" %")[0]
        window = self.view()
        window.act("key", "w")

        def drawn(line):
            return line["event"] == "note" and line["what"] == "path" and "records" in line["value"]

        window.wait(drawn, limit=120)
        records, first, at = window.state("path").split(", ")
        self.assertIn(f"weights of {records.split(' ')[0]} epochs", said)
        self.assertAlmostEqual(float(first.split(" ")[0]), float(share), delta=0.1)
        window.act("key", "shift+Left")
        window.act("key", "shift+Left")
        window.wait(lambda line: drawn(line) and line["value"].split(", ")[2] != at)
        window.drag("path_picture", 0.3, 0.7)
        window.act("key", "Escape")
        self.assertEqual(window.quit(), 0)


if __name__ == "__main__":
    window_case.require_tools()
    PROGRAM = sys.argv.pop(1)
    unittest.main(verbosity=2)
