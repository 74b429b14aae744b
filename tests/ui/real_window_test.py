#!/usr/bin/env python3
"""The program itself, window and training, on a small modulus, with real keys and clicks.

usage: real_window_test.py GROKSCOPE
"""

import json
import os
import pathlib
import subprocess
import sys
import unittest

import window_case
from window_case import LIMIT, WindowCase, png_size

PROGRAM = ""
# Small enough that an epoch takes a moment, not milliseconds.
SMALL = ["--p=23", "--d-model=32", "--heads=2", "--d-mlp=64", "--threads=1"]


class Lesson(WindowCase):
    def test_start_pause_add_a_stencil_look_back_and_quit(self):
        window = self.open(PROGRAM, *SMALL)
        window.key("space")
        start = window.wait_event("command", command="start_all")
        window.wait_event("acknowledgement", number=start["number"], accepted=True)
        window.wait_epoch(50)

        here = window.mark()
        window.click("add_stencil[-1,0,+1]")
        added = window.wait_event("run_added", since=here, stencil="[-1,0,+1]")
        self.assertEqual(added["seed"], 999)
        window.wait_epoch(30, run=added["run"])

        window.click("plot_accuracy", across=0.4)
        held = window.wait_event("cursor", live=False)
        here = window.mark()
        window.wait(lambda line: line["event"] == "progress" and line["run"] == 1, since=here)
        self.assertEqual(window.last("cursor")["epoch"], held["epoch"], "training goes on meanwhile")
        window.key("End")
        window.wait_event("cursor", since=here, live=True)

        window.pause()
        # Everything under way has arrived with the acknowledgement; nothing follows it.
        newest = {line["run"]: line["epoch"] for line in window.read() if line["event"] == "progress"}
        window.act("key", "shift")
        after = {line["run"]: line["epoch"] for line in window.read() if line["event"] == "progress"}
        self.assertEqual(newest, after)
        self.assertEqual(window.quit(), 0)

    def test_starts_and_ends_while_training_and_twice(self):
        for _ in range(2):
            window = self.open(PROGRAM, *SMALL, "--start")
            window.wait_epoch(20)
            self.assertEqual(window.quit(), 0)

    def test_rings_of_one_slot_lose_nothing(self):
        window = self.open(PROGRAM, *SMALL, "--start", "--ring-slots=1")
        window.wait_epoch(200)
        self.assertEqual(window.quit(), 0)

    def test_a_seed_typed_in_makes_a_new_run(self):
        window = self.open(PROGRAM, *SMALL)
        window.click("seed")
        window.act("key", "ctrl+a")
        window.act("key", "7")
        window.act("key", "Return")
        window.click("start")  # the draft makes a new run
        window.wait_event("run_added", seed=7)

    def test_the_quick_experiment_is_in_the_list(self):
        window = self.open(PROGRAM, "--notebook=none", "--seed=3")
        window.click("preset")
        for name in ("nanda", "transformerlens", "thirty-seconds"):
            window.wait_event("control", name="strip_preset" + name)
        window.click("strip_presetthirty-seconds")
        window.wait_state("experiment", "Thirty seconds")
        here = window.mark()
        window.click("start")
        added = window.wait_event("run_added", since=here, seed=3)
        self.assertEqual((added["p"], added["stencil"]), (97, "baseline"))


