#!/usr/bin/env python3
"""Export, opening and what is asked before a file is replaced, in a whole window, on the made-up engine.

usage: files_test.py FAKE_GROKSCOPE
"""

import json
import pathlib
import shutil
import subprocess
import sys
import unittest

import window_case
from window_case import LIMIT, Waiter, WindowCase, png_size

PROGRAM = ""


class Files(WindowCase):
    """Saving and opening, with a home folder of its own."""

    def open(self, *command):
        self.home = pathlib.Path(self.folder.name) / "home"
        self.home.mkdir(exist_ok=True)
        environment = self.display.environment()
        environment.update(HOME=str(self.home), XDG_CONFIG_HOME=str(self.home / ".config"),
                           XDG_CACHE_HOME=str(pathlib.Path(self.folder.name) / "cache"))  # the driver's
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
        self.assertEqual(lines[0], "epoch,train_loss,test_loss,train_acc,test_acc,"
                                   "mirrored_loss,new_loss,mirrored_acc,new_acc")
        self.assertEqual(len(lines), 1 + 31)
        self.assertEqual(sorted(path.name for path in self.home.iterdir()), ["mine.csv"])

    def test_a_path_may_begin_with_the_sign_for_the_home_folder(self):
        window = self.open(PROGRAM, "--recorded=301", "--size=1280x720")
        window.wait_epoch(300)
        window.act("key", "ctrl+e")
        window.click("export_kindcsv")
        self.type_path(window, "~/mine.csv")
        here = window.mark()
        window.click("export_save")
        self.assertIn(str(self.home / "mine.csv"), self.saved(window, here))
        self.assertEqual([path.name for path in self.home.iterdir()], ["mine.csv"])

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
                for name in ("export_close", "export_kindpng", "export_path", "export_save"):
                    self.assertLessEqual(rects[name][1] + rects[name][3], int(size.split("x")[1]), name)
                window.click("export_kindcsv")
                here = window.mark()
                window.click("export_save")
                self.assertIn(".csv", self.saved(window, here))
                next(self.home.glob("*.csv")).unlink()
                self.assertEqual(window.quit(), 0)

    def test_a_copied_view_is_shown_again_when_it_is_pasted(self):
        window = self.open(PROGRAM, "--recorded=301", "--size=1280x720")
        window.wait_epoch(300)
        window.act("key", "Left")
        window.wait_event("cursor", live=False, epoch=290)
        usual = window.state("look")
        window.act("key", "l")
        window.act("key", "ctrl+shift+c")
        line = window.wait_event("note", what="clipboard")["value"]
        self.assertTrue(line.startswith("grokscope:view "), line)
        self.assertEqual(json.loads(line.split(" ", 1)[1])["epoch"], 290)
        window.act("key", "End")
        window.act("key", "l")
        window.wait_state("look", usual)
        here = window.mark()
        window.act("key", "ctrl+shift+v")
        window.wait_event("cursor", since=here, live=False, epoch=290)
        window.wait_state("look", json.dumps(json.loads(line.split(" ", 1)[1])["look"], separators=(",", ":")))
        self.assertNotEqual(window.state("look"), usual)
        self.assertIn("The view is shown.", self.saved(window, here))
        self.assertFalse([line for line in window.read()[here:] if line["event"] == "command"],
                         "its run is here")
        self.assertEqual(window.quit(), 0)

    def test_a_text_that_is_no_view_is_a_banner(self):
        window = self.open(PROGRAM, "--recorded=301", "--size=1280x720")
        window.wait_epoch(300)
        here = window.mark()
        window.act("key", "ctrl+shift+v")
        banner = window.wait_event("note", since=here, what="banner")
        self.assertIn("Copy this view", banner["value"])
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


if __name__ == "__main__":
    window_case.require_tools()
    PROGRAM = sys.argv.pop(1)
    unittest.main(verbosity=2)
