#!/usr/bin/env python3
"""The whole window under a virtual display, with real keys and clicks, on the made-up engine.

usage: window_test.py FAKE_GROKSCOPE
"""

import json
import os
import pathlib
import shutil
import signal
import struct
import subprocess
import sys
import time
import unittest

import window_case
from window_case import LIMIT, Waiter, WindowCase

PROGRAM = ""
SHADERS = pathlib.Path(__file__).resolve().parents[2] / "shaders"
SEVEN = ["[-1]", "[0]", "[+1]", "[-1,0]", "[-1,+1]", "[0,+1]", "[-1,0,+1]"]


def png_size(path):
    with open(path, "rb") as file:
        head = file.read(24)
    assert head[:8] == b"\x89PNG\r\n\x1a\n", "not a PNG"
    return struct.unpack(">II", head[16:24])


class Training(WindowCase):
    def test_space_starts_and_pauses_and_both_are_acknowledged(self):
        window = self.open(PROGRAM)
        window.key("space")
        start = window.wait_event("command", command="start_all")
        window.wait_event("acknowledgement", number=start["number"], accepted=True)
        window.wait_event("state", run=1, state="running")
        window.wait_epoch(100)
        here = window.mark()
        window.key("space")
        pause = window.wait_event("command", since=here, command="pause_all")
        window.wait_event("acknowledgement", since=here, number=pause["number"], accepted=True)
        window.wait_event("state", since=here, run=1, state="paused")
        self.assertEqual(window.quit(), 0)

    def test_the_big_button_starts_by_mouse_and_by_enter(self):
        window = self.open(PROGRAM)
        window.click("start")
        window.wait_event("state", run=1, state="running")
        here = window.mark()
        window.act("key", "Tab")  # shows the focus
        window.act("key", "Return")
        window.wait_event("state", since=here, run=1, state="paused")
        self.assertEqual(window.quit(), 0)

    def test_start_then_pause_at_once_and_quitting_while_training(self):
        window = self.open(PROGRAM)
        window.key("space", "space")
        window.wait_event("command", command="pause_all")
        window.wait_event("state", run=1, state="paused")
        here = window.mark()
        window.key("space")
        window.wait_event("state", since=here, run=1, state="running")
        self.assertEqual(window.quit(), 0)

    def test_each_stencil_button_makes_a_run(self):
        window = self.open(PROGRAM, "--start", "--speed=200")
        window.wait_epoch(20)
        for index, label in enumerate(SEVEN):
            window.click("add_stencil" + label)
            added = window.wait_event("run_added", stencil=label)
            self.assertEqual(added["seed"], 999)
            window.wait_epoch(0, run=index + 2)
        here = window.mark()
        window.click("add_stencil[0]")  # a tick by now: selects
        window.wait_frames(4)
        self.assertFalse([line for line in window.read()[here:] if line["event"] == "command"])
        self.assertEqual(window.quit(), 0)

    def test_toggles_and_keys_add_stencils_too(self):
        window = self.open(PROGRAM, "--start", "--speed=200")
        window.click("toggle-1")
        window.click("toggle+1")
        window.click("add_custom")
        window.wait_event("run_added", stencil="[-1,+1]")
        window.key("shift+7")
        window.wait_event("run_added", stencil="[-1,0,+1]")
        window.click("add_baseline")
        window.wait_event("run_added", stencil="baseline", seed=1000)

    def test_remove_and_hide_by_mouse(self):
        window = self.open(PROGRAM, "--start", "--stencil=", "--stencil=0", "--speed=200")
        window.wait_epoch(20, run=2)
        window.click("eye2")
        window.click("remove2")
        window.wait_event("state", run=2, state="paused")  # undo can bring it back
        here = window.mark()
        window.wait_epoch(60, run=1)
        self.assertFalse([line for line in window.read()[here:]
                          if line["event"] == "progress" and line["run"] == 2])

    def test_reset_wants_a_second_press_and_starts_from_nothing(self):
        window = self.open(PROGRAM, "--start", "--speed=200")
        window.wait_epoch(50)
        window.click("reset")
        self.assertFalse([line for line in window.read() if line.get("command") == "remove"])
        window.click("reset")
        window.wait_event("state", run=1, state="removed")
        window.wait_event("run_added", run=2)
        window.wait_event("state", run=2, state="idle")

    def test_step_stops_after_the_next_evaluation(self):
        window = self.open(PROGRAM)
        window.click("step")
        window.wait_event("state", run=1, state="paused", epoch=1)
        here = window.mark()
        window.click("step")
        window.wait_event("state", since=here, run=1, state="paused", epoch=11)

    def test_digits_set_the_speed_but_not_while_typing(self):
        window = self.open(PROGRAM)
        window.key("2")
        window.wait_event("command", command="set_speed", epochs_per_second=20)
        here = window.mark()
        window.click("seed")
        window.act("key", "5")
        self.assertFalse([line for line in window.read()[here:] if line.get("command") == "set_speed"])


