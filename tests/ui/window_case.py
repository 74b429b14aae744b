"""What the tests of the whole window share: a virtual display, the program under test, real keys and clicks,
and its log (--ui-log), on which everything is asserted. Nothing sleeps to wait for something to happen: each
wait ends when the log says so, or fails after its time limit.
"""

import json
import os
import pathlib
import shutil
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
import unittest

SKIPPED = 77
LIMIT = 30.0  # seconds for any one thing; software rendering on a busy machine is slow


def require_tools():
    missing = [tool for tool in ("Xvfb", "xdotool") if shutil.which(tool) is None]
    if missing:
        print("skipped: not installed: " + ", ".join(missing))
        sys.exit(SKIPPED)


def png_size(path):
    with open(path, "rb") as file:
        head = file.read(24)
    assert head[:8] == b"\x89PNG\r\n\x1a\n", "not a PNG"
    return struct.unpack(">II", head[16:24])


class Waiter:
    """Looks at something outside the window until it holds."""

    def __init__(self, holds):
        self.holds = holds

    def wait(self, limit=LIMIT):
        deadline = time.monotonic() + limit
        while True:
            try:
                if self.holds():
                    return
            except sqlite3.Error:
                pass  # it is being written
            if time.monotonic() > deadline:
                raise AssertionError(f"not within {limit} s")
            time.sleep(0.05)  # between two looks


class Display:
    """A virtual screen of its own, so that tests may run side by side."""

    def __init__(self, size="1600x1000"):
        self.config = tempfile.TemporaryDirectory()
        read_end, write_end = os.pipe()
        self.process = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write_end), "-screen", "0", f"{size}x24", "-nolisten", "tcp",
             "-noreset"], # one server for many windows: it must not restart when one closes
            pass_fds=(write_end,), stderr=subprocess.DEVNULL)
        os.close(write_end)
        with os.fdopen(read_end) as pipe:
            self.name = ":" + pipe.readline().strip()

    def environment(self):
        env = dict(os.environ)
        env.pop("WAYLAND_DISPLAY", None)
        # Mesa unloads itself with its driver options still allocated; no suppression can name it.
        env["ASAN_OPTIONS"] = "detect_leaks=0:" + env.get("ASAN_OPTIONS", "")
        env["XDG_CONFIG_HOME"] = self.config.name  # nobody's own layout, and nobody's changed
        env.update(DISPLAY=self.name, LIBGL_ALWAYS_SOFTWARE="1", LP_NUM_THREADS="1")
        return env

    def close(self):
        self.process.terminate()
        self.process.wait(LIMIT)
        self.config.cleanup()


