#!/usr/bin/env python3
"""The pictures of what the model does, in a whole window with real keys and clicks, on the made-up engine.

usage: inside_test.py FAKE_GROKSCOPE
"""

import sys
import unittest

import window_case
from window_case import WindowCase

PROGRAM = ""


class Inside(WindowCase):
    """Map, query box, clock, attention, take apart: facts from the log."""

    def fact(self, window, what, since=0, **kw):
        return window.wait(lambda line: line["event"] == "note" and line["what"] == what and
                           all(word in line["value"] for word in kw.values()), since)["value"]

    def grokked(self, *options):
        window = self.open(PROGRAM, "--recorded=6001", *options)  # groks at 5,130
        window.wait_epoch(6000)
        window.wait_event("cursor", epoch=6000)
        return window

    def test_the_query_box_says_what_the_map_says(self):
        window = self.grokked()
        window.click("tab_map")
        self.fact(window, "map", text="epoch 6000")
        for across, down in ((0.21, 0.4), (0.83, 0.15), (0.5, 0.97)):
            here = window.mark()
            window.click("map_picture", across, down)
            self.fact(window, "map_hover", since=here)
            pair = window.state("map_hover")  # where the mouse came to rest
            box = self.fact(window, "query", since=here, text=pair)
            self.assertTrue(box.startswith(pair), (box, pair))
            a, b = int(pair.split()[0]), int(pair.split()[2])
            self.assertLess(abs(a - 113 * down), 2)
            self.assertLess(abs(b - 113 * across), 2)
            self.fact(window, "query", since=here, text="runner-up")

    def test_numbers_are_typed_and_explained_when_out_of_range(self):
        window = self.grokked()
        window.click("tab_map")
        self.fact(window, "map")
        window.click("query_a")
        here = window.mark()
        window.xdotool("type", "--delay", "60", "20")
        self.fact(window, "query", since=here, text="20 + 13 = 33 ")
        here = window.mark()
        window.xdotool("type", "--delay", "60", "0")
        said = self.fact(window, "query", since=here, text="must lie")
        self.assertIn("a must lie between 0 and 112, got 200", said)
        # Digits went into the field and not to the speed.
        self.assertFalse([line for line in window.read()[here:] if line.get("command") == "set_speed"])

    def test_every_tab_follows_the_cursor_and_names_its_epoch(self):
        window = self.grokked()
        for tab, fact in (("tab_map", "map"), ("tab_clock", "clock_sum"), ("tab_attention", "attention"),
                          ("tab_apart", "apart")):
            here = window.mark()
            window.click(tab)
            self.fact(window, fact, since=here, text="epoch 6000")
            window.click("timeline", across=0.2)
            held = window.last("cursor")["epoch"]
            self.assertLess(held, 3000)
            self.fact(window, fact, since=here, text=f"epoch {held // 100 * 100}")
            self.assertEqual(self.fact(window, "inside_epoch", since=here, text=str(held // 100 * 100)),
                             str(held // 100 * 100))
            window.act("key", "End")

    def test_take_apart_measures_what_is_clicked_and_leaves_training_alone(self):
        window = self.grokked()
        window.click("tab_apart")
        intact = self.fact(window, "apart", text="intact")
        commands = [line for line in window.read() if line["event"] == "command"]
        here = window.mark()
        window.click("apart_keys")
        cut = self.fact(window, "apart", since=here, text="logits")
        accuracy = float(cut.split("logits")[1].split()[3])
        self.assertLess(accuracy, 0.6, cut)
        here = window.mark()
        window.click("apart_keep")
        kept = self.fact(window, "apart", since=here, text="logits")
        self.assertGreater(float(kept.split("logits")[1].split()[3]), 0.95, kept)
        here = window.mark()
        window.click("apart_reset")
        self.assertEqual(self.fact(window, "apart", since=here), intact)
        here = window.mark()
        window.click("apart_head2")
        self.fact(window, "apart", since=here, text="mutilated")
        self.assertEqual(commands, [line for line in window.read() if line["event"] == "command"],
                         "no command to the trainer")

    def test_a_model_taken_apart_is_seen_whole(self):
        for size in ("1280x720", "1600x1000"):
            for presenting in (False, True):
                with self.subTest(size=size, presenting=presenting):
                    window = self.grokked("--size=" + size)
                    if presenting:
                        window.act("key", "F5")
                        window.wait_state("theme", "light")
                    for _ in range(4):
                        window.act("key", "i")
                    self.fact(window, "apart", text="epoch 6000")
                    here = window.mark()
                    window.click("apart_keys")
                    self.fact(window, "apart", since=here, text="k out of W_E")  # three lines now
                    window.settle_by_key()
                    names = window.controls()
                    self.assertIn("apart_in_embedding", names)
                    self.assertNotIn("inside_scrolled", names)
                    window.kill()

    def test_the_mutilated_model_is_shown_in_the_map_and_can_be_switched_off(self):
        window = self.grokked()
        window.click("tab_apart")
        self.fact(window, "apart")
        window.click("apart_keys")
        here = window.mark()
        window.click("tab_map")
        mutilated = self.fact(window, "map", since=here)
        here = window.mark()
        window.click("show_intact")
        intact = self.fact(window, "map", since=here)
        right = [int(words.split("unseen ")[1].split()[0]) for words in (mutilated, intact)]
        self.assertLess(right[0], 0.6 * right[1])

    def test_a_late_answer_makes_the_picture_grey_and_the_newest_question_wins(self):
        window = self.grokked("--inspect-seconds=3")  # a step of a drag takes less, on a busy machine, too
        window.click("tab_map")
        self.fact(window, "map", text="epoch 6000")
        here = window.mark()
        window.drag("timeline", 0.9, 0.5)
        self.fact(window, "inside_grey", since=here, text="yes")
        asked = [line for line in window.read()[here:] if line["event"] == "note" and
                 line["what"] == "inspect_asked"]
        self.assertGreater(len(asked), 2)
        held = window.last("cursor")["epoch"]
        self.fact(window, "map", since=here, text=f"epoch {held // 100 * 100} ")
        self.fact(window, "inside_grey", since=here, text="no")
        answered = [line for line in window.read()[here:] if line["event"] == "note" and
                    line["what"] == "inside_epoch"]
        self.assertLess(len(answered), len(asked), "those overtaken were never computed")
        frames = 0
        for line in window.read()[here:]:  # at most one question between two frames
            if line["event"] == "frame":
                frames = 0
            elif line["event"] == "note" and line["what"] == "inspect_asked":
                frames += 1
                self.assertEqual(frames, 1)

    def test_the_key_goes_round_the_tabs_and_asks_only_when_there_is_a_question(self):
        window = self.grokked()
        self.assertFalse([line for line in window.read() if line["event"] == "note" and
                          line["what"] == "inspect_asked"], "the circle asks nothing")
        window.act("key", "i")
        self.fact(window, "map")
        window.act("key", "i")
        self.fact(window, "clock_sum")
        window.act("key", "i")
        self.fact(window, "attention")
        window.act("key", "i")
        self.fact(window, "apart")
        here = window.mark()
        window.act("key", "i")
        window.act("key", "shift")
        self.assertFalse([line for line in window.read()[here:] if line["event"] == "note" and
                          line["what"] == "inspect_asked"])

    def expect_shares(self, words, p):
        """The cells of the map add up; some, but not all, unseen pairs are mirrored."""
        of = {name: int(words[words.index(name) + 3]) for name in ("trained", "unseen", "mirrored")}
        self.assertEqual(of["trained"] + of["unseen"], p * p, words)
        self.assertTrue(0 < of["mirrored"] < of["unseen"], words)

    def test_map_and_query_follow_a_run_of_another_p(self):
        window = self.open(PROGRAM, "--start", "--speed=2000", "--stencil=", "--p=23", "--stencil=0")
        window.wait_epoch(300, run=2)
        window.pause()
        window.click("tab_map")
        self.fact(window, "map", text="trained")
        here = window.mark()
        window.click("map_picture", 0.9, 0.9)  # about 101 + 101, which the other run does not have
        pair = self.fact(window, "query", since=here, text="confidence").split()
        self.assertGreater(int(pair[0]), 90)
        here = window.mark()
        window.act("key", "ctrl+2")
        self.assertIn("between 0 and 22", self.fact(window, "query", since=here, text="must lie"))
        small = self.fact(window, "map", since=here, text="trained").split()
        self.expect_shares(small, 23)
        for across, down in ((0.02, 0.02), (0.98, 0.98)):  # the whole picture is of 23 x 23 cells
            here = window.mark()
            window.click("map_picture", across, down)
            a, b = (int(word) for word in self.fact(window, "query", since=here, text="confidence").split()[0:3:2])
            self.assertEqual((a, b), (int(23 * down), int(23 * across)))
        here = window.mark()
        window.act("key", "ctrl+1")
        self.fact(window, "query", since=here, text="22 + 22 = ")
        large = self.fact(window, "map", since=here, text="trained").split()
        self.expect_shares(large, 113)
        self.assertEqual(window.quit(), 0)

    def test_every_tab_draws_all_its_controls_inside_the_window(self):
        for width, height, scale in ((1280, 720, 1), (1024, 768, 1), (1600, 1000, 1.5)):
            with self.subTest(size=(width, height, scale)):
                window = self.grokked(f"--size={width}x{height}", f"--scale={scale}")
                if width < 1200 * scale:
                    window.click("pictures_tab")
                for tab, fact in (("tab_map", "map"), ("tab_clock", "clock_sum"),
                                  ("tab_attention", "attention"), ("tab_apart", "apart")):
                    here = window.mark()
                    window.click(tab)
                    self.fact(window, fact)
                    card = window.last("control", name="picture_circle")
                    rects = {line["name"]: line for line in window.read()[here:]
                             if line["event"] == "control"}
                    self.assertGreater(len(rects), 0)
                    for name, rect in rects.items():
                        if not name.startswith(("map", "query", "clock", "attention", "apart", "tab_")):
                            continue
                        self.assertGreaterEqual(rect["x"], card["x"], name)
                        self.assertLessEqual(rect["x"] + rect["w"], card["x"] + card["w"] + 1, name)
                        if "inside_scrolled" not in rects:  # else it is within reach of the wheel
                            self.assertLessEqual(rect["y"] + rect["h"], card["y"] + card["h"] + 1, name)
                self.assertEqual(window.quit(), 0)


class Pictures(WindowCase):
    def note(self, window, what, text, since=0):
        return window.wait(lambda line: line["event"] == "note" and line["what"] == what and
                           text in line["value"], since)

    def test_a_pinned_run_stands_beside_the_selected_one_on_one_scale(self):
        window = self.open(PROGRAM, "--start", "--speed=1500", "--stencil=", "--stencil=0")
        window.wait_epoch(2200, run=2)
        window.pause()
        alone = self.note(window, "wavetable", "runs 1 ")
        here = window.mark()
        window.click("pin2")
        pair = self.note(window, "wavetable", "runs 1 2 full height", here)
        # Both along the frequency that the header names, whatever is the other's strongest.
        first = [line["value"].split() for line in window.read()[:here] if line["event"] == "note" and
                 line["what"] == "circle" and "run 1 " in line["value"]][-1]
        second = self.note(window, "circle", "run 2 ", here)["value"].split()
        self.assertEqual(first[:2], second[:2])
        here = window.mark()
        window.click("circle_next")
        chosen = self.note(window, "circle", "run 1 ", here)["value"].split()
        self.assertNotEqual(chosen[:2], first[:2])
        self.assertEqual(self.note(window, "circle", "run 2 ", here)["value"].split()[:2], chosen[:2])
        self.assertGreaterEqual(float(pair["value"].split()[-1]), float(alone["value"].split()[-1]))
        here = window.mark()
        window.click("run2")  # now the pinned one is the selected one: nothing to compare
        self.note(window, "wavetable", "runs 2 full height", here)
        window.click("run1")
        here = window.mark()
        window.click("pin2")
        self.note(window, "wavetable", "runs 1 full height", here)
        self.assertEqual(window.quit(), 0)

    def test_a_pinned_run_that_is_removed_leaves_the_other_alone(self):
        window = self.open(PROGRAM, "--start", "--speed=1000", "--stencil=", "--stencil=0")
        window.wait_epoch(200, run=2)
        window.click("pin2")
        self.note(window, "wavetable", "runs 1 2 ")
        here = window.mark()
        window.click("remove2")
        self.note(window, "wavetable", "runs 1 full", here)
        self.assertEqual(window.quit(), 0)

    def test_sources_and_planes_are_chosen_by_the_mouse(self):
        window = self.open(PROGRAM, "--start", "--speed=1500")
        window.wait_epoch(1500)
        window.pause()
        here = window.mark()
        window.click("wavetable_neurons")
        self.note(window, "wavetable", "runs 1 full height", here)  # another scale
        here = window.mark()
        window.click("circle_pca")
        self.note(window, "circle", "components 1, 2 run 1", here)
        here = window.mark()
        window.click("wavetable_heat")
        window.click("wavetable_picture", across=0.3, down=0.5)
        chosen = self.note(window, "circle", "k ", here)  # back in the plane of the chosen frequency
        self.assertFalse(window.last("cursor")["live"])
        here = window.mark()
        window.click("circle_next")
        later = self.note(window, "circle", "k ", here)
        self.assertEqual(int(later["value"].split()[1]), int(chosen["value"].split()[1]) % 56 + 1)
        self.assertEqual(window.quit(), 0)


if __name__ == "__main__":
    window_case.require_tools()
    PROGRAM = sys.argv.pop(1)
    unittest.main(verbosity=2)