class Empty(WindowCase):
    def says(self, window, plot, *words):
        """Waits until the plot says a sentence with these words; nothing without words."""
        def holds(line):
            return line["event"] == "note" and line["what"] == f"empty_{plot}" and \
                all(word in line["value"] for word in words) and bool(words) == bool(line["value"])
        window.wait(holds)
        self.assertTrue(holds(window.last("note", what=f"empty_{plot}")))

    def test_a_plot_without_curves_says_what_brings_them(self):
        window = self.open(PROGRAM)
        self.says(window, "accuracy", "right answers appears here")
        self.says(window, "loss", "guessing")
        self.says(window, "mismatch", "stencil", "Add one")
        window.act("key", "space")
        window.wait_epoch(100)
        window.settle_by_key()
        self.says(window, "accuracy")
        self.says(window, "loss")
        self.says(window, "mismatch", "Add one")
        window.click("add_stencil[0]")
        window.wait_epoch(20, run=2)
        window.settle_by_key()
        self.says(window, "mismatch")

    def test_progress_measures_are_announced_until_they_come(self):
        window = self.open(PROGRAM)
        window.click("tab_progress")
        self.says(window, "progress", "Progress measures", "selected run")
        window.act("key", "space")
        window.wait_epoch(200)
        window.settle_by_key()
        self.says(window, "progress")

    def test_an_axis_that_begins_at_the_grok_epoch_says_that_there_is_none(self):
        window = self.open(PROGRAM, "--start")
        window.wait_epoch(50)
        window.pause()
        window.click("axes")
        window.click("x_unitsince grokking")
        for plot in ("accuracy", "loss"):
            self.says(window, plot, "Nothing shown here has grokked")
        window.click("x_unitepochs")
        self.says(window, "accuracy")


