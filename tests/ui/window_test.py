#!/usr/bin/env python3
"""The whole window under a virtual display, with real keys and clicks, on the made-up engine.

usage: window_test.py FAKE_GROKSCOPE
"""

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time
import unittest

import window_case
from window_case import LIMIT, Waiter, WindowCase, png_size

PROGRAM = ""
SHADERS = pathlib.Path(__file__).resolve().parents[2] / "shaders"
SEVEN = ["[-1]", "[0]", "[+1]", "[-1,0]", "[-1,+1]", "[0,+1]", "[-1,0,+1]"]


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
        window.settle_by_key()
        window.wait_state("cursor_words", "latest")  # nothing is live in a record
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
        self.assertGreater(window.last("progress")["test_acc"], 0.04)
        here = window.mark()
        window.key("5")
        window.wait_event("command", since=here, command="set_speed", epochs_per_second=0)
        here = window.mark()
        window.wait_epoch(2600)  # past the jump, before a stable run rests
        again = [line for line in window.read()[here:] if line.get("command") == "set_speed"]
        self.assertEqual(again, [], "nothing holds it back again during this jump")
        self.assertGreater(slowed["t"], 0)


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