class Operations(WindowCase):
    """Other operations than addition, rivals and surgery, trained for real."""

    def notebook(self):
        return os.path.join(self.folder.name, "notes.db")

    def ask(self, *command):
        return subprocess.run([PROGRAM, *command, "--notebook", self.notebook()], check=True, capture_output=True,
                              text=True, timeout=120).stdout

    def test_products_grok_and_are_a_ring_in_the_order_of_powers_alone(self):
        window = self.open(PROGRAM, "--op=mul", "--p=59", "--frac=0.7", "--threads=2", "--start", "--notebook=none")
        window.wait_epoch(60)
        window.wait(lambda line: line["event"] == "note" and line["what"] == "phase" and
                    "products" in line["value"], limit=120)
        window.wait_epoch(1000)
        window.pause()
        window.wait_state("phase", "It has grokked: it answers products it has never seen.")
        window.wait_state("ring", "a ring")
        window.click("circle_order")
        window.wait_state("ring", "no ring: chance gives as much")
        window.click("circle_order")
        window.wait_state("ring", "a ring")

        # The query box and the clock multiply; 0 is in no group.
        window.click("tab_clock")
        window.wait(lambda line: line["event"] == "note" and line["what"] == "query" and
                    line["value"].startswith("7 * 13 = 32 "))
        window.wait(lambda line: line["event"] == "note" and line["what"] == "clock_sum" and
                    "peak 32 truth 32" in line["value"])
        window.click("query_b")
        window.type("0")
        window.wait(lambda line: line["event"] == "note" and line["what"] == "query" and
                    line["value"].startswith("7 * 0 = 0 "))

        # In the order of powers the map's second row and column are those of 1.
        window.click("tab_map")
        window.wait_event("control", name="map_picture")
        window.click("map_picture", across=1.5 / 59, down=2.5 / 59)
        window.wait(lambda line: line["event"] == "note" and line["what"] == "map_hover" and
                    line["value"].startswith("2 * 1 = 2 "))  # 2 is the smallest primitive root of 59
        window.click("inside_order")
        window.move("map_picture", across=40.5 / 59, down=3.5 / 59)
        window.wait(lambda line: line["event"] == "note" and line["what"] == "map_hover" and
                    line["value"].startswith("3 * 40 = 2 "))
        self.assertEqual(window.quit(), 0)

    def test_without_its_key_frequencies_it_learns_again_with_others(self):
        window = self.open(PROGRAM, "--op=mul", "--p=59", "--frac=0.7", "--epochs=4000", "--threads=2", "--start",
                           f"--notebook={self.notebook()}", "--size=1600x1000")
        window.wait_event("mark", run=1, kind="grokked", limit=120)
        window.wait_epoch(1000)
        window.pause()
        for _ in range(4):
            window.act("key", "i")
        window.wait(lambda line: line["event"] == "note" and line["what"] == "apart")
        window.click("apart_keys")
        here = window.mark()
        window.click("apart_train_on")
        fork = window.wait_event("run_added", since=here)
        taken = {int(name) for name in fork["fork"].removeprefix("without ").split(",")}
        self.assertGreater(len(taken), 2, fork)
        forgotten = window.wait_epoch(fork["branch_epoch"] + 10, run=fork["run"])
        self.assertLess(forgotten["test_acc"], 0.5, "it could not do without them")
        again = window.wait_event("mark", run=fork["run"], kind="grokked", limit=120)
        window.wait_epoch(again["epoch"] + 100, run=fork["run"])
        self.assertEqual(window.quit(), 0)
        chosen = set(json.loads(self.ask("inspect", "2", "--json"))["key_frequencies"])
        self.assertGreater(len(chosen - taken), 1, (taken, chosen))

    def test_a_rival_joins_the_race(self):
        window = self.open(PROGRAM, "--p=59", "--frac=0.7", "--threads=2", "--start", f"--notebook={self.notebook()}")
        window.wait_epoch(30)
        window.act("key", "shift+8")
        here = window.mark()
        window.click("add_rivalgrokfast ema")
        rival = window.wait_event("run_added", since=here)
        self.assertEqual((rival["stencil"], rival["seed"], rival["p"]), ("grokfast ema", 999, 59))
        epochs = {run: window.wait_event("mark", run=run, kind="grokked", limit=120)["epoch"]
                  for run in (rival["run"], 1)}
        self.assertNotEqual(epochs[rival["run"]], epochs[1])
        window.pause()
        self.assertEqual(window.quit(), 0)
        self.assertIn("repeats its record bit for bit", self.ask("verify", "2"))

    def test_the_form_has_them_and_says_what_division_needs(self):
        window = self.open(PROGRAM, *SMALL, "--notebook=none")
        window.key("ctrl+n")
        window.click("field_operation")
        window.click("field_operationdiv")
        window.click("field_p")
        window.act("key", "ctrl+a")
        window.type("24")
        window.wait_state("mistake --op",
                          "The operation div needs a prime modulus, where every number but 0 can be divided by; got 24.")
        window.act("key", "ctrl+a")
        window.type("29")
        window.wait_state("mistake --op", "")
        here = window.mark()
        window.click("form_start")
        added = window.wait_event("run_added", since=here)
        self.assertEqual((added["operation"], added["p"]), ("div", 29))


