"""The window and what people have before them: keyboards of four countries, a mouse that rests, a display that
a window manager died on. Real keys, by their place on the keyboard.

usage: input_test.py PATH_OF_FAKE_GROKSCOPE
"""

import ctypes
import shutil
import subprocess
import sys
import unittest

from window_case import LIMIT, SKIPPED, WindowCase, require_tools

PROGRAM = ""

# Key codes of a PC keyboard under X, by what the American layout writes there.
PLACE = {"q": 24, "a": 38, "s": 39, "t": 28, "1": 10, "6": 15, "-": 20, "=": 21, ",": 59, ".": 60, "/": 61}

# Of each layout: where its q, its full stop and its minus stand, and what 1 takes.
LAYOUTS = {
    "us": {"quit": "q", "stop": ".", "minus": "-", "one": "1"},
    "fr": {"quit": "a", "stop": "shift+,", "minus": "6", "one": "shift+1"},
    "ru": {"quit": "q", "stop": "/", "minus": "-", "one": "1"},
    "gr": {"quit": "q", "stop": ".", "minus": "-", "one": "1"},
}


def codes(keys):
    """"shift+," as xdotool wants it, by key code."""
    *modifiers, key = keys.split("+")
    return "+".join([*modifiers, str(PLACE[key])])


class Keyboards(WindowCase):
    def press(self, window, keys):
        window.act("key", codes(keys))

    def check(self, layout):
        keys = LAYOUTS[layout]
        subprocess.run(["setxkbmap", layout], env=self.display.environment(), check=True, timeout=LIMIT)
        window = self.open(PROGRAM, "--size=1280x800")
        theme = window.state("theme")
        self.press(window, "ctrl+t")
        window.wait_state("theme", "light" if theme == "dark" else "dark")
        self.press(window, "s")
        window.wait(lambda line: line["event"] == "control" and line["name"] == "close_seeds")
        self.press(window, "s")
        self.press(window, keys["stop"])
        window.wait_event("command", command="step_epochs", epochs=1)
        self.press(window, keys["one"])
        window.wait_event("command", epochs_per_second=5)
        usual = float(window.state("smallest text"))
        self.press(window, "ctrl+=")
        window.wait(lambda line: line.get("what") == "smallest text" and float(line["value"]) > usual)
        here = window.mark()
        self.press(window, "ctrl+" + keys["minus"])
        window.wait(lambda line: line.get("what") == "smallest text" and float(line["value"]) == usual, since=here)
        added = [line for line in window.read() if line.get("command") == "add_run"]
        self.assertEqual(len(added), 1, "no key added a stencil")
        window.xdotool("key", codes("ctrl+" + keys["quit"]))
        self.assertEqual(window.process.wait(LIMIT), 0)

    def test_american(self):
        self.check("us")

    def test_french(self):
        self.check("fr")

    def test_russian(self):
        self.check("ru")

    def test_greek(self):
        self.check("gr")


class Rest(WindowCase):
    def test_a_mouse_that_rests_sees_the_tooltip_though_nothing_trains(self):
        window = self.open(PROGRAM, "--recorded=400", "--size=1280x800")
        for name in ("start", "step", "reset", "speed3", "seed", "dice", "new_run", "add_custom", "baseline_seed",
                     "fit", "theme", "help"):
            x, y = window.place(name)
            for step in (40, 25, 12, 5, 2, 0):  # as a hand comes near
                window.xdotool("mousemove", "--window", window.id, str(x + step), str(y + step // 2))
            window.wait_state("tooltip", name, 5)

    def test_nothing_is_drawn_once_all_is_settled(self):
        window = self.open(PROGRAM, "--recorded=400", "--size=1280x800")
        window.click("seed")  # its caret blinks, and that is all
        window.wait_state("tooltip", "seed", 5)
        first = window.last("frame")
        window.wait(lambda line: line["event"] == "frame" and line["t"] > first["t"] + 4)
        frames = [line for line in window.read() if line["event"] == "frame" and line["t"] > first["t"]]
        self.assertLessEqual(len(frames), 16)


class DeadManager(WindowCase):
    """A window manager that was killed leaves a property on the root window that names a window of its own."""

    def leave(self):
        x = ctypes.CDLL("libX11.so.6")
        x.XOpenDisplay.restype = ctypes.c_void_p
        x.XInternAtom.restype = ctypes.c_ulong
        x.XDefaultRootWindow.restype = ctypes.c_ulong
        display = ctypes.c_void_p(x.XOpenDisplay(self.display.name.encode()))
        atom = ctypes.c_ulong(x.XInternAtom(display, b"_NET_SUPPORTING_WM_CHECK", 0))
        root = ctypes.c_ulong(x.XDefaultRootWindow(display))
        gone = ctypes.c_ulong(0x123456)
        kWindow = ctypes.c_ulong(33)
        x.XChangeProperty(display, root, atom, kWindow, 32, 0, ctypes.byref(gone), 1)
        x.XCloseDisplay(display)

    def test_its_leftovers_do_no_harm(self):
        self.leave()
        window = self.open(PROGRAM, "--size=1280x800")
        window.act("key", "F11")
        window.act("key", "F11")
        self.assertEqual(window.quit(), 0)
        self.assertEqual(window.process.returncode, 0)


if __name__ == "__main__":
    require_tools()
    if shutil.which("setxkbmap") is None:
        print("skipped: not installed: setxkbmap")
        sys.exit(SKIPPED)
    PROGRAM = sys.argv.pop(1)
    unittest.main(verbosity=2)