class Axes(WindowCase):
    def test_a_zoom_stays_while_data_arrive_and_end_follows_again(self):
        window = self.open(PROGRAM, "--start", "--speed=400")
        window.wait_epoch(400)
        window.wheel("plot_accuracy", 3, across=0.4)
        zoomed = window.axis("accuracy")
        self.assertFalse(zoomed["follow"])
        begin = window.last("progress")
        # Five seconds of data, by the program's own clock.
        window.wait(lambda line: line["event"] == "progress" and line["t"] > begin["t"] + 5)
        self.assertGreater(window.last("progress")["epoch"], begin["epoch"] + 100)
        self.assertEqual(window.axis("accuracy")["x"], zoomed["x"])
        self.assertEqual(window.axis("loss")["x"], zoomed["x"])
        here = window.mark()
        window.key("End")
        window.wait(lambda line: line["event"] == "axis" and line["plot"] == "accuracy" and
                    line["follow"] and line["x"][1] > begin["epoch"], since=here)
        edge = window.axis("accuracy")["x"][1]
        window.wait(lambda line: line["event"] == "axis" and line["plot"] == "accuracy" and
                    line["x"][1] > edge, since=here)

    def test_plots_share_the_epochs_and_the_wheel_leaves_values_alone(self):
        window = self.open(PROGRAM, "--start", "--speed=1000", "--stencil=0")
        window.wait_epoch(600)
        window.pause()
        values = window.axis("loss")["y"]
        window.wheel("plot_loss", 2)
        self.assertEqual(window.axis("loss")["y"], values)
        self.assertEqual(window.axis("loss")["x"], window.axis("mismatch")["x"])
        self.assertEqual(window.axis("loss")["x"], window.axis("accuracy")["x"])

    def test_dragging_pans(self):
        window = self.open(PROGRAM, "--start", "--speed=1000")
        window.wait_epoch(600)
        window.wheel("plot_accuracy", 4)
        before = window.axis("accuracy")["x"]
        window.drag("plot_accuracy", 0.3, 0.5)
        after = window.axis("accuracy")["x"]
        self.assertLess(after[0], before[0])
        self.assertAlmostEqual(after[1] - after[0], before[1] - before[0], delta=1e-3 * before[1])

    def test_a_double_click_fits_and_leaves_the_cursor(self):
        window = self.open(PROGRAM, "--start", "--speed=1000")
        window.wait_epoch(600)
        window.wheel("plot_accuracy", 4)
        window.move("plot_accuracy", 0.5)
        # At a frame or two per second the two presses may be too far apart to count as double.
        for _ in range(10):
            window.act("click", "--repeat", "2", "--delay", "60", "1")
            window.settle_by_key()
            if window.axis("accuracy")["x"][0] == 0:
                break
            window.act("key", "End")
        self.assertEqual(window.axis("accuracy")["x"][0], 0)
        self.assertTrue(window.last("cursor")["live"])

    def test_hiding_a_run_and_the_theme_move_no_axis(self):
        window = self.open(PROGRAM, "--start", "--speed=1000", "--stencil=", "--stencil=0")
        window.wait_epoch(400)
        window.pause()
        before = {plot: (window.axis(plot)["x"], window.axis(plot)["y"]) for plot in ("accuracy", "loss")}
        window.click("eye2")
        window.click("theme")
        for plot, limits in before.items():
            self.assertEqual((window.axis(plot)["x"], window.axis(plot)["y"]), limits)


class Cursor(WindowCase):
    def test_a_click_holds_the_cursor_at_a_recorded_epoch_and_a_drag_does_not(self):
        window = self.open(PROGRAM, "--start", "--speed=1000")
        window.wait_epoch(500)
        window.click("plot_accuracy", across=0.5)
        cursor = window.last("cursor")
        self.assertFalse(cursor["live"])
        self.assertEqual(cursor["epoch"] % 10, 0)
        x = window.axis("accuracy")["x"]
        self.assertLess(abs(cursor["epoch"] - (x[0] + x[1]) / 2), 0.25 * (x[1] - x[0]))
        window.key("End")
        window.wait_event("cursor", since=window.mark() - 5, live=True)
        window.drag("plot_loss", 0.7, 0.4)
        self.assertTrue(window.last("cursor")["live"])

    def test_arrows_home_and_the_timeline_move_it(self):
        window = self.open(PROGRAM, "--start", "--speed=1000")
        window.wait_epoch(500)
        window.pause()
        newest = window.last("cursor")["epoch"]
        window.key("Left")
        window.wait_event("cursor", live=False, epoch=newest - 10)
        window.key("shift+Left")
        window.wait_event("cursor", live=False, epoch=newest - 110)
        window.key("Right")
        window.wait_event("cursor", live=False, epoch=newest - 100)
        window.drag("timeline", 0.8, 0.25)
        held = window.last("cursor")
        self.assertFalse(held["live"])
        self.assertLess(abs(held["epoch"] - newest / 4), newest * 0.06)

    def test_hover_moves_nothing(self):
        window = self.open(PROGRAM, "--start", "--speed=1000")
        window.wait_epoch(300)
        window.move("plot_accuracy", 0.3)
        window.move("plot_accuracy", 0.4)
        self.assertTrue(window.last("cursor")["live"])


    def test_hover_with_alt_moves_the_cursor_and_without_it_does_not(self):
        window = self.open(PROGRAM, "--recorded=1001")
        window.wait_epoch(1000)
        window.wait_event("cursor", epoch=1000)
        low, high = window.axis("accuracy")["x"]
        self.assertTrue(window.last("cursor")["live"])
        window.act("keydown", "alt")
        for across in (0.3, 0.6):
            window.move("plot_accuracy", across)
            cursor = window.last("cursor")
            self.assertFalse(cursor["live"])
            self.assertEqual(cursor["epoch"] % 10, 0, "a recorded epoch")
            self.assertAlmostEqual(cursor["epoch"], low + across * (high - low), delta=0.03 * (high - low))
        window.act("keyup", "alt")
        here = window.last("cursor")
        window.move("plot_accuracy", 0.2)
        window.move("plot_loss", 0.4)
        self.assertEqual(window.last("cursor"), here)


