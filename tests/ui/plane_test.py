#!/usr/bin/env python3
"""The plane of a small real sweep and the collapse of a run, in the program itself, with real keys and clicks: what
they show equals what the command line writes.

usage: plane_test.py GROKSCOPE
"""

import csv
import pathlib
import re
import subprocess
import sys
import unittest

import window_case
from window_case import WindowCase, png_size

PROGRAM = ""
SMALL = ["--p=13", "--d-model=32", "--heads=2", "--d-mlp=64", "--threads=1"]
PLANE = ["--vary=frac=0.5,0.8", "--vary=weight_decay=0,1", "--seeds=4,7", "--epochs=1200"]


class Recorded(WindowCase):
    """A home and a notebook of its own."""

    size = "1600x1400"

    def setUp(self):
        super().setUp()
        self.home = pathlib.Path(self.folder.name)
        self.notebook = f"--notebook={self.home / 'sweep.db'}"
        environment = self.display.environment()
        environment.update(HOME=str(self.home), XDG_CONFIG_HOME=str(self.home / ".config"))
        self.display.environment = lambda: environment
        self.addCleanup(lambda: self.display.__dict__.pop("environment", None))

    def run_program(self, *arguments, code=0):
        """What it says: of a refusal, on standard error."""
        done = subprocess.run([PROGRAM, *arguments], env=self.display.environment(), timeout=300, capture_output=True,
                              text=True, cwd=self.home)
        self.assertEqual(done.returncode, code, done.stderr)
        return done.stdout if code == 0 else done.stderr

    def rows(self, name):
        with open(self.home / name, newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))


class Plane(Recorded):
    def hover(self, window, column, row):
        window.move(f"plane_cell{column},{row}")
        return window.state("plane_hover")

    def test_cells_have_the_figures_of_the_table_and_bring_their_runs_in(self):
        self.run_program("sweep", *SMALL, *PLANE, self.notebook, "--grid=grid.csv", "--png=plane.png",
                         "--size=1000x640", "--theme=light")
        self.assertEqual(png_size(self.home / "plane.png")[0], 1000)
        self.assertGreater((self.home / "plane.png").stat().st_size, 15_000, "an empty picture would be smaller")
        cells = {(float(row["train_fraction"]), float(row["weight_decay"])): row for row in self.rows("grid.csv")}
        self.assertEqual(len(cells), 4)

        window = self.open(PROGRAM, "view", "last", self.notebook, "--size=1280x720")
        window.wait_event("run_added")
        window.act("key", "g")
        window.wait_state("plane", "2 x 2, 8 runs")
        for column, decay in enumerate((0.0, 1.0)):
            for row, fraction in enumerate((0.5, 0.8)):
                cell = cells[fraction, decay]
                said = self.hover(window, column, row)
                self.assertIn(f"{cell['grokked']} of {cell['runs']}", said)
                self.assertIn(cell["region"].split()[0], said)
                if cell["median_epoch"] != "nan":
                    self.assertIn(f"median grok epoch {round(float(cell['median_epoch'])):,},", said)
                else:
                    self.assertIn(f"> {round(float(cell['median_epoch_low'])):,}", said)
                self.assertRegex(said, r"seed 4: .* {3}seed 7: ")

        # One run of eight is shown: a click brings both of another cell in, and a second one no third.
        here = window.mark()
        window.click("plane_cell0,0")
        added = [window.wait_event("run_added", since=here, seed=seed) for seed in (4, 7)]
        self.assertEqual(len({line["run"] for line in added}), 2)
        here = window.mark()
        window.click("plane_cell0,0")
        self.assertFalse([line for line in window.read()[here:] if line["event"] == "run_added"])

        window.click("plane_stable")  # each run ended at its grok epoch
        self.assertIn("median stable grok > ", self.hover(window, 1, 1))
        window.click("plane_stable")
        window.click("plane_regions")
        window.click("plane_across")
        window.click("plane_across_valuetrain_fraction")  # the axes change places
        window.move("plane_cell1,0")
        self.assertTrue(window.state("plane_hover").startswith("share of pairs to train on 0.8, weight decay 0;"))
        window.act("key", "F5")
        window.wait_state("plane", "2 x 2, 8 runs")
        window.act("key", "F5")
        window.act("key", "Escape")
        self.assertEqual(window.quit(), 0)

    def test_it_fills_while_another_process_goes_on_with_the_sweep(self):
        self.run_program("sweep", *SMALL, *PLANE, self.notebook, "--shard=0/2")
        window = self.open(PROGRAM, "view", "last", self.notebook, "--size=800x1400")
        window.wait_event("run_added")
        window.act("key", "g")
        window.wait_state("plane", "2 x 1, 4 runs")
        self.run_program("sweep", *SMALL, *PLANE, self.notebook, "--shard=1/2")
        window.wait_state("plane", "2 x 2, 8 runs")
        self.assertEqual(window.quit(), 0)

    def test_pairs_of_seeds_are_a_picture_of_a_sweep_a_notebook_and_the_window(self):
        sweep = ["sweep", *SMALL, "--frac=0.8", "--seeds=4,7", "--epochs=1200", self.notebook]
        look = ["--size=1000x640", "--theme=light"]
        self.run_program(*sweep, "--stencils=baseline;0", "--png=pairs.png", *look)
        export = ["export", "1", self.notebook, "--to=png", "--panel=seeds", *look]
        self.run_program(*export, "--out=again.png")
        pairs = (self.home / "pairs.png").read_bytes()
        self.assertEqual(png_size(self.home / "pairs.png")[0], 1000)
        self.assertEqual(pairs, (self.home / "again.png").read_bytes(), "the notebook holds these runs alone")
        self.run_program(*sweep, "--stencils=baseline", "--png=plain.png", *look)
        self.assertLess((self.home / "plain.png").stat().st_size, len(pairs), "one row, and no dots")
        window = self.open(PROGRAM, "view", "last", self.notebook, "--size=1280x720")
        window.wait_event("run_added")
        window.act("key", "s")
        window.click("seeds_export")
        here = window.mark()
        window.click("export_save")
        window.wait(lambda line: line["event"] == "note" and line["what"] == "notice" and ".png" in line["value"],
                    since=here)
        self.assertTrue(list(self.home.glob("**/*seeds*.png")), "named after the sheet")
        self.assertEqual(window.quit(), 0)

    def test_a_sheet_with_nothing_to_draw_is_no_picture_and_no_film(self):
        self.run_program("train", *SMALL, "--epochs=50", "--quiet", self.notebook)
        for form in ("png", "mp4"):
            for panel, why in (("lottery", "neurons were not read yet"), ("depth", "heads were not read yet"),
                               ("collapse", "without having memorised"), ("plane", "No two runs here differ")):
                if form == "png" or panel != "plane":
                    self.assertIn(why, self.run_program("export", "1", f"--to={form}", f"--panel={panel}",
                                                        self.notebook, f"--out=x.{form}", code=1))
                    self.assertEqual(list(self.home.glob("x.*")), [], panel)

    def test_a_notebook_without_a_plane_says_how_one_is_made(self):
        self.run_program("train", *SMALL, "--epochs=50", "--quiet", self.notebook)
        window = self.open(PROGRAM, "view", "last", self.notebook, "--size=1280x720")
        window.wait_event("run_added")
        window.act("key", "g")
        window.wait_state("plane", "none")
        self.assertEqual(window.quit(), 0)