class Window:
    """The program under test on a display."""

    def __init__(self, display, command, folder):
        self.display = display
        self.log_path = pathlib.Path(folder) / f"ui{len(list(pathlib.Path(folder).iterdir()))}.log"
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            [*command, f"--ui-log={self.log_path}"], env=display.environment(), stderr=subprocess.PIPE,
            text=True)
        self.lines = []
        self.offset = 0
        try:
            self.wait(lambda line: line["event"] == "frame")
            self.first_frame_seconds = time.monotonic() - self.started
            self.id = self.find()
            self.xdotool("windowfocus", self.id)
        except BaseException:
            self.kill()  # nobody holds this object yet
            raise

    def find(self):
        """Its number on the display."""
        deadline = time.monotonic() + LIMIT
        while True:
            # By its process: a test that failed half-way leaves its window beside that of the next.
            found = subprocess.run(["xdotool", "search", "--all", "--pid", str(self.process.pid),
                                    "--name", "Grokscope"], env=self.display.environment(),
                                   check=False, capture_output=True, text=True, timeout=LIMIT).stdout.split()
            if found:
                return found[0]
            self.expect_alive(deadline)

    def expect_alive(self, deadline, waits_for="the window"):
        """Fails at once where nothing more can come: what ended has said all that it will say."""
        if self.process.poll() is not None and not self.fresh():
            raise AssertionError(f"the window ended with code {self.process.returncode}: "
                                 f"{self.process.stderr.read()}")
        if time.monotonic() > deadline:
            raise AssertionError(f"not in time: {waits_for}; last lines: {self.lines[-5:]}")
        time.sleep(0.01)  # between two looks

    # --- the log ---------------------------------------------------------------------------------

    def read(self):
        """All lines so far."""
        if self.log_path.exists():
            with open(self.log_path, "rb") as file:
                file.seek(self.offset)
                data = file.read()
            whole = data.rfind(b"\n") + 1
            self.offset += whole
            self.lines += [json.loads(text) for text in data[:whole].splitlines()]
        return self.lines

    def forget(self):
        """Drops what was read of frames, for runs of hours; places in the log are void then."""
        self.read()
        self.lines = [line for line in self.lines if line["event"] not in ("frame", "progress")] + \
            [line for line in self.lines if line["event"] == "frame"][-1:]

    def mark(self):
        """A place in the log to wait from."""
        return len(self.read())

    def wait(self, wanted, since=0, limit=LIMIT):
        """The first line from `since` on for which `wanted` holds."""
        deadline = time.monotonic() + limit
        seen = since
        while True:
            lines = self.read()
            for line in lines[seen:]:
                if wanted(line):
                    return line
            seen = len(lines)
            self.expect_alive(deadline, f"a line, for {limit} s")

    def fresh(self):
        """Whether the log has a line that was not read: half a line is none."""
        if not self.log_path.exists():
            return False
        with open(self.log_path, "rb") as file:
            file.seek(self.offset)
            return b"\n" in file.read()

    def wait_event(self, event, since=0, limit=LIMIT, **facts):
        return self.wait(lambda line: line["event"] == event and
                         all(line.get(key) == value for key, value in facts.items()), since, limit)

    def wait_epoch(self, epoch, run=1, limit=120.0):
        return self.wait(lambda line: line["event"] == "progress" and line["run"] == run and
                         line["epoch"] >= epoch, limit=limit)

    def wait_frames(self, count):
        """Until `count` more frames were drawn; only while something makes it draw."""
        last = max(line["number"] for line in self.read() if line["event"] == "frame")
        self.wait(lambda line: line["event"] == "frame" and line["number"] >= last + count)

    def last(self, event, **facts):
        found = [line for line in self.read() if line["event"] == event and
                 all(line.get(key) == value for key, value in facts.items())]
        if not found:
            raise AssertionError(f"no line {event} {facts}")
        return found[-1]

    def state(self, what):
        """The newest value of something that has a state."""
        return self.last("note", what=what)["value"]

    def wait_state(self, what, value, limit=LIMIT):
        """Until that state has this value."""
        deadline = time.monotonic() + limit
        while not any(line["event"] == "note" and line["what"] == what for line in self.read()) or \
                self.state(what) != value:
            last = [line["value"] for line in self.lines if line["event"] == "note" and line["what"] == what][-1:]
            self.expect_alive(deadline, f"{what} to become {value}, it is {last}")

    def controls(self):
        """The newest rectangle (x, y, w, h) of every control; where it rests, if the last input was an `act`."""
        return {line["name"]: (line["x"], line["y"], line["w"], line["h"])
                for line in self.read() if line["event"] == "control"}

    def settle_by_key(self):
        """Draws a few frames more, with a key that does nothing."""
        self.act("key", "shift")

    def axis(self, plot):
        return self.last("axis", plot=plot)

    # --- the user --------------------------------------------------------------------------------

    def xdotool(self, *arguments):
        return subprocess.run(["xdotool", *arguments], env=self.display.environment(), check=True,
                              capture_output=True, text=True, timeout=LIMIT).stdout

    def key(self, *names):
        self.xdotool("key", *names)  # to the focused window, as a keyboard does

    def pause(self):
        """Space, until the pause is acknowledged and drawn."""
        here = self.mark()
        self.act("key", "space")
        self.wait_event("state", since=here, run=1, state="paused")
        self.act("key", "shift")

    def place(self, control, across=0.5, down=0.5):
        """A point within a named control, in pixels."""
        rect = self.wait(lambda line: line["event"] == "control" and line["name"] == control)
        rect = self.last("control", name=control)
        return int(rect["x"] + rect["w"] * across), int(rect["y"] + rect["h"] * down)

    def move(self, control, across=0.5, down=0.5):
        place = None
        # A sheet that has just opened finds its size and its place over a few frames.
        while place != self.place(control, across, down):
            place = x, y = self.place(control, across, down)
            before = self.last("frame")["number"]
            # From the side, so that the mouse moves even when it is there already.
            self.xdotool("mousemove", "--window", self.id, str(x + 2), str(y),
                         "mousemove", "--window", self.id, str(x), str(y))
            self.settle(before)

    def settle(self, before):
        """Until the first frame behind number `before` that saw an input, and two more, over which ImGui
        spreads a move and a press. Frames that were due anyway are no answer."""
        seen = self.wait(lambda line: line["event"] == "frame" and line["number"] > before and
                         line.get("input"))["number"]
        self.wait(lambda line: line["event"] == "frame" and line["number"] >= seen + 2)

    def click(self, control, across=0.5, down=0.5, button=1):
        self.move(control, across, down)
        self.act("mousedown", str(button))
        self.act("mouseup", str(button))

    def act(self, *arguments):
        """An input that the window answers with frames."""
        before = self.last("frame")["number"]
        self.xdotool(*arguments)
        self.settle(before)

    def type(self, text):
        """Types into the field with the caret, and waits until all of it has been read."""
        before = self.last("frame")["number"]
        self.xdotool("type", "--", text)
        # ImGui reads a key press and its character in frames of their own.
        self.wait(lambda line: line["event"] == "frame" and line["number"] >= before + 2 * len(text) - 1)
        self.settle_by_key()

    def wheel(self, control, clicks, across=0.5, down=0.5):
        self.move(control, across, down)
        for _ in range(abs(clicks)):
            self.act("click", "4" if clicks > 0 else "5")

    def drag(self, control, start, end, down=0.5):
        self.move(control, start, down)
        self.act("mousedown", "1")
        for step in range(1, 9):
            x, y = self.place(control, start + (end - start) * step / 8, down)
            self.act("mousemove", "--window", self.id, str(x), str(y))
        self.act("mouseup", "1")

    def quit(self):
        """Ctrl+Q; the exit code."""
        if self.process.poll() is None:
            self.key("ctrl+q")
        code = self.process.wait(LIMIT)
        self.process.stderr.close()
        return code

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(LIMIT)
        if self.process.stderr:
            self.process.stderr.close()


class WindowCase(unittest.TestCase):
    """One display per class, one program and one folder per test."""

    size = "1600x1000"

    @classmethod
    def setUpClass(cls):
        cls.display = Display(cls.size)

    @classmethod
    def tearDownClass(cls):
        cls.display.close()

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.windows = []

    def tearDown(self):
        for window in self.windows:
            window.kill()
        self.folder.cleanup()

    def until(self, window, what, *words, limit=LIMIT):
        """The first value of that state, from now on or as it stands, that has all these words."""
        def holds(value):
            return all(word in value for word in words)
        here = window.mark()  # before the look: what is told meanwhile counts
        try:
            if holds(window.state(what)):
                return window.state(what)
        except AssertionError:
            pass
        return window.wait(lambda line: line["event"] == "note" and line["what"] == what and holds(line["value"]),
                           here, limit)["value"]

    def open(self, *command):
        window = Window(self.display, command, self.folder.name)
        self.windows.append(window)
        return window
