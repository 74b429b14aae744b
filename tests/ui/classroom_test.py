"""What a lesson needs of the window: every control explained and within reach of the keyboard, presenter mode,
captions, the new-run dialog, undo, layouts and the tour. Real keys and clicks, on the made-up engine.

usage: classroom_test.py FAKE_GROKSCOPE
"""

import sys
import unittest

import window_case
from window_case import WindowCase

PROGRAM = ""


class Keyboard(WindowCase):
    def walk(self, window, limit=160):
        """Presses Tab until the focus is where it was first; the names it stood on."""
        names = []
        for _ in range(limit):
            window.act("key", "Tab")
            name = window.last("focus")["name"]
            if names and name == names[0]:
                return names
            if name:
                names.append(name)
        self.fail(f"the focus did not come round: {names}")

    def test_tab_reaches_every_control_and_each_of_them_is_explained(self):
        window = self.open(PROGRAM, "--start", "--speed=1000", "--stencil=", "--stencil=0,1")
        window.wait_epoch(300)
        window.pause()
        window.act("mousemove", "--window", window.id, "2", "2")
        names = self.walk(window)
        self.assertNotIn("?", names, "an item without a tooltip")
        latest = {}
        for line in window.read():
            if line["event"] == "control":
                latest[line["name"]] = line
        wanted = {name for name, line in latest.items()
                  if line["enabled"] and not name.startswith(("picture_", "plot_mismatch", "plot_progress"))}
        self.assertGreater(len(wanted), 40)
        self.assertEqual(sorted(wanted - set(names)), [], "out of reach of Tab")

    def test_escape_ends_the_focus_ring(self):
        window = self.open(PROGRAM)
        window.act("key", "Tab")
        self.assertNotEqual(window.last("focus")["name"], "")
        window.act("key", "Escape")
        self.assertEqual(window.last("focus")["name"], "")

    def test_sheets_open_by_their_keys_and_close_by_escape(self):
        window = self.open(PROGRAM)
        for key, close in (("F1", "close_help"), ("F2", "close_info")):
            here = window.mark()
            window.act("key", key)
            window.wait_event("control", name=close)
            window.act("key", "Escape")
            window.act("key", key)
            window.click(close)
            self.assertFalse([line for line in window.read()[here:] if line["event"] == "command"])
        self.assertEqual(window.quit(), 0)

    def test_control_and_a_digit_select_a_run(self):
        window = self.open(PROGRAM, "--start", "--speed=400", "--stencil=", "--stencil=0", "--stencil=1")
        window.wait_epoch(100, run=3)
        for number in (3, 1, 2):
            window.act("key", f"ctrl+{number}")
            window.wait_state("selected", str(number))


class Presenter(WindowCase):
    size = "1920x1080"

    def test_type_is_large_curves_are_thick_and_everything_returns(self):
        window = self.open(PROGRAM, "--start", "--speed=2000", "--stencil=", "--stencil=0,1",
                           "--size=1920x1080")
        window.wait_epoch(900)
        window.pause()
        window.act("key", "ctrl+plus")
        before = {name: window.last("note", what=name)["value"]
                  for name in ("smallest text", "thinnest curve", "theme")}
        rects = window.controls()
        window.act("key", "F5")
        self.assertGreaterEqual(float(window.state("smallest text")), 28)
        self.assertGreaterEqual(float(window.state("thinnest curve")), 3)
        self.assertEqual(window.state("theme"), "light")
        self.assertEqual(window.state("headline"), "It has memorised. It does not understand yet.")
        self.assertEqual(window.state("sums it was shown"), "100 %")
        for name in ("present_wavetable", "present_loss", "present_circle"):
            window.click(name)
        here = window.mark()
        window.act("key", "space")  # every shortcut still works
        window.wait_event("state", since=here, run=1, state="running")
        window.pause()
        window.act("key", "F5")
        window.settle_by_key()
        for name, value in before.items():
            self.assertEqual(window.state(name), value)
        after = window.controls()
        self.assertEqual({name: after[name] for name in rects}, rects)

    def test_nothing_leaves_the_window_at_any_size(self):
        for width, height in ((1920, 1080), (1280, 720), (1024, 768)):
            with self.subTest(size=(width, height)):
                window = self.open(PROGRAM, "--start", "--speed=1000", "--stencil=",
                                   f"--size={width}x{height}")
                window.wait_epoch(300)
                window.act("key", "F5")
                window.settle_by_key()
                here = {name: rect for name, rect in window.controls().items()
                        if name.startswith(("present_", "end_", "plot_accuracy"))}
                self.assertGreaterEqual(len(here), 5)
                for name, (x, y, w, h) in here.items():
                    self.assertGreaterEqual(x, 0, name)
                    self.assertGreaterEqual(y, 0, name)
                    self.assertLessEqual(x + w, width + 1, name)
                    self.assertLessEqual(y + h, height + 1, name)
                self.assertEqual(window.quit(), 0)


class Captions(WindowCase):
    def test_the_caption_names_the_phases_as_they_happen(self):
        window = self.open(PROGRAM, "--start", "--speed=3000")
        window.wait_epoch(7000, limit=90)
        told = [line["value"] for line in window.read()
                if line["event"] == "note" and line["what"] == "phase"]
        order = ["It is learning the sums it is shown by heart.",
                 "It has memorised. It does not understand yet.",
                 "Something is changing: sums it never saw begin to work."]
        places = [told.index(sentence) for sentence in order]
        self.assertEqual(places, sorted(places))
        self.assertIn("grokked", told[-1])


if __name__ == "__main__":
    window_case.require_tools()
    PROGRAM = sys.argv.pop(1)
    unittest.main(verbosity=2)