class Collapse(Recorded):
    def test_the_sheet_has_the_half_way_epochs_of_the_command_line(self):
        self.run_program("sweep", *SMALL, "--frac=0.8", "--stencils=baseline", "--seeds=4,7", "--epochs=1200",
                         "--progress-every=20", self.notebook)
        self.run_program("measure", "all", "--instruments=ring", "--every=100", self.notebook)
        said = self.run_program("collapse", "all", self.notebook, "--csv=collapse.csv")
        self.assertIn("test accuracy", said)
        rows = [row for row in self.rows("collapse.csv") if row["run"] == "2"]
        self.assertGreater(len(rows), 3)
        window = self.open(PROGRAM, "view", "2", self.notebook, "--size=1280x720")
        window.wait_event("run_added")
        window.act("key", "c")
        window.wait(lambda line: line["event"] == "note" and line["what"] == "collapse")
        told = dict(one.split(" ") for one in window.state("collapse").split("; "))
        self.assertEqual(set(told), {row["figure"] for row in rows})
        for row in rows:
            half = row["half_epoch"]
            self.assertEqual(told[row["figure"]], "-" if half == "nan" else str(int(float(half) + 0.5)), row)
        grokked = rows[0]["grok_epoch"] != "nan"
        self.assertEqual(window.state("collapse said"), "" if grokked else "It did not grok: nothing leads or lags.")
        window.act("key", "Escape")
        self.assertEqual(window.quit(), 0)
        self.run_program("export", "2", "--to=png", "--panel=collapse", self.notebook, "--out=c.png", "--size=900x700")
        self.assertEqual(png_size(self.home / "c.png")[0], 900)
        self.assertTrue(re.search(r"2 seeds: epochs by which", said) or not grokked, said)


if __name__ == "__main__":
    window_case.require_tools()
    PROGRAM = sys.argv.pop(1)
    unittest.main(verbosity=2)
