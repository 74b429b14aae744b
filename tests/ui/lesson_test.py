"""A lesson from beginning to end with the program itself, from an empty home folder: start, add two stencils,
look back, change names, present, take notes, quit, find it all again and replay it.

usage: lesson_test.py GROKSCOPE
"""

import json
import pathlib
import subprocess
import sys
import unittest

import window_case
from window_case import LIMIT, WindowCase

PROGRAM = ""
# Small enough that a lesson takes a minute.
SMALL = ["--p=23", "--d-model=32", "--heads=2", "--d-mlp=64", "--threads=1"]


class Lesson(WindowCase):
    def setUp(self):
        super().setUp()
        self.home = pathlib.Path(self.folder.name) / "home"
        self.home.mkdir()
        self.env = self.display.environment()
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "GROKSCOPE_NOTEBOOK"):
            self.env.pop(name, None)
        self.env["HOME"] = str(self.home)
        self.env["FONTCONFIG_FILE"] = str(self.home / "missing.conf")  # its fonts are built in
        self.display.environment = lambda: dict(self.env)

    def tearDown(self):
        del self.display.environment
        super().tearDown()

    def test_a_whole_lesson_from_an_empty_home_folder(self):
        window = self.open(PROGRAM, *SMALL, "--size=1280x720")
        window.click("tour")
        window.wait_state("tour", "1")
        window.click("start")
        window.wait_event("state", run=1, state="running")
        window.wait_epoch(50)
        for run, label in ((2, "[-1]"), (3, "[-1,0,+1]")):
            window.click("add_stencil" + label)
            window.wait_event("run_added", run=run, stencil=label, seed=999)
            window.wait_epoch(30, run=run)
        window.click("tour_close")

        window.drag("timeline", 0.9, 0.3)
        held = window.last("cursor")
        self.assertFalse(held["live"])
        window.act("key", "ctrl+2")
        window.wait_state("selected", "2")
        window.act("key", "a")
        window.type("look here")
        window.act("key", "Return")
        window.wait(lambda line: line["event"] == "note" and "look here" in line["value"])
        window.act("key", "End")

        here = window.mark()
        window.click("tab_apart")
        window.click("apart_keys")
        window.wait_event("note", since=here, what="inspect_asked")
        window.click("apart_reset")
        window.click("tab_circle")

        window.act("key", "F5")
        window.wait_state("theme", "light")
        window.wait(lambda line: line["event"] == "note" and line["what"] == "headline")
        window.click("present_wavetable")
        window.act("key", "F5")
        window.wait_state("theme", "dark")
        window.pause()
        for kind, pattern in (("csv", "*.csv"), ("png", "*.png")):
            window.act("key", "ctrl+e")
            window.click("export_kind" + kind)
            here = window.mark()
            window.click("export_save")
            window.wait(lambda line: line["event"] == "note" and line["what"] == "notice" and
                        line["value"].startswith("Saved as"), since=here)
            self.assertEqual(len(list(self.home.glob(pattern))), 1, sorted(self.home.iterdir()))
        window.act("key", "F7")
        self.assertEqual(window.quit(), 0)

        notebook = self.home / ".local/share/grokscope/notebook.db"
        self.assertTrue(notebook.exists(), sorted(self.home.rglob("*")))
        settings = json.loads((self.home / ".config/grokscope/window.json").read_text(encoding="utf-8"))
        self.assertEqual(settings["layout"], 1)
        listed = subprocess.run([PROGRAM, "list"], env=self.env, timeout=LIMIT, capture_output=True, text=True)
        self.assertEqual(listed.returncode, 0, listed.stderr)
        for label in ("baseline", "[-1]", "[-1,0,+1]"):
            self.assertIn(label, listed.stdout)
        shown = subprocess.run([PROGRAM, "show", "2"], env=self.env, timeout=LIMIT, capture_output=True, text=True)
        self.assertEqual(shown.returncode, 0, shown.stderr)
        self.assertIn("look here", shown.stdout, "the note is kept with its run")

        window = self.open(PROGRAM, *SMALL, "--size=1280x720")
        window.wait_state("middle", "notebook")
        window.click("recent_replay3")
        added = window.wait_event("run_added", recorded=True)
        window.wait_event("cursor", live=False)
        window.wait_state("selected", str(added["run"]))
        here = window.mark()
        window.act("key", "End")
        window.wait_event("cursor", live=True, since=here)
        self.assertEqual(window.quit(), 0)
        again = subprocess.run([PROGRAM, "list"], env=self.env, timeout=LIMIT, capture_output=True, text=True)
        self.assertEqual(again.stdout, listed.stdout, "looking back leaves the record as it is")

    def test_a_home_folder_that_cannot_be_written_does_not_stop_the_lesson(self):
        # A file where the folders would be: not even an administrator may write there.
        (self.home / ".config").write_text("no folder")
        (self.home / ".local").write_text("no folder")
        # Who asks for training at once is told before there is a window; a lesson begins without a record.
        refused = subprocess.run([PROGRAM, *SMALL, "--start"], env=self.env, timeout=LIMIT, capture_output=True,
                                 text=True)
        self.assertEqual(refused.returncode, 2, refused.stderr)
        self.assertIn("--notebook FILE", refused.stderr)
        window = self.open(PROGRAM, *SMALL)
        window.click("start")
        window.wait_epoch(50)
        window.act("key", "ctrl+t")
        window.wait(lambda line: line["event"] == "note" and line["what"] == "settings" and line["value"])
        window.wait_epoch(100)
        window.key("ctrl+q")
        self.assertIn(window.process.wait(LIMIT), (0, 1), "1: it says that nothing was recorded")
        window.process.stderr.close()


if __name__ == "__main__":
    window_case.require_tools()
    PROGRAM = sys.argv.pop(1)
    unittest.main(verbosity=2)
