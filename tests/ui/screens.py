#!/usr/bin/env python3
"""Takes a picture of every screen of the window, to be looked at: no test.

  tests/ui/screens.py PROGRAM FOLDER [SIZE ...] [--theme dark|light]

PROGRAM is fake_grokscope; SIZE as 1280x720, all four without any. The file's name says screen, size and theme. A screen
that a size does not have is skipped, and a line says so.
Needs Xvfb, xdotool and ffmpeg.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

import window_case

SIZES = ("1280x720", "1600x1000", "1920x1080", "800x1400")
TABS = ("circle", "map", "clock", "attention", "apart")


def keys(*names):
    return lambda window: [window.act("key", name) for name in names]


def tab(name, presenting=False):
    """The tab is in front; 800 pixels show it below, smaller windows behind the curves."""

    def show(window):
        if "pictures_tab" in window.controls() and not presenting:
            window.click("pictures_tab")
        if presenting:
            window.act("key", "F5")
        for _ in range(TABS.index(name)):
            window.act("key", "i")

    return show


def screens():
    yield "main", keys()
    for name in TABS:
        yield name, tab(name)
    yield "presenter", keys("F5")
    yield "presenter_apart", tab("apart", True)
    yield "presenter_map", tab("map", True)
    yield "presenter_theory", keys("F5", "t")
    for name, key in (("export", "ctrl+e"), ("open", "ctrl+o"), ("seeds", "s"), ("plane", "g"), ("collapse", "c"), ("lottery", "n"), ("valley", "v"), ("path", "w"), ("depth", "d"), ("new_run", "ctrl+n"), ("palette", "ctrl+k"),
                      ("help", "F1"), ("figures", "F2"), ("note", "a"), ("guess", "j"), ("laboratory", "ctrl+l"), ("theory", "t")):
        yield name, keys(key)
    yield "status_tooltip", lambda window: window.move("status", 0.1)
    yield "read_out_tooltip", lambda window: window.move("plot_accuracy", 0.6, 0.4)
    yield "empty", keys()
    yield "fork", fork
    yield "train_on_without", train_on_without
    for name in ("tab_progress", "tab_figures", "axes", "run_menu1", "run_order", "quick_more", "quick_layouts", "preset",
                 "wavetable_view", "wavetable_heat", "wavetable_bars", "circle_frequency", "replay_rate", "tour",
                 "aboutcircle", "rivals", "test_parts"):
        yield name, click(name)
    yield "figure_curves", figures("full_loss_all", "gini_W_E", "clustered_neurons")
    yield "figure_map", figures("neuron_amplitude")


def fork(window):
    window.act("key", "shift+Left")  # at an epoch of which there is a state
    window.act("key", "k")


def train_on_without(window):
    tab("apart")(window)
    click("apart_keys")(window)
    click("apart_train_on")(window)


def figures(*names):
    """They are ticked, and the menu is closed again."""

    def show(window):
        click("tab_figures")(window)
        window.settle_by_key()
        for name in names:
            click("figure" + name)(window)
        window.act("key", "Escape")

    return show


class NotInThisSize(Exception):
    """The screen's control has no room in this size."""


def click(name):
    def show(window):
        if name not in window.controls():  # all that the window shows are in its log by now
            raise NotInThisSize(name)
        window.click(name)

    return show


def picture(window, display, size, path):
    if "tooltip" not in path.name:
        window.xdotool("mousemove", "1", str(int(size.split("x")[1]) // 2))  # over nothing that explains itself
    window.settle_by_key()
    window.settle_by_key()
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "x11grab", "-video_size", size, "-i", display.name + "+0,0",
                    "-frames:v", "1", str(path)], check=True, timeout=window_case.LIMIT)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("sizes", nargs="*")
    parser.add_argument("--theme", choices=("dark", "light"))
    parser.add_argument("--only", help="screens, separated by commas")
    arguments = parser.parse_args()
    window_case.require_tools()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    only = arguments.only.split(",") if arguments.only else None
    for size in arguments.sizes or SIZES:
        display = window_case.Display(size)
        try:
            for theme in (arguments.theme,) if arguments.theme else ("dark", "light"):
                for name, show in screens():
                    if only and name not in only:
                        continue
                    with tempfile.TemporaryDirectory() as folder:
                        command = [arguments.program, "--size=" + size]
                        command += [] if name == "empty" else ["--recorded=3001"]
                        window = window_case.Window(display, command + (["--light"] if theme == "light" else []), folder)
                        try:
                            if name != "empty":
                                window.wait_epoch(3000)
                            show(window)
                            picture(window, display, size, arguments.folder / f"{name}_{size}_{theme}.png")
                        except NotInThisSize as missing:
                            print(f"skipped: {name}: no {missing} at {size}")
                        finally:
                            window.kill()
        finally:
            display.close()


if __name__ == "__main__":
    sys.exit(main())