class Endings(WindowCase):
    def test_a_screenshot_is_saved_after_its_epoch(self):
        path = pathlib.Path(self.folder.name) / "picture.png"
        result = subprocess.run(
            [PROGRAM, *SMALL, "--size=1280x720", f"--screenshot={path}", "--after-epoch=60", "--stencil=0"],
            env=self.display.environment(), timeout=120, capture_output=True, text=True)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(png_size(path), (1280, 720))
        self.assertGreater(path.stat().st_size, 20_000, "an empty picture would be smaller")

    def shoot(self, *arguments, code=0):
        result = subprocess.run([PROGRAM, *SMALL, "--size=640x480", "--after-epoch=10", *arguments],
                                env=self.display.environment(), timeout=120, capture_output=True)
        self.assertEqual(result.returncode, code, result.stderr)
        return result

    def test_a_screenshot_and_a_log_replace_nothing_unasked(self):
        folder = pathlib.Path(self.folder.name)
        picture, log = folder / "picture.png", folder / "log"
        for path in (picture, log, folder / "picture.png.part", folder / "picture.png.new"):
            path.write_text("precious")
        os.link(log, folder / "log of yesterday")
        for option in (f"--screenshot={picture}", f"--ui-log={log}"):
            extra = [] if "screenshot" in option else [f"--screenshot={folder / 'other.png'}"]
            self.assertIn(b"--force", self.shoot(option, *extra, code=2).stderr)
        self.assertEqual({path.read_text() for path in folder.iterdir()}, {"precious"})
        self.shoot(f"--screenshot={picture}", f"--ui-log={log}", "--force")
        self.assertEqual(png_size(picture), (640, 480))
        self.assertIn('"event":"frame"', (folder / "log of yesterday").read_text())
        self.assertEqual((folder / "picture.png.part").read_text(), "precious")
        self.assertEqual(len(list(folder.iterdir())), 5)

    def test_a_screenshot_goes_into_a_stream(self):
        folder = pathlib.Path(self.folder.name)
        os.symlink("/dev/null", folder / "nowhere.png")
        self.shoot(f"--screenshot={folder / 'nowhere.png'}")
        self.assertTrue(pathlib.Path("/dev/null").is_char_device())
        self.assertEqual(os.readlink(folder / "nowhere.png"), "/dev/null")
        self.assertEqual(self.shoot("--screenshot=-").stdout[:8], b"\x89PNG\r\n\x1a\n")

    def test_a_screenshot_that_cannot_be_written_is_an_error(self):
        result = subprocess.run(
            [PROGRAM, *SMALL, "--screenshot=/no/such/folder/a.png", "--after-epoch=1000000",
             "--epochs=1000000"],  # it is said before anything is trained
            env=self.display.environment(), timeout=120, capture_output=True, text=True)
        self.assertEqual(result.returncode, 2)
        self.assertIn("/no/such/folder/a.png", result.stderr)

    def test_pictures_need_no_display(self):
        folder = pathlib.Path(self.folder.name)
        here = self.display.environment()
        nowhere = {name: value for name, value in here.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
        notebook = f"--notebook={folder / 'pictures.db'}"
        subprocess.run([PROGRAM, "train", *SMALL, "--epochs=200", "--quiet", notebook], check=True, timeout=LIMIT)
        for name, arguments in {
                "window": ["--size=900x600"], "circle": ["--size=1600x1000", "--panel=circle", "--magnify=2"],
                "curves": ["--size=900x600", "--panel=accuracy", "--transparent"],
                "light": ["--size=640x480", "--theme=light", "--epoch=100"]}.items():
            pictures = []
            for place, env in ("here", here), ("nowhere", nowhere):
                out = folder / f"{name}-{place}.png"
                done = subprocess.run([PROGRAM, "export", "1", "--to=png", notebook, f"--out={out}", *arguments],
                                       env=env, timeout=120, capture_output=True, text=True)
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                pictures.append(out.read_bytes())
            self.assertGreater(len(pictures[0]), 5_000, "an empty picture would be smaller")
            self.assertTrue(pictures[0] == pictures[1], f"{name}: the same bits with and without a display")
        shot = folder / "shot.png"
        done = subprocess.run([PROGRAM, *SMALL, "--epochs=100", "--size=640x480", f"--screenshot={shot}",
                               "--after-epoch=50", "--notebook=none"], env=nowhere, timeout=120, capture_output=True,
                              text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(png_size(shot), (640, 480))
        film = folder / "film.mp4"
        done = subprocess.run([PROGRAM, "export", "1", "--to=mp4", "--size=480x320", notebook, f"--out={film}"],
                              env=nowhere, timeout=LIMIT, capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn(b"ftyp", film.read_bytes()[:16])
        # No driver for it either.
        done = subprocess.run([PROGRAM, "export", "1", "--to=png", notebook, f"--out={folder / 'none.png'}"],
                              env={**nowhere, "__EGL_VENDOR_LIBRARY_FILENAMES": "/no/such/file"}, timeout=LIMIT,
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 3, done)
        self.assertRegex(done.stderr, r"\Agrokscope: there is no display, and .*EGL gives no .*install libegl1.*\n\Z")
        self.assertFalse((folder / "none.png").exists())

    def test_without_a_display_it_says_so_and_ends_with_three(self):
        env = dict(os.environ)
        env.pop("DISPLAY", None)
        env.pop("WAYLAND_DISPLAY", None)
        result = subprocess.run([PROGRAM, *SMALL], env=env, timeout=LIMIT, capture_output=True, text=True)
        self.assertEqual(result.returncode, 3)
        self.assertEqual(len(result.stderr.strip().splitlines()), 1, result.stderr)
        self.assertIn("no display", result.stderr)


if __name__ == "__main__":
    window_case.require_tools()
    PROGRAM = sys.argv.pop(1)
    unittest.main(verbosity=2)