class Replay(WindowCase):
    def test_a_recorded_run_is_marked_and_replayed_at_a_chosen_rate(self):
        window = self.open(PROGRAM, "--recorded=3001")
        window.wait_epoch(3000)
        self.assertTrue(window.wait_event("run_added", run=1)["recorded"])
        window.click("replay_rate")
        window.click("rate100x")
        window.act("key", "Escape")
        here = window.mark()
        window.key("p")
        window.wait_event("cursor", since=here, live=False)
        window.wait(lambda line: line["event"] == "cursor" and line["epoch"] > 500, since=here)
        window.key("p")
        window.act("key", "shift")
        held = window.last("cursor")
        self.assertFalse(held["live"])
        window.act("key", "shift")
        self.assertEqual(window.last("cursor")["epoch"], held["epoch"], "it stands still")
        window.key("Right")
        window.wait_event("cursor", epoch=held["epoch"] + 10)
        window.key("End")
        window.wait_event("cursor", since=here, live=True)
        window.key("ctrl+Left")
        window.wait_event("cursor", since=here, live=False, epoch=2830)  # circuit formation
        here = window.mark()
        window.key("p")
        window.wait_event("cursor", since=here, live=True, epoch=3000)  # to the end

    def test_training_is_slowed_at_the_jump_and_a_key_ends_that(self):
        window = self.open(PROGRAM, "--start", "--speed=700", "--stencil=-1,0,1")
        slowed = window.wait_event("command", command="set_speed", epochs_per_second=60)
        self.assertGreater(window.last("progress")["test_accuracy"], 0.04)
        here = window.mark()
        window.key("5")
        window.wait_event("command", since=here, command="set_speed", epochs_per_second=0)
        here = window.mark()
        window.wait_epoch(2600)  # past the jump, before a stable run rests
        again = [line for line in window.read()[here:] if line.get("command") == "set_speed"]
        self.assertEqual(again, [], "nothing holds it back again during this jump")
        self.assertGreater(slowed["t"], 0)


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
        self.assertEqual(int(small[small.index("of") + 1]) + int(small[-1]), 23 * 23, small)
        for across, down in ((0.02, 0.02), (0.98, 0.98)):  # the whole picture is of 23 x 23 cells
            here = window.mark()
            window.click("map_picture", across, down)
            a, b = (int(word) for word in self.fact(window, "query", since=here, text="confidence").split()[0:3:2])
            self.assertEqual((a, b), (int(23 * down), int(23 * across)))
        here = window.mark()
        window.act("key", "ctrl+1")
        self.fact(window, "query", since=here, text="22 + 22 = ")
        large = self.fact(window, "map", since=here, text="trained").split()
        self.assertEqual(int(large[large.index("of") + 1]) + int(large[-1]), 113 * 113, large)
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
        self.note(window, "circle", "run 1 ")
        self.note(window, "circle", "run 2 ", here)
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
class Files(WindowCase):
    """Saving and opening, with a home folder of its own."""

    def open(self, *command):
        self.home = pathlib.Path(self.folder.name) / "home"
        self.home.mkdir(exist_ok=True)
        environment = self.display.environment()
        environment.update(HOME=str(self.home), XDG_CONFIG_HOME=str(self.home / ".config"))
        self.display.environment = lambda: environment
        self.addCleanup(lambda: self.display.__dict__.pop("environment", None))
        return super().open(*command)

    def saved(self, window, since):
        """The sentence that says what was saved."""
        line = window.wait(lambda line: line["event"] == "note" and
                           line["what"] in ("notice", "banner", "question"), since=since)
        self.assertEqual(line["what"], "notice", line["value"])
        return line["value"]

    def type_path(self, window, path):
        window.click("export_path")
        window.act("key", "ctrl+a")
        window.xdotool("type", "--delay", "5", str(path))
        window.act("key", "Tab")

    def test_a_picture_of_the_window_is_saved_under_a_free_name(self):
        window = self.open(PROGRAM, "--recorded=3001", "--size=1280x720")
        window.wait_epoch(3000)
        for name in ("grokscope-baseline-seed999-epoch3000.png",
                     "grokscope-baseline-seed999-epoch3000-2.png"):
            here = window.mark()
            window.act("key", "ctrl+shift+s")
            self.assertIn(str(self.home / name), self.saved(window, here))
            self.assertEqual(png_size(self.home / name), (1280, 720 + 28))
        self.assertEqual((self.home / name).read_bytes(),
                         (self.home / "grokscope-baseline-seed999-epoch3000.png").read_bytes(),
                         "the same view gives the same picture")
        self.assertEqual(window.quit(), 0)

    def test_one_panel_at_three_times_its_size(self):
        window = self.open(PROGRAM, "--recorded=3001", "--size=1280x720")
        window.wait_epoch(3000)
        circle = window.last("control", name="picture_circle")
        window.act("key", "ctrl+e")
        window.click("export_panelcircle")
        window.click("export_times3x")
        here = window.mark()
        window.click("export_save")
        self.saved(window, here)
        width, height = png_size(next(self.home.glob("*circle*.png")))
        self.assertLess(abs(width - 3 * circle["w"]), 8)
        self.assertLess(abs(height - 3 * circle["h"] - 3 * 28), 8)

    def test_what_exists_is_replaced_only_after_a_yes(self):
        window = self.open(PROGRAM, "--recorded=301", "--size=1280x720")
        window.wait_epoch(300)
        target = self.home / "mine.csv"
        target.write_text("precious")
        for answer in ("keep_file", "replace_file"):
            window.act("key", "ctrl+e")
            window.click("export_kindcsv")
            self.type_path(window, target)
            here = window.mark()
            window.click("export_save")
            window.wait_event("note", since=here, what="question")
            window.settle_by_key()
            self.assertEqual(target.read_text(), "precious")
            here = window.mark()
            window.click(answer)
        self.saved(window, here)
        lines = target.read_text().splitlines()
        self.assertEqual(lines[0], "epoch,train_loss,test_loss,train_acc,test_acc")
        self.assertEqual(len(lines), 1 + 31)
        self.assertEqual(sorted(path.name for path in self.home.iterdir()), ["mine.csv"])

    def test_a_film_has_every_frame_and_can_be_cancelled(self):
        window = self.open(PROGRAM, "--recorded=991", "--size=640x480")
        window.wait_epoch(990)
        window.click("replay_rate")
        window.click("rate100x")
        window.act("key", "Escape")
        window.act("key", "ctrl+e")
        window.click("export_kindmp4")
        window.click("export_times1x")
        here = window.mark()
        window.click("export_save")
        saved = self.saved(window, here)
        if shutil.which("ffprobe") is None:
            self.assertIn("single pictures", saved)
            self.assertEqual(len(list(next(self.home.glob("*-frames")).iterdir())), 16)
        else:
            film = next(self.home.glob("*.mp4"))
            facts = subprocess.run(
                ["ffprobe", "-v", "error", "-count_frames", "-select_streams", "v", "-show_entries",
                 "stream=width,height,nb_read_frames,codec_name,pix_fmt,r_frame_rate", "-of", "json", film],
                check=True, capture_output=True, text=True, timeout=LIMIT)
            stream = json.loads(facts.stdout)["streams"][0]
            self.assertEqual((stream["width"], stream["height"]), (640, 508))
            self.assertEqual(stream["nb_read_frames"], "16", "990 epochs in half a second, and the end")
            self.assertEqual(stream["r_frame_rate"], "30/1")
            self.assertEqual(stream["pix_fmt"], "yuv420p")
        # Another one, cancelled on its way, leaves nothing.
        before = sorted(self.home.iterdir())
        window.click("close_notice")
        window.click("replay_rate")
        window.click("rate1x")
        window.act("key", "Escape")
        window.act("key", "ctrl+e")
        window.click("export_times2x")  # slow enough to be caught
        self.type_path(window, self.home / "other.mp4")
        here = window.mark()
        window.click("export_save")
        Waiter(lambda: sorted(self.home.iterdir()) != before).wait()  # the film has begun
        window.wait_frames(4)
        window.click("cancel_film")
        self.assertIn("cancelled", self.saved(window, here))
        self.assertEqual(sorted(self.home.iterdir()), before)

    def test_a_banner_covers_no_dialog(self):
        for size, scale in (("1280x720", 1), ("1280x800", 1.5), ("1600x1000", 1)):
            with self.subTest(size=size, scale=scale):
                window = self.open(PROGRAM, "--start", "--speed=1000", "--fail-at=100", "--size=" + size,
                                   f"--scale={scale}")
                window.wait_event("state", run=1, state="failed")
                window.wait_event("control", name="close_banner")
                window.act("key", "ctrl+e")
                window.settle_by_key()
                rects = window.controls()
                banner = rects["close_banner"]
                for name, rect in rects.items():
                    if name.startswith("export_"):
                        self.assertGreater(rect[1], banner[1] + banner[3], name)
                        self.assertLessEqual(rect[1] + rect[3], int(size.split("x")[1]), name)
                window.click("export_kindcsv")
                here = window.mark()
                window.click("export_save")
                self.assertIn(".csv", self.saved(window, here))
                next(self.home.glob("*.csv")).unlink()
                self.assertEqual(window.quit(), 0)

    def test_a_file_that_is_no_notebook_is_a_banner_and_nothing_else(self):
        window = self.open(PROGRAM, "--recorded=301")
        window.wait_epoch(300)
        stranger = self.home / "photo.jpg"
        stranger.write_text("no notebook at all")
        window.act("key", "ctrl+o")
        window.xdotool("type", "--delay", "5", str(stranger))
        here = window.mark()
        window.act("key", "Return")
        banner = window.wait_event("note", since=here, what="banner")
        self.assertIn("photo.jpg", banner["value"])
        self.assertFalse([line for line in window.read()[here:] if line["event"] == "command"])
        self.assertEqual(stranger.read_text(), "no notebook at all")


