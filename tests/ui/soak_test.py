"""Hours of lessons in one: the program trains on all cores while someone clicks, scrubs, presents, removes and
resets without end. Memory must stay flat and input must be answered at once.

usage: soak_test.py GROKSCOPE [MINUTES]   (60 by default)
"""

import contextlib
import subprocess
import sys
import tempfile
import time

import window_case
from window_case import Display, Window

LATENCY = 0.1  # seconds, 99th percentile
GROWTH = 0.05
WARM_UP = 0.4  # share of the time after which memory is flat: undo then holds twenty steps
SMALL = ["--p=31", "--epochs=3000"]


class Typist:
    """Keys without a process for each, so that what is measured is the window and not xdotool."""

    def __init__(self, window):
        self.window = window
        self.tool = subprocess.Popen(["xdotool", "-"], env=window.display.environment(), text=True,
                                     stdin=subprocess.PIPE)
        self.latencies = []

    def press(self, key):
        """Presses a key and waits for the frame that follows it; remembers how long that took."""
        self.window.read()
        clock = next(line for line in self.window.lines if line["event"] == "clock")["monotonic"]
        here = self.window.mark()
        pressed = time.monotonic() - clock
        self.tool.stdin.write(f"key {key}\n")
        self.tool.stdin.flush()
        frame = self.window.wait(lambda line: line["event"] == "frame" and line.get("input"), since=here)
        self.latencies.append(frame["t"] - pressed)

    def close(self):
        self.tool.stdin.close()
        self.tool.wait()


def own_memory(process):
    """Bytes in memory that are of no file: those of files come and go as the kernel likes."""
    with open(f"/proc/{process.pid}/status", encoding="ascii") as file:
        lines = [line.split() for line in file if line.startswith(("RssAnon:", "RssShmem:"))]
    assert len(lines) == 2, lines
    return sum(int(line[1]) for line in lines) * 1024


def percentile(values, share):
    return sorted(values)[min(int(share * len(values)), len(values) - 1)]


def main():
    program, minutes = sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else 60
    memory = []
    with contextlib.closing(Display()) as display, tempfile.TemporaryDirectory() as folder:
        window = Window(display, [program, *SMALL, "--start", "--stencil=", "--stencil=0,1", "--notebook=none"],
                        folder)
        typist = Typist(window)
        begin = time.monotonic()
        cycle = 0
        try:
            while time.monotonic() - begin < 60 * minutes:
                cycle += 1
                window.key("shift+7")
                for key in ("Left", "Left", "ctrl+Left", "m", "m", "m", "l", "l", "F5", "F5", "ctrl+t", "ctrl+t",
                            "F7", "F8", "F6", "F2", "F2", "Home", "End", "Next", "Prior"):
                    typist.press(key)
                    time.sleep(0.25)  # as fast as people are
                for name in ("ctrl+3", "Delete", "ctrl+1"):
                    typist.press(name)
                window.click("reset")
                window.click("reset")
                window.key("space")
                time.sleep(10)  # a while of training
                window.forget()
                memory.append((time.monotonic() - begin, own_memory(window.process)))
                if cycle % 5 == 0:
                    print(f"{memory[-1][0] / 60:5.1f} min  {memory[-1][1] / 2**20:6.1f} MB  latency p50 "
                          f"{percentile(typist.latencies, 0.5) * 1000:.0f} ms  p99 "
                          f"{percentile(typist.latencies, 0.99) * 1000:.0f} ms", flush=True)
            typist.close()
            code = window.quit()
        finally:
            window.kill()
    settled = [size for when, size in memory if when > 60 * minutes * WARM_UP]
    half = len(settled) // 2
    early, late = max(settled[:half]), max(settled[half:])
    slow = percentile(typist.latencies, 0.99)
    print(f"{cycle} rounds; memory {early / 2**20:.1f} MB, then {late / 2**20:.1f} MB; "
          f"{len(typist.latencies)} keys, p99 {slow * 1000:.0f} ms; exit code {code}")
    return 0 if code == 0 and late <= early * (1 + GROWTH) and slow <= LATENCY else 1


if __name__ == "__main__":
    window_case.require_tools()
    sys.exit(main())
