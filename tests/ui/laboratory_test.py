#!/usr/bin/env python3
"""The laboratory and the figures of its instruments, in a whole window with real keys and clicks, on the made-up engine.

usage: laboratory_test.py FAKE_GROKSCOPE
"""

import sys
import unittest

import window_case
from window_case import WindowCase

PROGRAM = ""


class Laboratory(WindowCase):
    """Switches, cadences, curves: facts from the log."""

    size = "1280x720"

    def recorded(self, *options, epochs=3001):
        window = self.open(PROGRAM, f"--recorded={epochs}", "--size=1280x720", *options)
        window.wait_epoch(epochs - 1)
        return window

    def choose(self, window, *figures):
        window.click("tab_figures")
        for figure in figures:
            window.click("figure" + figure)
        window.act("key", "Escape")

    def test_an_instrument_is_switched_on_and_its_figure_becomes_a_curve(self):
        window = self.recorded(epochs=4001)  # the made-up alarm comes at 3,070
        self.choose(window, "ildr")
        said = self.until(window, "empty_figures", "ILDR")
        self.assertEqual(said, "ILDR: no reading yet, and no run that is shown is measured: "
                               "switch it on in the Laboratory.")
        window.act("key", "ctrl+l")
        self.until(window, "lab ildr", "off")
        here = window.mark()
        window.click("lab_switchildr")
        window.wait_event("command", since=here, command="set_measures", run=1, plan="ildr:100")
        window.wait_event("measures_set", since=here, run=1, plan="ildr:100")
        self.until(window, "lab ildr", "up to date", "20 ms")
        window.act("key", "Escape")
        self.until(window, "figure_curves", "ildr/1:41")  # 0, 100 ... 4,000
        self.until(window, "figure_legend", "ILDR")
        window.wait_state("empty_figures", "")
        look = window.state("look")
        self.assertIn('"figures":["ildr"]', look)
        # The alarm that its readings raise is a mark, as others are.
        self.until(window, "events", "classes separate (early warning) 3,070")
        self.assertEqual(window.quit(), 0)

    def test_figures_of_different_units_have_axes_of_their_own(self):
        window = self.recorded()
        self.choose(window, "full_loss_all", "gini_W_E", "clustered_neurons")
        self.until(window, "figure_curves", "full_loss_all/1", "gini_W_E/1", "clustered_neurons/1")
        legend = self.until(window, "figure_legend", "far right axis")
        self.assertIn("loss, all pairs (nats), left axis", legend)
        self.assertIn("Gini of W_E, right axis", legend)
        gini, neurons = window.axis("figures2")["y"], window.axis("figures3")["y"]
        self.assertLess(gini[1], 1)
        self.assertGreater(neurons[1], 20)
        self.choose(window, "sum_sq_total", "ildr")  # shares an axis; and one that none is left for
        legend = self.until(window, "figure_legend", "Not drawn")
        self.assertIn("Not drawn: ILDR", legend)
        self.assertNotIn("ildr/", window.state("figure_curves"))
        # One click to what was there before, and back.
        window.click("tab_progress")
        window.wait(lambda line: line["event"] == "axis" and line["plot"] == "progress")
        window.click("tab_mismatch")
        window.wait(lambda line: line["event"] == "axis" and line["plot"] == "mismatch")

    def test_a_figure_by_frequency_is_a_map_that_tells_its_values(self):
        window = self.recorded()
        self.choose(window, "neuron_amplitude")
        self.assertEqual(self.until(window, "figure_map", "neuron_amplitude"), "neuron_amplitude x 56")
        window.move("plot_figures", across=0.5, down=0.5)
        told = self.until(window, "figure_map_told", "k = ", "read at ")
        self.assertRegex(told, r"^k = 2[789], read at 1,[45][05]0: \d")

    def test_a_cadence_that_is_none_is_refused_and_nothing_is_sent(self):
        window = self.recorded()
        window.act("key", "ctrl+l")
        window.click("lab_switchildr")
        window.wait_event("measures_set", plan="ildr:100")
        here = window.mark()
        window.click("lab_everyildr")
        window.act("key", "ctrl+a")
        window.type("20000")
        self.until(window, "refused lab_everyildr", "must lie between 1 and 10000, got 20000")
        window.act("key", "Return")
        self.assertFalse([line for line in window.read()[here:] if line.get("command") == "set_measures"])
        window.click("lab_everyildr")
        window.act("key", "ctrl+a")
        window.type("250")
        self.assertFalse([line for line in window.read()[here:] if line.get("command") == "set_measures"],
                         "not while it is being typed")
        window.act("key", "Return")
        window.wait_event("measures_set", since=here, plan="ildr:250")

    def test_a_whole_record_is_measured_and_can_be_stopped(self):
        window = self.recorded("--reading-seconds=1")
        window.act("key", "ctrl+l")
        self.until(window, "lab commutator", "off")
        window.click("lab_measurecommutator")
        self.until(window, "lab_progress", "of 31", "left")
        window.click("lab_stop")
        window.wait_state("lab_progress", "")
        window.act("key", "Escape")
        self.choose(window, "commutator_defect")
        curve = self.until(window, "figure_curves", "commutator_defect/1:")
        made = int(curve.split(":")[1])
        self.assertGreater(made, 0)
        self.assertLess(made, 31)  # what was done stays

    def test_without_a_laboratory_it_says_so(self):
        window = self.recorded("--reading-seconds=-1")
        window.act("key", "ctrl+l")
        self.until(window, "lab ildr", "off")
        self.assertFalse(window.last("control", name="lab_measureildr")["enabled"])


if __name__ == "__main__":
    window_case.require_tools()
    PROGRAM = sys.argv.pop(1)
    unittest.main(verbosity=2)