class Frames(WindowCase):
    def test_the_first_frame_comes_within_two_seconds(self):
        window = self.open(PROGRAM)
        window.quit()
        # Three seconds here: the machine may be compiling beside it.
        self.assertLess(window.first_frame_seconds, 3.0)

    def test_training_draws_without_the_mouse(self):
        window = self.open(PROGRAM, "--start", "--speed=300")
        window.wait_epoch(100)
        window.wait_frames(20)

    def test_an_unmapped_window_trains_on_and_loses_nothing(self):
        window = self.open(PROGRAM, "--start", "--speed=500")
        window.wait_epoch(100)
        window.xdotool("windowunmap", window.id)
        hidden = window.wait_epoch(window.last("progress")["epoch"] + 1500)
        window.xdotool("windowmap", window.id)
        window.wait_frames(3)
        self.assertGreater(window.last("progress")["epoch"], hidden["epoch"] - 1)

    def test_a_paused_window_rests(self):
        window = self.open(PROGRAM, "--start", "--speed=500")
        window.wait_epoch(300)
        window.key("space")
        window.wait_event("state", run=1, state="paused")
        # When nothing was drawn for a second the window rests.
        window.act("key", "shift")
        # What a key press draws, and no more, until the next one: counted over thirty of them.
        first = window.last("frame")["number"]
        for _ in range(30):
            window.act("key", "shift")
        drawn = window.last("frame")["number"] - first
        self.assertLess(drawn, 30 * 7, "a press and a release settle in three frames each")

    def test_every_size_draws_all_controls_inside_the_window(self):
        for width, height, scale in ((1280, 720, 1), (1024, 768, 1), (800, 600, 1), (1600, 1000, 1.5)):
            with self.subTest(size=(width, height, scale)):
                window = self.open(PROGRAM, "--start", "--speed=1000", "--stencil=", "--stencil=-1,0,1",
                                   f"--size={width}x{height}", f"--scale={scale}")
                window.wait_epoch(200)
                window.wait_frames(3)
                rects = {line["name"]: line for line in window.read() if line["event"] == "control"}
                self.assertGreater(len(rects), 15)
                for name, rect in rects.items():
                    if name.startswith(("run", "eye", "pin", "remove")):
                        continue  # a list may scroll
                    self.assertGreaterEqual(rect["x"], 0, name)
                    self.assertLessEqual(rect["x"] + rect["w"], width + 1, name)
                    self.assertLessEqual(rect["y"] + rect["h"], height + 1, name)
                self.assertEqual(window.quit(), 0)


