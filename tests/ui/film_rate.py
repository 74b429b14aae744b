#!/usr/bin/env python3
"""Measures how many frames a second the window draws while it makes a film, with the mouse moving: no test.

  tests/ui/film_rate.py PROGRAM [SIZE]

PROGRAM is fake_grokscope, SIZE as 1280x720, which is the default; the film is as large. Software GL with one
thread. Needs Xvfb and xdotool, and a machine that does nothing else.
"""

import os
import pathlib
import sys
import tempfile
import time

import window_case

STEP = 0.02  # seconds between two movements of the mouse


def frames_since(window, mark):
    return sum(line["event"] == "frame" for line in window.read()[mark:])


def saved(window, mark):
    return any(line["event"] == "note" and line["what"] == "notice" for line in window.read()[mark:])


def main():
    program, size = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "1280x720"
    window_case.require_tools()
    display = window_case.Display(size)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["HOME"] = folder
        window = window_case.Window(display, [program, "--recorded=3001", "--size=" + size], folder)
        try:
            window.wait_epoch(3000)
            window.act("key", "ctrl+e")
            window.click("export_kindmp4")
            window.click("export_times1x")
            mark = window.mark()
            window.click("export_save")
            begun, number = time.monotonic(), 0
            while not saved(window, mark):
                number += 1
                window.xdotool("mousemove", str(300 + 5 * number % 400), str(200 + number % 50))
                time.sleep(STEP)
            seconds = time.monotonic() - begun
            frames = frames_since(window, mark)
            films = [path.name for path in pathlib.Path(folder).glob("*.mp4")]
            print(f"{frames} frames in {seconds:.2f} s: {frames / seconds:.1f} frames/s while {films} was made, "
                  f"load {os.getloadavg()[0]:.1f}")
        finally:
            window.kill()
            display.close()


if __name__ == "__main__":
    sys.exit(main())
