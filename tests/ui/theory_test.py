#!/usr/bin/env python3
"""The theory view in a whole window, with real keys and clicks. The machine is the real one: it needs no run.

usage: theory_test.py FAKE_GROKSCOPE
"""

import re
import sys
import unittest

import window_case
from window_case import WindowCase

PROGRAM = ""


class Theory(WindowCase):
    """Sliders, fields, switches, scrub: facts from the log."""

    size = "1280x720"

    def opened(self, *options):
        window = self.open(PROGRAM, "--size=1280x720", *options)
        window.act("key", "t")
        self.until(window, "theory", "iteration 40 of 40: support 31, off 0")
        return window

    def fill(self, window, field, text):
        window.click(field)
        window.act("key", "ctrl+a")
        window.type(text)

    def test_a_small_machine_has_collapsed_onto_its_rule(self):
        window = self.opened()
        self.until(window, "theory", "p 31 add n 480 beta 0.01 eta 1")
        self.until(window, "theory_verdict", "It has collapsed onto the rule: of 961 features the 31 on the diagonal")
        self.assertRegex(self.until(window, "theory_status", "answered in "), r"^answered in \d+ ms$")
        window.act("key", "Escape")
        self.assertEqual(window.quit(), 0)

    def test_a_slider_moved_by_the_mouse_changes_the_answer(self):
        window = self.opened()
        before = window.state("theory")
        window.click("theory_slidern", 0.8)
        after = self.until(window, "theory", "iteration 40 of 40: support 31")
        now = int(re.search(r" n (\d+)", after).group(1))
        self.assertNotEqual(after, before)
        self.assertAlmostEqual(now / 960, 0.8, delta=0.04)
        window.act("key", "ctrl+z")
        self.until(window, "theory", " n 480 ")

    def test_a_slider_moves_by_keys(self):
        window = self.opened()
        for _ in range(60):
            window.act("key", "Tab")
            if window.last("focus")["name"] == "theory_slidern":
                break
        else:
            self.fail("the focus ring never came to the slider")
        window.act("key", "Return")
        window.act("key", "Right")
        moved = window.wait(lambda line: line["event"] == "note" and line["what"] == "theory" and " n 480 " not in line["value"])
        self.assertRegex(moved["value"], r" n 4[89]\d ")

    def test_the_gate_taken_away_is_the_ablation(self):
        window = self.opened()
        window.click("theory_gate")
        self.until(window, "theory", "beta 0 ", "support 961")
        self.until(window, "theory_verdict", "Without the gate nothing is taken out: 961 features")
        self.until(window, "theory_energy", "Features cost nothing (beta = 0)")
        window.click("theory_gate")
        self.until(window, "theory", "beta 0.01 ", "support 31")

    def test_iterations_are_gone_through(self):
        window = self.opened()
        window.click("theory_scrub", 0.01)
        first = self.until(window, "theory", "iteration 1 of 40: ")
        self.assertGreater(int(re.search(r"off (\d+)", first).group(1)), 200)
        self.until(window, "theory_verdict", "features of no rule are left beside 31 of the rule's 31")
        window.click("theory_scrub", 0.99)
        self.until(window, "theory", "iteration 40 of 40: ")

    def test_operations_have_their_own_lines(self):
        window = self.opened()
        window.click("theory_sub")
        self.until(window, "theory_verdict", "the 31 on the anti-diagonal")
        window.click("theory_mul")
        self.until(window, "theory_verdict", "of 900 features the 30 on the diagonal")
        window.click("theory_div")
        self.until(window, "theory_verdict", "of 900 features the 30 on the anti-diagonal")
        window.click("theory_random")
        self.until(window, "theory_verdict", "There is no rule to find")

    def test_what_is_typed_is_taken_whole_or_refused(self):
        window = self.opened()
        self.fill(window, "theory_n", "961")
        self.assertEqual(self.until(window, "refused theory_n", "961"),
                         "the training pairs n must lie between 3 and 960, got 961")
        self.assertIn(" n 480 ", window.state("theory"))
        self.fill(window, "theory_beta", "two")
        self.until(window, "refused theory_beta", "two")
        self.fill(window, "theory_beta", "0.3")
        self.until(window, "theory", "beta 0.3 ")
        self.assertEqual(window.state("refused theory_beta"), "")

    def test_products_want_a_prime_and_it_says_so(self):
        window = self.opened()
        self.fill(window, "theory_p", "36")
        self.until(window, "theory", "p 36 add n 647 ")  # its share of the pairs
        window.click("theory_mul")
        self.until(window, "theory_status", "Products modulo 36 have no group",
                   "take a prime p, such as 37. What stands here is of before.")
        self.assertIn("p 36 add", window.state("theory"))
        self.fill(window, "theory_p", "37")
        self.until(window, "theory", "p 37 mul ")

    def test_a_large_machine_says_that_it_computes(self):
        window = self.opened()
        self.fill(window, "theory_iterations", "200")
        here = window.mark()
        self.fill(window, "theory_p", "251")
        window.wait(lambda line: line["event"] == "note" and line["what"] == "theory_status"
                    and re.match(r"computing: \d+ of 200$", line["value"]), here)
        # 200 times two transforms of 251 x 251, on a machine that has other things to do
        self.until(window, "theory", "p 251 ", "iteration 200 of 200", limit=4 * window_case.LIMIT)
        self.until(window, "theory_status", "answered in ")

    def test_it_opens_in_presenter_mode_and_by_name(self):
        window = self.open(PROGRAM, "--size=1280x720")
        window.act("key", "F5")
        window.act("key", "ctrl+k")
        window.type("singular")
        window.act("key", "Return")
        self.until(window, "theory", "iteration 40 of 40")


if __name__ == "__main__":
    window_case.require_tools()
    PROGRAM = sys.argv.pop(1)
    unittest.main(verbosity=2)