class Starved(WindowCase):
    """A machine that gives the window next to nothing: the whole program is stopped most of the time."""

    def starve(self, window, until, limit=40.0):
        """Lets it run for 15 ms in 165 until `until` holds; whether it did."""
        deadline = time.monotonic() + limit
        while time.monotonic() < deadline and not until():
            window.process.send_signal(signal.SIGSTOP)
            time.sleep(0.15)  # this is the load
            window.process.send_signal(signal.SIGCONT)
            time.sleep(0.015)
        return until()

    def offered(self, window):
        return any(line["event"] == "note" and line["what"] == "starved" for line in window.read())

    def test_fewer_threads_are_offered_once_and_all_of_them_can_come_back(self):
        window = self.open(PROGRAM, "--start", "--speed=300", "--workers=4")
        window.wait_epoch(50)
        self.assertTrue(self.starve(window, lambda: self.offered(window)))
        window.click("fewer_workers")
        self.assertEqual(window.wait_event("command", command="set_workers")["count"], 2)
        window.wait_event("workers_set", working=2, available=4)
        window.settle_by_key()
        window.click("all_workers")
        window.wait_event("workers_set", working=4, available=4)
        began = time.monotonic()
        self.starve(window, lambda: time.monotonic() > began + 8)
        self.assertEqual(sum(line.get("what") == "starved" for line in window.read()), 1)
        window.act("key", "F2")  # whenever one likes
        here = window.mark()
        window.click("fewer_workers_info")
        window.wait_event("workers_set", since=here, working=2, available=4)
        self.assertEqual(window.quit(), 0)

    def test_nothing_is_offered_out_of_sight_or_with_one_thread_or_at_rest(self):
        for name, options in (("hidden", ("--start", "--workers=2")), ("alone", ("--start", "--workers=1")),
                              ("idle", ("--workers=2",))):
            with self.subTest(case=name):
                window = self.open(PROGRAM, "--speed=300", *options)
                if name == "hidden":
                    window.wait_epoch(50)
                    window.xdotool("windowunmap", window.id)
                    window.wait_epoch(window.last("progress")["epoch"] + 100)
                began = time.monotonic()
                self.starve(window, lambda: time.monotonic() > began + 9)
                self.assertFalse(self.offered(window))
                window.kill()

    def test_a_chosen_speed_is_no_starvation(self):
        window = self.open(PROGRAM, "--start", "--workers=2")
        window.key("1")  # five epochs a second: a frame every other second
        window.wait_event("command", command="set_speed", epochs_per_second=5)
        began = time.monotonic()
        Waiter(lambda: time.monotonic() > began + 9).wait()
        self.assertFalse(self.offered(window))


