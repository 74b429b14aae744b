#!/usr/bin/env python3
"""How the window ends when nobody closes it: by a signal, with its display, by another program. All that was
trained is in the notebook, and the layout in its file.

usage: ending_test.py GROKSCOPE
"""

import ctypes
import json
import os
import pathlib
import signal
import sqlite3
import subprocess
import sys
import unittest

import window_case
from window_case import LIMIT, Display, WindowCase

PROGRAM = ""
SMALL = ["--p=23", "--d-model=32", "--heads=2", "--d-mlp=64", "--threads=1", "--eval-every=1"]
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class ClientMessage(ctypes.Structure):
    """XClientMessageEvent of Xlib.h."""
    _fields_ = [("type", ctypes.c_int), ("serial", ctypes.c_ulong), ("send_event", ctypes.c_int),
                ("display", ctypes.c_void_p), ("window", ctypes.c_ulong), ("message_type", ctypes.c_ulong),
                ("format", ctypes.c_int), ("data", ctypes.c_long * 5), ("room", ctypes.c_long * 24)]


def send_drag(display_name, window, source):
    """Something is dragged over the window, as the XDND protocol tells it."""
    x11 = ctypes.CDLL("libX11.so.6")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XInternAtom.restype = ctypes.c_ulong
    display = ctypes.c_void_p(x11.XOpenDisplay(display_name.encode()))

    def atom(name):
        return x11.XInternAtom(display, name, 0)
    for name, data in ((b"XdndEnter", (5 << 24, atom(b"text/uri-list"), 0, 0)),
                       (b"XdndPosition", (0, 100 << 16 | 100, 0, atom(b"XdndActionCopy")))):
        message = ClientMessage(type=33, window=window, message_type=atom(name), format=32)
        message.data[:] = (source, *data)
        if not x11.XSendEvent(display, ctypes.c_ulong(window), 0, ctypes.c_long(0), ctypes.byref(message)):
            raise AssertionError("the event was not sent")
    x11.XCloseDisplay(display)


