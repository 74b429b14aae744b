#!/usr/bin/env python3
"""Layers of a small real run in the program itself, with real clicks: attention and parts of each layer are those that
the command line has.

usage: depth_test.py GROKSCOPE
"""

import json
import re
import subprocess
import sys
import unittest

import plane_test
import window_case
from plane_test import Recorded

PROGRAM = ""
RUN = ["--p=11", "--d-model=32", "--heads=2", "--d-mlp=64", "--layers=3", "--norm=pre", "--sequence=operation",
       "--threads=1", "--frac=0.6", "--epochs=100", "--weights-every=50", "--measure=mediation:50,skip:50", "--quiet"]


class Depth(Recorded):
    size = "1600x1000"

    def setUp(self):
        super().setUp()
        plane_test.PROGRAM = PROGRAM
        self.run_program("train", *RUN, self.notebook)

    def inspected(self, layer, *more):
        return self.run_program("inspect", "1", f"--layer={layer}", *more, self.notebook)

    def test_every_layer_has_its_attention(self):
        window = self.open(PROGRAM, "view", "1", self.notebook, "--size=1600x1000")
        window.wait_event("run_added")
        window.click("tab_attention")
        before = None
        for layer in (0, 1, 2):
            if layer > 0:
                window.click("layer_next")
            window.wait_state("inside_layer", str(layer))
            window.wait(lambda line: line["event"] == "note" and line["what"] == "attention" and line["value"] != before)
            before = window.state("attention")
            told = re.findall(r"head 0 ([\d.]+) % ([\d.]+) % ([\d.]+) % ([\d.]+) %", before)[0]
            epoch = re.match(r"epoch (\d+)", before).group(1)
            said = re.search(r"head 0: a ([\d.]+), \+ ([\d.]+), b ([\d.]+), = ([\d.]+)",
                             self.inspected(layer, f"--epoch={epoch}"))
            for shown, printed in zip(told, said.groups()):
                self.assertAlmostEqual(float(shown), float(printed), delta=0.1)
        self.assertFalse(window.last("control", name="layer_next")["enabled"])
        self.assertEqual(window.quit(), 0)

    def test_a_head_of_a_layer_is_taken_out(self):
        window = self.open(PROGRAM, "view", "1", self.notebook, "--size=1280x720")
        window.wait_event("run_added")
        window.click("tab_apart")
        window.wait(lambda line: line["event"] == "note" and line["what"] == "apart")
        window.click("layer_next")
        window.wait_state("inside_layer", "1")
        window.click("apart_head1")
        window.wait(lambda line: line["event"] == "note" and line["what"] == "apart_asked"
                    and line["value"].startswith("head 1 of layer 1"))
        window.wait(lambda line: line["event"] == "note" and line["what"] == "apart" and "|" in line["value"]
                    and line["value"].count("|") == 2)
        train, test = (float(word) for word in window.state("apart").rsplit("|", 1)[1].split()[-4:-2])
        reply = json.loads(self.inspected(1, "--zero-head=1", "--json"))
        self.assertEqual(reply["question"]["layer"], 1)
        self.assertAlmostEqual(reply["ablated"]["train_loss"] / train, 1, delta=1e-3)
        self.assertAlmostEqual(reply["ablated"]["test_loss"] / test, 1, delta=1e-3)
        self.assertNotAlmostEqual(reply["ablated"]["test_loss"], reply["intact"]["test_loss"], places=3)
        self.assertEqual(window.quit(), 0)

    def test_a_layer_that_is_not_there_is_refused_with_a_sentence(self):
        done = subprocess.run([PROGRAM, "inspect", "1", "--layer=3", self.notebook], env=self.display.environment(),
                              timeout=60, capture_output=True, text=True, cwd=self.home)
        self.assertEqual(done.returncode, 2)
        self.assertIn("layers are numbered from 0 to 2, got 3", done.stderr)

    def test_mediation_and_skipped_layers_are_in_the_record(self):
        shown = json.loads(self.run_program("export", "1", "--to=json", self.notebook, "--out=-"))
        text = json.dumps(shown)
        for figure in ("cms_spread", "cms_total", "cms_stranger", "skip_intact", "skip_both"):
            self.assertIn(f'"{figure}"', text)
        self.assertIn("Instrument mediation, 3 readings, the last at epoch 100", self.run_program("show", "1", self.notebook))


if __name__ == "__main__":
    window_case.require_tools()
    PROGRAM = sys.argv.pop(1)
    unittest.main(verbosity=2)