class Failures(WindowCase):
    def test_a_failed_run_shows_a_banner_and_the_others_go_on(self):
        window = self.open(PROGRAM, "--start", "--stencil=", "--stencil=0", "--speed=400", "--fail-at=100")
        failed = window.wait_event("state", run=1, state="failed")
        self.assertIn("NaN", failed["text"])
        window.wait_event("control", name="close_banner")
        window.wait_epoch(300, run=2)
        window.click("close_banner")
        window.wait_epoch(400, run=2)
        self.assertEqual(window.quit(), 0)

    def test_a_shader_that_does_not_compile_is_named(self):
        shaders = pathlib.Path(self.folder.name) / "shaders"
        shutil.copytree(SHADERS, shaders)
        (shaders / "ridge.frag").write_text("this is no shader")
        result = subprocess.run([PROGRAM, f"--shaders={shaders}"], timeout=LIMIT,
                                env=self.display.environment(), capture_output=True, text=True)
        self.assertEqual(result.returncode, 3, result.stderr)
        self.assertIn("ridge.frag", result.stderr)


class Endings(WindowCase):
    def test_a_screenshot_is_saved_after_its_epoch(self):
        path = pathlib.Path(self.folder.name) / "picture.png"
        result = subprocess.run(
            [PROGRAM, "--size=1280x720", "--speed=2000", f"--screenshot={path}", "--after-epoch=300"],
            env=self.display.environment(), timeout=120, capture_output=True, text=True)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(png_size(path), (1280, 720))
        self.assertGreater(path.stat().st_size, 20_000, "an empty picture would be smaller")

    def test_without_a_display_it_says_so_and_ends_with_three(self):
        env = dict(os.environ)
        env.pop("DISPLAY", None)
        env.pop("WAYLAND_DISPLAY", None)
        result = subprocess.run([PROGRAM], env=env, timeout=LIMIT, capture_output=True, text=True)
        self.assertEqual(result.returncode, 3)
        self.assertEqual(len(result.stderr.strip().splitlines()), 1, result.stderr)
        self.assertIn("no display", result.stderr)

    def test_an_old_opengl_is_explained(self):
        env = self.display.environment()
        env["MESA_GL_VERSION_OVERRIDE"] = "2.1"
        result = subprocess.run([PROGRAM], env=env, timeout=LIMIT, capture_output=True, text=True)
        self.assertEqual(result.returncode, 3)
        self.assertEqual(len(result.stderr.strip().splitlines()), 1, result.stderr)
        self.assertIn("OpenGL 3.3", result.stderr)

    def test_a_log_that_cannot_be_written_is_named(self):
        result = subprocess.run([PROGRAM, "--ui-log=/no/such/folder/log"], timeout=LIMIT,
                                env=self.display.environment(), capture_output=True, text=True)
        self.assertEqual(result.returncode, 1)
        self.assertIn("/no/such/folder/log", result.stderr)


if __name__ == "__main__":
    window_case.require_tools()
    PROGRAM = sys.argv.pop(1)
    unittest.main(verbosity=2)