class Endings(WindowCase):
    def setUp(self):
        super().setUp()
        self.home = pathlib.Path(self.folder.name)
        self.notebook = self.home / "notes.db"
        self.own_display = None
        self.wrap(self.display)

    def tearDown(self):
        super().tearDown()
        if self.own_display:
            self.own_display.close()

    def wrap(self, display):
        """Windows on this display have this test's home."""
        environment = display.environment()
        environment.update(HOME=str(self.home), XDG_CONFIG_HOME=str(self.home / ".config"))
        display.environment = lambda: environment
        self.addCleanup(lambda: display.__dict__.pop("environment", None))

    def train(self, *arguments):
        # A test that runs in the background of a shell may ignore interrupts, and the window would, too.
        window = self.open("env", "--default-signal=INT,TERM,HUP", PROGRAM, *SMALL, "--start",
                           "--epochs=1000000", f"--notebook={self.notebook}", *arguments)
        window.wait_epoch(100)
        return window

    def ended(self, window):
        code = window.process.wait(LIMIT)
        said = window.process.stderr.read()
        window.process.stderr.close()
        return code, said

    def expect_whole_record(self, window):
        """Every epoch that was trained, none twice, and a state to go on from."""
        seen = max(line["epoch"] for line in window.read() if line["event"] == "progress")
        connection = sqlite3.connect(self.notebook)
        state, owner, epoch = connection.execute("SELECT state, owner, epoch FROM run").fetchone()
        checkpoint, = connection.execute("SELECT epoch FROM checkpoint").fetchone()
        epochs = [row[0] for row in connection.execute("SELECT epoch FROM metric ORDER BY epoch")]
        connection.close()
        self.assertEqual((state, owner), ("paused", ""))
        self.assertEqual(epochs, list(range(epoch)))
        self.assertEqual(checkpoint, epoch)
        self.assertGreater(epoch, seen)

    def test_a_signal_closes_it_with_record_and_layout(self):
        for number in SIGNALS:
            with self.subTest(signal=number):
                self.notebook = self.home / f"notes{number}.db"
                settings = self.home / ".config" / "grokscope" / "window.json"
                settings.unlink(missing_ok=True)
                window = self.train()
                window.act("key", "ctrl+t")
                window.wait_state("theme", "light")  # dark at first
                window.process.send_signal(number)
                window.process.send_signal(number)  # as a closing terminal does
                code, said = self.ended(window)
                self.assertEqual((code, said), (128 + number, ""))
                self.expect_whole_record(window)
                self.assertEqual(json.loads(settings.read_text())["theme"], "light")

    def test_a_signal_ends_it_at_rest_and_while_it_starts(self):
        window = self.train()
        window.pause()
        window.process.send_signal(signal.SIGTERM)
        self.assertEqual(self.ended(window), (128 + signal.SIGTERM, ""))
        self.expect_whole_record(window)
        process = subprocess.Popen([PROGRAM, *SMALL, "--start", f"--notebook={self.home / 'other.db'}"],
                                   env=self.display.environment(), stderr=subprocess.PIPE, text=True)
        window_case.Waiter(lambda: "Cgt" in self.handled_signals(process.pid)).wait()
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.communicate(timeout=LIMIT)[1], "")
        self.assertEqual(process.returncode, 128 + signal.SIGTERM)

    @staticmethod
    def handled_signals(process):
        """"Cgt" once the process handles SIGTERM itself."""
        with open(f"/proc/{process}/status", encoding="utf-8") as file:
            caught = next(line.split()[1] for line in file if line.startswith("SigCgt"))
        return "Cgt" if int(caught, 16) & 1 << (signal.SIGTERM - 1) else ""

    def test_nohup_keeps_it(self):
        window = self.open("env", "--ignore-signal=HUP", PROGRAM, *SMALL, "--start", "--epochs=1000000",
                           f"--notebook={self.notebook}")
        window.wait_epoch(100)
        window.process.send_signal(signal.SIGHUP)
        here = window.mark()
        last = max(line["epoch"] for line in window.read() if line["event"] == "progress")
        window.wait(lambda line: line["event"] == "progress" and line["epoch"] > last + 500, since=here)
        self.assertEqual(window.quit(), 0)

    def test_a_screenshot_that_is_stopped_says_so_by_its_code(self):
        picture = self.home / "picture.png"
        window = self.train(f"--screenshot={picture}", "--after-epoch=999999")
        window.process.send_signal(signal.SIGTERM)
        self.assertEqual(self.ended(window), (128 + signal.SIGTERM, ""))
        self.assertFalse(picture.exists())
        self.expect_whole_record(window)

    def test_a_display_that_dies_loses_nothing(self):
        self.own_display = Display("1280x800")
        self.wrap(self.own_display)
        window = window_case.Window(self.own_display, [PROGRAM, *SMALL, "--start", "--epochs=1000000",
                                                       f"--notebook={self.notebook}"], self.home)
        self.windows.append(window)
        window.wait_epoch(100)
        window.act("key", "ctrl+t")
        window.wait_state("theme", "light")  # dark at first
        self.own_display.process.kill()
        code, said = self.ended(window)
        self.assertEqual(code, 3, said)
        self.assertIn("the display is gone", said)
        self.expect_whole_record(window)
        settings = json.loads((self.home / ".config" / "grokscope" / "window.json").read_text())
        self.assertEqual(settings["theme"], "light")

    def test_a_window_that_another_program_kills_or_destroys_loses_nothing(self):
        for how, words in (("windowkill", "the display is gone"), ("windowclose", "destroyed from outside")):
            with self.subTest(how=how):
                self.notebook = self.home / f"{how}.db"
                window = self.train()
                window.xdotool(how, window.id)
                code, said = self.ended(window)
                self.assertEqual(code, 3, said)
                self.assertIn(words, said)
                self.expect_whole_record(window)

    def test_a_drag_whose_source_is_gone_ends_nothing(self):
        window = self.train()
        send_drag(window.display.name, int(window.id), source=0x7ffffff)  # a window that is not there
        reached = window.last("progress", run=1)["epoch"]
        window.wait_epoch(reached + 300)
        self.assertEqual(window.quit(), 0)
        self.expect_whole_record(window)

    def test_a_film_that_is_stopped_leaves_no_part_of_it(self):
        done = subprocess.run([PROGRAM, "train", *SMALL, "--epochs=400", "--quiet",
                               f"--notebook={self.notebook}"], env=self.display.environment(), check=False,
                              timeout=LIMIT)
        self.assertEqual(done.returncode, 0)
        process = subprocess.Popen(
            [PROGRAM, "export", "1", "--to", "mp4", "--rate=10", f"--notebook={self.notebook}", "--out",
             str(self.home / "film.mp4")], env=self.display.environment(), stderr=subprocess.PIPE, text=True)
        window_case.Waiter(lambda: any("film" in name for name in os.listdir(self.home))).wait()
        process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=LIMIT)[1]
        self.assertEqual(process.returncode, 128 + signal.SIGTERM, said)
        self.assertEqual([name for name in os.listdir(self.home) if "film" in name], [])


if __name__ == "__main__":
    window_case.require_tools()
    PROGRAM = sys.argv.pop(1)
    unittest.main(verbosity=2)
