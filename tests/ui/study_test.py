#!/usr/bin/env python3
"""Lottery, depth, valley and path of a small real run in the program itself, with real keys and clicks: what they show is what
the command line writes.

usage: study_test.py GROKSCOPE
"""

import json
import re
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

    def test_softmax_collapse_stands_in_list_card_and_table(self):
        self.train("--weight-decay=0", "--measure=collapse:100")
        shown = json.loads(self.run_program("show", "1", "--json", self.notebook))["softmax_collapse"]
        self.assertGreater(shown, 0)
        share = f"{100 * shown:.1f} %"
        self.assertIn(f" {share} ", self.run_program("list", self.notebook))
        window = self.view()
        self.until(window, "card lines 1", f"softmax collapse {share}")
        for _ in range(20):
            window.act("key", "shift+Left")
        self.until(window, "card lines 1", "softmax collapse 0.0 %")  # at the cursor's epoch
        window.act("key", "s")
        self.until(window, "collapse baseline", share)
        self.until(window, "lost baseline", "0")
        self.assertEqual(window.quit(), 0)

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

    def test_the_depth_has_the_figures_of_the_record_and_a_click_takes_a_head_out(self):
        self.train("--layers=2", "--sequence=operation")
        window = self.view()
        window.act("key", "d")
        self.until(window, "depth said", "Its heads were not read yet")
        self.until(window, "depth layers said", "was not read yet")
        window.act("key", "Escape")
        self.assertEqual(window.quit(), 0)

        self.run_program("measure", "1", "--instruments=mediation,skip", "--every=200", self.notebook)
        shown = json.loads(self.run_program("export", "1", "--to=json", self.notebook, "--out=-"))
        window = self.view()
        window.act("key", "d")
        window.wait(lambda line: line["event"] == "note" and line["what"] == "depth")
        last = window.last("cursor")["epoch"]
        epoch, told = window.state("depth").split(": ")
        read = self.reading(shown, "cms", last)
        self.assertEqual(int(epoch), read["epoch"])
        self.expect_logits(told, read["cms"])
        layers = self.reading(shown, "skip_both", last)
        now = window.state("depth_skip").rsplit(": ", 1)[1]  # the newest curve is the last
        intact, accuracies = now.split(" |")
        self.assertEqual(intact, self.percent(layers["skip_intact"]))
        self.assertEqual(accuracies.strip(), " ".join(self.percent(one) for one in layers["skip_both"]))
        self.assertTrue(window.state("depth_skip").startswith("initialisation: "))
        heads = round(read["cms_spread"] * 4)
        self.assertIn(window.state("depth said"),
                      (f"Nine tenths of the scores' summed size lie in {heads} of 4 heads.",
                       "No head's score is three standard errors away from 0."))
        window.click("depth_operation")
        window.wait(lambda line: line["event"] == "note" and line["what"] == "depth" and line["value"] != f"{epoch}: {told}")
        self.expect_logits(window.state("depth").split(": ")[1], read["cms_operation"])

        window.click("depth_heads", 0.75, 0.25)  # head 1 of layer 1
        self.until(window, "depth_ablated", "Taken out: layer 1, head 1 zero", "test accuracy")
        self.expect_ablated(window, "--zero-head=1", 1)
        window.click("depth_heads", 0.75, 0.25)
        self.until(window, "depth_ablated", "Taken out: layer 1, head 1 mean", "test accuracy")
        self.expect_ablated(window, "--mean-head=1", 1)
        window.click("depth_heads", 0.25, 0.75)  # head 0 of layer 0 alone
        self.until(window, "depth_ablated", "Taken out: layer 0, head 0 zero", "test accuracy")
        self.expect_ablated(window, "--zero-head=0", 0)

        window.click("depth_strip", 0.3, 0.5)
        window.wait(lambda line: line["event"] == "note" and line["what"] == "depth"
                    and not line["value"].startswith(epoch + ":"))
        held = window.last("cursor")["epoch"]
        self.assertLess(held, last)
        self.assertEqual(int(window.state("depth").split(": ")[0]), self.reading(shown, "cms", held)["epoch"])
        self.until(window, "depth_ablated", "Taken out: layer 0, head 0 zero", "test accuracy")
        self.expect_ablated(window, "--zero-head=0", 0, f"--epoch={held}")
        window.act("key", "F5")
        window.wait(lambda line: line["event"] == "note" and line["what"] == "depth")
        window.act("key", "F5")
        window.act("key", "Escape")
        self.assertEqual(window.quit(), 0)
        self.run_program("export", "1", "--to=png", "--panel=depth", self.notebook, "--out=d.png", "--size=1000x640")
        self.assertEqual(png_size(self.home / "d.png")[0], 1000)
        self.assertGreater((self.home / "d.png").stat().st_size, 15_000, "an empty picture would be smaller")

    def reading(self, shown, figure, epoch):
        """The newest row at that epoch or before that has it."""
        rows = [row for row in shown["progress"] if row.get(figure) not in (None, []) and row["epoch"] <= epoch]
        return max(rows, key=lambda row: row["epoch"])

    def expect_logits(self, told, values):
        told = [float(one.replace(",", "")) for one in told.split(" ")]
        self.assertEqual(len(told), 4)
        for said, value in zip(told, values):
            self.assertAlmostEqual(said, value, delta=0.0051 if abs(value) < 99 else 0.51)

    def percent(self, share):
        return f"{100 * share:.1f} %"

    def expect_ablated(self, window, option, layer, *more):
        said = re.search(r"weights of ([\d,]+)\): test accuracy ([\d.]+) %, intact ([\d.]+) %",
                         window.state("depth_ablated"))
        reply = json.loads(self.run_program("inspect", "1", option, f"--layer={layer}", "--json", self.notebook, *more))
        self.assertEqual(int(said.group(1).replace(",", "")), reply["epoch"])
        self.assertAlmostEqual(float(said.group(2)), 100 * reply["ablated"]["test_acc"], delta=0.051)
        self.assertAlmostEqual(float(said.group(3)), 100 * reply["intact"]["test_acc"], delta=0.051)

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
        self.run_program("export", "1", "--to=png", "--panel=valley", self.notebook, "--out=v.png", "--epoch=600",
                         "--size=1280x720")
        self.assertEqual(png_size(self.home / "v.png")[0], 1280)
        self.assertGreater((self.home / "v.png").stat().st_size, 30_000, "an empty picture would be smaller")
        self.assertIn("no film of the valley", self.run_program(
            "export", "1", "--to=mp4", "--panel=valley", self.notebook, "--out=v.mp4", code=2))
        self.assertFalse((self.home / "v.mp4").exists())

    def test_the_path_is_a_picture_and_a_film(self):
        self.train()
        window = self.view()
        window.act("key", "ctrl+e")
        window.click("export_panelpath")
        here = window.mark()
        window.click("export_save")  # the sheet was never open: nothing is computed
        window.wait(lambda line: line["event"] == "note" and line["what"] == "banner" and
                    "still being computed" in line["value"], since=here)
        self.assertEqual(list(self.home.glob("*.png")), [])
        window.act("key", "Escape")
        window.act("key", "w")
        window.wait(lambda line: line["event"] == "note" and line["what"] == "path" and "records" in line["value"])
        window.act("key", "Escape")
        window.act("key", "ctrl+e")
        here = window.mark()
        window.click("export_save")
        window.wait(lambda line: line["event"] == "note" and line["what"] == "notice" and ".png" in line["value"],
                    since=here)
        self.assertEqual(window.quit(), 0)
        for epoch in ("0", "300"):
            self.run_program("export", "1", "--to=png", "--panel=path", self.notebook, f"--out=path{epoch}.png",
                             f"--epoch={epoch}", "--size=900x640")
            self.assertEqual(png_size(self.home / f"path{epoch}.png")[0], 900)
            self.assertGreater((self.home / f"path{epoch}.png").stat().st_size, 15_000)
        self.assertNotEqual((self.home / "path0.png").read_bytes(), (self.home / "path300.png").read_bytes(),
                            "the cursor's epoch is marked")
        for panel in ("path", "collapse"):
            self.run_program("export", "1", "--to=mp4", f"--panel={panel}", self.notebook, f"--out={panel}.mp4",
                             "--size=900x640", "--rate=50")
            self.assertGreater((self.home / f"{panel}.mp4").stat().st_size, 10_000)

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
