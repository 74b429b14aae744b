#!/usr/bin/env python3
"""The window and the record: view, replay, export, open, go on, branch, with the real program. What the
window saves equals what the command line saves, byte for byte.

usage: record_test.py GROKSCOPE
"""

import contextlib
import json
import math
import os
import pathlib
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import unittest
import zipfile
import zlib

import window_case
import files_test
from window_case import LIMIT, WindowCase, png_size

PROGRAM = ""
SMALL = ["--p=23", "--d-model=32", "--heads=2", "--d-mlp=64", "--threads=1"]


class Record(WindowCase):
    saved = files_test.Files.saved
    type_path = files_test.Files.type_path

    def setUp(self):
        super().setUp()
        self.home = pathlib.Path(self.folder.name)
        self.notebook = self.home / "notes.db"
        environment = self.display.environment()
        environment.update(HOME=str(self.home), XDG_CONFIG_HOME=str(self.home / ".config"))
        environment.pop("GROKSCOPE_NOTEBOOK", None)
        self.display.environment = lambda: environment
        self.addCleanup(lambda: self.display.__dict__.pop("environment", None))

    def run_program(self, *arguments, code=0):
        done = subprocess.run([PROGRAM, *arguments], env=self.display.environment(), timeout=120,
                              capture_output=True, text=True, cwd=self.home)
        self.assertEqual(done.returncode, code, done.stderr)
        return done.stdout if code == 0 else done.stderr

    def train(self, epochs=300, *extra, notebook=None):
        self.run_program("train", *SMALL, f"--epochs={epochs}", "--quiet",
                         f"--notebook={notebook or self.notebook}", *extra)

    @contextlib.contextmanager
    def training_elsewhere(self, end):
        """Another process trains into the notebook, which has a state of it already, until this signal."""
        trainer = subprocess.Popen(
            [PROGRAM, "train", *SMALL, "--epochs=1000000", "--quiet", f"--notebook={self.notebook}"],
            env=self.display.environment(), cwd=self.home)
        try:
            window_case.Waiter(lambda: self.notebook.exists() and self.rows(
                "SELECT count(*) FROM checkpoint WHERE epoch > 50") != [(0,)]).wait()
            yield
        finally:
            trainer.send_signal(end)
            trainer.wait(LIMIT)

    def rows(self, query, *values, notebook=None):
        connection = sqlite3.connect(f"file:{notebook or self.notebook}?mode=ro", uri=True)
        try:
            return connection.execute(query, values).fetchall()
        finally:
            connection.close()

    def export_from(self, window, kind, path):
        window.act("key", "ctrl+e")
        window.click("export_kind" + kind)
        self.type_path(window, path)
        here = window.mark()
        window.click("export_save")
        return self.saved(window, here)

    def open_by_name(self, window, path):
        # In one go, long before the sheet's line has the caret: no letter is lost, none is a shortcut.
        window.xdotool("key", "ctrl+o", "type", "--delay", "0", str(path))
        window.wait_state("open path", str(path))
        window.act("key", "Return")

    def export_by_command(self, kind, path, *extra):
        self.run_program("export", "1", "--to", kind, "--notebook", str(self.notebook), "--out", str(path),
                         *extra)


class Export(Record):
    def test_the_window_and_the_command_line_write_the_same_bytes(self):
        self.train(300, "--stencil=-1,0")
        window = self.open(PROGRAM, "view", "1", f"--notebook={self.notebook}")
        window.wait_epoch(290)
        for kind, extra in (("csv", ()), ("json", ()), ("npz", ("--epoch", "300")), ("pt", ("--epoch", "300"))):
            with self.subTest(kind=kind):
                self.export_from(window, kind, self.home / f"window.{kind}")
                self.export_by_command(kind, self.home / f"command.{kind}", *extra)
                self.assertEqual((self.home / f"window.{kind}").read_bytes(),
                                 (self.home / f"command.{kind}").read_bytes())
        self.export_from(window, "notebook", self.home / "share.db")
        self.assertEqual(self.rows("SELECT count(*) FROM metric", notebook=self.home / "share.db"),
                         self.rows("SELECT count(*) FROM metric"))
        size = window.xdotool("getwindowgeometry", window.id).split("Geometry: ")[1].strip()
        here = window.mark()
        window.act("key", "ctrl+shift+s")
        saved = self.saved(window, here)
        picture = pathlib.Path(saved.split("Saved as ")[1].splitlines()[0])
        self.export_by_command("png", self.home / "command.png", f"--size={size}")
        self.assertEqual(picture.read_bytes(), (self.home / "command.png").read_bytes())
        self.assertEqual(window.quit(), 0)

    def test_pictures_and_films_of_panels_without_a_window(self):
        self.train(300)
        common = ("--size=960x720", "--theme=light")
        self.export_by_command("png", self.home / "whole.png", *common, "--magnify=2", "--no-controls")
        self.assertEqual(png_size(self.home / "whole.png"), (1920, 1440 + 56))
        self.export_by_command("png", self.home / "loss.png", *common, "--panel=loss", "--epoch=100")
        self.assertLess(png_size(self.home / "loss.png")[0], 960)
        self.assertIn("exists already", self.run_program(
            "export", "1", "--to", "png", "--notebook", str(self.notebook), "--out",
            str(self.home / "loss.png"), code=2))
        for form in ("png", "mp4"):  # before it is drawn
            self.assertIn("there is no folder", self.run_program(
                "export", "1", "--to", form, "--notebook", str(self.notebook), "--out",
                str(self.home / "no" / "picture"), code=2))
        self.assertIn("there are window", self.run_program(
            "export", "1", "--to", "png", "--panel=nothing", "--notebook", str(self.notebook), "--out",
            str(self.home / "nothing.png"), code=2))
        self.export_by_command("mp4", self.home / "film.mp4", *common, "--rate=100")
        if shutil.which("ffprobe"):
            facts = subprocess.run(["ffprobe", "-v", "error", "-count_frames", "-show_entries",
                                    "stream=width,height,nb_read_frames", "-of", "json",
                                    self.home / "film.mp4"], check=True, capture_output=True, text=True,
                                   timeout=LIMIT)
            stream = json.loads(facts.stdout)["streams"][0]
            self.assertEqual((stream["width"], stream["height"]), (960, 748))
            self.assertGreaterEqual(int(stream["nb_read_frames"]), 6)
        else:
            self.assertTrue((self.home / "film-frames" / "00001.png").exists())

    def test_a_picture_does_not_depend_on_how_the_window_was_left(self):
        self.train(300)
        before, after = self.home / "before.png", self.home / "after.png"
        self.export_by_command("png", before, "--size=960x720")
        window = self.open(PROGRAM, "view", "1", f"--notebook={self.notebook}")
        window.wait_epoch(290)
        window.click("theme")
        window.wait_state("theme", "light")
        self.assertEqual(window.quit(), 0)
        window = self.open(PROGRAM, "view", "1", f"--notebook={self.notebook}")
        window.wait_state("theme", "light")
        self.assertEqual(window.quit(), 0)
        self.export_by_command("png", after, "--size=960x720")
        self.assertEqual(before.read_bytes(), after.read_bytes())

    def test_a_film_without_a_working_encoder_is_pictures_and_says_so(self):
        self.train(300)
        tools = self.home / "tools"
        tools.mkdir()
        (tools / "ffmpeg").write_text("#!/bin/sh\necho 'Unknown encoder' >&2\nexit 1\n")
        (tools / "ffmpeg").chmod(0o755)
        environment = dict(self.display.environment(), PATH=f"{tools}:/usr/bin:/bin")
        command = [PROGRAM, "export", "1", "--to", "mp4", "--notebook", str(self.notebook), "--size=640x480",
                   "--rate=100", "--out"]
        done = subprocess.run([*command, "film.mp4"], env=environment, timeout=120, capture_output=True,
                              text=True, cwd=self.home)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout, "wrote film-frames\n")
        self.assertIn("no encoder that works (Unknown encoder)", done.stderr)
        self.assertIn("ffmpeg -framerate 30", done.stderr)
        frames = sorted(path.name for path in (self.home / "film-frames").iterdir())
        self.assertEqual(frames, [f"{i:05}.png" for i in range(1, len(frames) + 1)])
        self.assertGreaterEqual(len(frames), 6)
        done = subprocess.run([*command, "-"], env=environment, timeout=120, capture_output=True,
                              text=True, cwd=self.home)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("cannot go to standard output", done.stderr)
        self.assertEqual(sorted(path.name for path in self.home.glob("*film*")), ["film-frames"])


class Known(Record):
    def changed_at(self, epoch):
        """The record's test loss at one epoch, changed by its last bit."""
        connection = sqlite3.connect(self.notebook)
        with connection:
            value, = connection.execute("SELECT test_loss FROM metric WHERE epoch = ?", (epoch,)).fetchone()
            connection.execute("UPDATE metric SET test_loss = ? WHERE epoch = ?",
                               (math.nextafter(value, 1e9), epoch))
        connection.close()

    def rerun(self, epochs=300):
        window = self.open(PROGRAM, *SMALL, f"--epochs={epochs}", "--start", f"--notebook={self.notebook}")
        window.wait_epoch(epochs - 10)
        return window

    def test_a_rerun_has_the_same_bits(self):
        self.train(300, "--seed=7")
        self.train(200)
        day, = self.rows("SELECT substr(created_at, 1, 10) FROM run WHERE id = 2")[0]
        window = self.rerun()
        window.wait_state("rerun 1", f"= record of {day} to 190")
        self.assertEqual(window.quit(), 0)

    def test_the_first_epoch_that_differs_is_named(self):
        self.train(300)
        self.changed_at(170)
        day, = self.rows("SELECT substr(created_at, 1, 10) FROM run")[0]
        window = self.rerun()
        window.wait_state("rerun 1", f"not as on {day} from 170 on")
        self.assertEqual(window.quit(), 0)

    def test_nothing_is_said_of_a_first_run_and_of_another_seed(self):
        self.train(300, "--seed=7")
        window = self.rerun()
        said = [line for line in window.read() if line["event"] == "note" and line["what"] == "rerun 1"]
        self.assertEqual([line for line in said if line["value"]], [])
        self.assertEqual(window.quit(), 0)

    def test_the_range_of_recorded_runs_is_shown(self):
        quick = ["--frac=0.8", "--weight-decay=2"]
        for seed in (0, 1):
            self.train(3000, f"--seed={seed}", "--until-grok", *quick)
        first, last = sorted(epoch for epoch, in self.rows("SELECT epoch FROM mark WHERE kind = 'grokked'"))
        span = f"{first:,} to {last:,}" if first != last else f"{first:,}"
        window = self.open(PROGRAM, *SMALL, *quick, f"--notebook={self.notebook}")
        window.wait_state("grok line 1", f"not yet; others at {span}")
        window.act("key", "ctrl+n")
        window.wait_state("expected", f"2 recorded runs with these settings grokked, at epoch {span}.")
        self.assertEqual(window.quit(), 0)

    def test_an_empty_notebook_says_calmly_what_will_come(self):
        window = self.open(PROGRAM, *SMALL, f"--notebook={self.notebook}")
        window.act("key", "ctrl+n")
        window.wait_state("expected", "Once runs with these settings are recorded, it says here at which epochs "
                                      "they grokked.")
        window.wait_state("grok line 1", "not grokked yet")
        self.assertEqual(window.quit(), 0)


class Transparent(Record):
    def decoded(self, path):
        """Width, height and RGBA of each pixel of a PNG with alpha, decoded here: the ground truth must not
        come from who wrote it."""
        data = path.read_bytes()
        self.assertEqual(data[:8], b"\x89PNG\r\n\x1a\n")
        width, height, depth, kind = struct.unpack(">IIBB", data[16:26])
        self.assertEqual((depth, kind), (8, 6), "8 bits, RGB with alpha")
        packed, at = b"", 8
        while at < len(data):
            length, name = struct.unpack(">I4s", data[at:at + 8])
            packed += data[at + 8:at + 8 + length] if name == b"IDAT" else b""
            at += 12 + length
        raw = zlib.decompress(packed)
        stride = 4 * width
        above, pixels = bytearray(stride), []
        for y in range(height):
            start = y * (stride + 1)
            line = bytearray(raw[start + 1:start + 1 + stride])
            for x in range(stride):
                left = line[x - 4] if x >= 4 else 0
                corner = above[x - 4] if x >= 4 else 0
                up = above[x]
                if raw[start] == 1:
                    guess = left
                elif raw[start] == 2:
                    guess = up
                elif raw[start] == 3:
                    guess = (left + up) // 2
                elif raw[start] == 4:
                    near = sorted((abs(p - (left + up - corner)), i) for i, p in enumerate((left, up, corner)))
                    guess = (left, up, corner)[near[0][1]]
                else:
                    guess = 0
                line[x] = (line[x] + guess) & 255
            pixels += [tuple(line[x:x + 4]) for x in range(0, stride, 4)]
            above = line
        return width, height, pixels

    def test_the_ground_is_gone_and_edges_have_the_colour_of_their_line(self):
        self.train(300)
        for theme, curve in (("dark", (0xe6, 0xe9, 0xef)), ("light", (0x1a, 0x1e, 0x25))):
            with self.subTest(theme=theme):
                path = self.home / f"{theme}.png"
                self.export_by_command("png", path, "--transparent", "--panel=accuracy", "--size=640x480",
                                       "--no-controls", f"--theme={theme}")
                width, height, pixels = self.decoded(path)
                self.assertEqual(pixels[0], (0, 0, 0, 0))
                bare = sum(pixel[3] == 0 for pixel in pixels)
                self.assertGreater(bare, 0.5 * width * height)
                opaque = {pixel[:3] for pixel in pixels if pixel[3] == 255}
                self.assertIn(curve, opaque)
                # Every ink of the theme is bright on dark slides, dark on light ones. Colours that had
                # been multiplied by their alpha, or still had the ground in them, would not be.
                edges = [pixel for pixel in pixels if 96 <= pixel[3] < 250]
                self.assertGreater(len(edges), 100)
                for pixel in edges:
                    if theme == "dark":
                        self.assertGreater(max(pixel[:3]), 0x90, pixel)
                    else:
                        self.assertLess(min(pixel[:3]), 0x70, pixel)

    def test_the_window_saves_what_the_command_saves(self):
        self.train(200)
        window = self.open(PROGRAM, "view", "1", f"--notebook={self.notebook}")
        window.wait_epoch(190)
        size = window.xdotool("getwindowgeometry", window.id).split("Geometry: ")[1].strip()
        window.act("key", "ctrl+e")
        window.click("export_kindpng")
        window.click("export_transparent")
        window.click("export_times1x")
        self.type_path(window, self.home / "window.png")
        here = window.mark()
        window.click("export_save")
        self.saved(window, here)
        self.export_by_command("png", self.home / "command.png", f"--size={size}", "--transparent")
        self.assertEqual((self.home / "window.png").read_bytes(), (self.home / "command.png").read_bytes())
        self.assertEqual(window.quit(), 0)

    def test_a_film_has_a_background(self):
        self.train(100)
        self.assertIn("a film has a background", self.run_program(
            "export", "1", "--to", "mp4", "--transparent", "--notebook", str(self.notebook), code=2))


class Open(Record):
    def test_a_shared_notebook_is_taken_over_and_shown(self):
        self.train(200, notebook=self.home / "share.db")
        window = self.open(PROGRAM, *SMALL, f"--notebook={self.notebook}")
        self.open_by_name(window, self.home / "share.db")
        added = window.wait_event("run_added", recorded=True)
        window.wait_epoch(190, run=added["run"])
        self.assertEqual(self.rows("SELECT count(*) FROM run"), [(1,)])
        # A file that is none changes nothing.
        (self.home / "photo.jpg").write_bytes(b"\xff\xd8 nothing to read here")
        before = self.rows("SELECT * FROM run"), self.rows("SELECT count(*) FROM metric")
        here = window.mark()
        window.act("key", "ctrl+o")
        window.act("key", "ctrl+a")
        window.xdotool("type", "--delay", "5", str(self.home / "photo.jpg"))
        window.key("Return")
        self.assertIn("photo.jpg", window.wait_event("note", since=here, what="banner")["value"])
        self.assertEqual((self.rows("SELECT * FROM run"), self.rows("SELECT count(*) FROM metric")), before)
        self.assertEqual(window.quit(), 0)

    def drop(self, window, *files):
        subprocess.run([sys.executable, pathlib.Path(__file__).with_name("drop_file.py"), window.id,
                        *map(str, files)], env=self.display.environment(), check=True, timeout=LIMIT)

    def test_a_dropped_notebook_is_taken_over_and_what_is_none_is_refused(self):
        share = self.home / "ä share.db"
        self.train(200, notebook=share)
        window = self.open(PROGRAM, *SMALL, f"--notebook={self.notebook}")
        self.drop(window, share)
        added = window.wait_event("run_added", recorded=True)
        window.wait_epoch(190, run=added["run"])
        self.assertEqual(self.rows("SELECT count(*) FROM metric"), [(20,)])
        damaged = self.home / "damaged.db"
        whole = share.read_bytes()
        damaged.write_bytes(whole[:12288] + b"\xff" * (len(whole) - 12288))
        here = window.mark()
        self.drop(window, damaged)
        self.assertIn("damaged", window.wait_event("note", since=here, what="banner")["value"])
        self.assertEqual(self.rows("SELECT count(*) FROM metric"), [(20,)])
        self.assertEqual(window.quit(), 0)

    def test_a_file_to_view_is_shown_and_left_as_it_is(self):
        self.train(200, notebook=self.home / "share.db")
        window = self.open(PROGRAM, "view", str(self.home / "share.db"))
        window.wait_epoch(190)
        self.assertTrue(window.wait_event("run_added", run=1)["recorded"])
        window.act("key", "Left")
        window.wait_event("cursor", live=False, epoch=180)
        self.assertEqual(window.quit(), 0)
        self.assertEqual(self.rows("SELECT count(*) FROM metric", notebook=self.home / "share.db"), [(20,)])

    def test_a_whole_sweep_is_shown_with_every_sample_of_every_run(self):
        self.run_program("sweep", *SMALL, "--stencils=-1,0", "--seeds=4", "--epochs=200",
                         "--progress-every=0", "--notebook", str(self.notebook))
        window = self.open(PROGRAM, "view", "all", f"--notebook={self.notebook}")
        for run in range(1, 9):
            window.wait_epoch(190, run=run)
        self.assertEqual(window.quit(), 0)

    def test_a_run_that_was_cut_off_is_offered_and_goes_on(self):
        with self.training_elsewhere(signal.SIGKILL):
            pass
        window = self.open(PROGRAM, *SMALL, f"--notebook={self.notebook}")
        window.click("resume_offer")
        added = window.wait_event("run_added", recorded=True)
        window.wait_event("state", run=added["run"], state="running")
        reached = window.last("progress", run=added["run"])["epoch"] if [
            line for line in window.read() if line["event"] == "progress"] else 0
        window.wait_epoch(reached + 100, run=added["run"])
        self.assertEqual(window.quit(), 0)
        self.assertEqual(self.rows("SELECT count(*) FROM run"), [(1,)], "it goes on, nothing begins anew")


class Trouble(Record):
    """The record cannot be written: the window says so, trains on, and nothing is missing in the end."""

    def start(self, window):
        window.act("key", "space")
        window.wait_epoch(50)

    def wait_for_trouble(self, window, words):
        return window.wait(lambda line: line["event"] == "note" and line["what"] == "store" and
                           words in line["value"])

    def expect_every_figure_in(self, notebook):
        epochs = [epoch for (epoch,) in self.rows("SELECT epoch FROM metric ORDER BY epoch",
                                                  notebook=notebook)]
        self.assertEqual(epochs, list(range(0, len(epochs) * 10, 10)))
        self.assertGreater(len(epochs), 10)

    def test_another_programs_lock_is_said_and_waited_for(self):
        window = self.open(PROGRAM, *SMALL, "--epochs=1000000", f"--notebook={self.notebook}")
        self.start(window)
        window_case.Waiter(lambda: self.rows("SELECT count(*) FROM metric") != [(0,)]).wait()
        other = sqlite3.connect(self.notebook, timeout=30, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        self.wait_for_trouble(window, "locked by another program")
        trained = window.last("progress")["epoch"]
        window.wait_epoch(trained + 100)  # it trains on
        other.execute("ROLLBACK")
        other.close()
        window.wait_state("store", "")
        self.assertEqual(window.quit(), 0)
        self.expect_every_figure_in(self.notebook)

    def test_a_file_of_another_kind_is_left_alone_and_save_as_goes_on_elsewhere(self):
        diary = self.home / "diary.txt"
        diary.write_text("dear diary " * 300)
        window = self.open(PROGRAM, *SMALL, "--epochs=1000000", f"--notebook={diary}")
        self.wait_for_trouble(window, "is not a notebook of ours")
        self.start(window)
        window.click("save_as_path")
        window.act("key", "ctrl+a")
        window.xdotool("type", "--delay", "5", str(self.notebook))
        window.act("key", "Tab")
        window.click("save_as")
        window.wait_state("store", "")
        self.assertEqual(window.quit(), 0)
        self.expect_every_figure_in(self.notebook)
        self.assertEqual(diary.read_text(), "dear diary " * 300)


def tensors_of(path):
    """What the file holds beside its words on which run and epoch the weights are of."""
    with zipfile.ZipFile(path) as members:
        return {name: members.read(name) for name in members.namelist() if not name.endswith(".json")}


class Fork(Record):
    """A new run goes on from the cursor with the whole state of another, under other settings."""

    def fork(self, window, epoch, **fields):
        window.click("branch")
        for name, value in fields.items():
            window.click(name)
            window.act("key", "ctrl+a")
            window.type(value)
            window.act("key", "Return")
        words = window.state("fork_words")
        here = window.mark()
        window.click("fork_start")
        added = window.wait_event("run_added", since=here, recorded=False)
        self.assertEqual(added["branch_epoch"], epoch)
        return words, added

    def test_a_fork_differs_by_what_was_changed_and_by_nothing_before(self):
        self.train(300)
        window = self.open(PROGRAM, "view", "1", f"--notebook={self.notebook}", "--size=1280x720")
        window.wait_epoch(290)
        for _ in range(4):
            window.act("key", "Left")
        window.wait_event("cursor", live=False, epoch=250)
        words, added = self.fork(window, 250)
        self.assertEqual(words, "Nothing is changed yet: it would repeat its original bit for bit.")
        self.assertEqual(added["fork"], "nothing changed")
        window.wait_event("state", run=added["run"], state="finished")
        window.act("key", "Page_Up")  # the original again
        for _ in range(4):
            window.act("key", "Left")
        words, changed = self.fork(window, 250, field_decay="0")
        self.assertEqual(words, "It will be called: decay 0 from 250")
        self.assertEqual(changed["fork"], "decay 0")
        window.wait_event("state", run=changed["run"], state="finished")
        self.assertEqual(window.quit(), 0)
        figures = {run: self.rows(f"SELECT epoch, train_loss, test_loss FROM metric WHERE run = {run} AND epoch >= 250")
                   for run in (1, 2, 3)}
        self.assertEqual([row[0] for row in figures[1]], [250, 260, 270, 280, 290])
        self.assertEqual(figures[2], figures[1])
        self.assertEqual(figures[3][0][:2], figures[1][0][:2])  # of the weights that it begins with
        self.assertNotEqual(figures[3][0][2], figures[1][0][2])
        self.assertEqual(self.rows("SELECT DISTINCT parent_epoch, fork FROM run WHERE id > 1 ORDER BY id"),
                         [(250, "nothing changed"), (250, "decay 0")])
        for run in ("2", "3"):
            self.run_program("verify", run, "--notebook", str(self.notebook))
        shown = self.run_program("show", "3", "--notebook", str(self.notebook))
        self.assertIn("It is a fork: from epoch 250 on it goes on with the whole state of run 1, with decay 0.", shown)

    def test_a_frequency_is_taken_for_good_in_one_click(self):
        self.train(300)
        window = self.open(PROGRAM, "view", "1", f"--notebook={self.notebook}", "--size=1600x1000")
        window.wait_epoch(290)
        for _ in range(4):
            window.act("key", "i")
        window.wait(lambda line: line["event"] == "note" and line["what"] == "apart")
        window.click("apart_strip")
        here = window.mark()
        window.click("apart_train_on")
        added = window.wait_event("run_added", since=here, recorded=False)
        self.assertRegex(added["fork"], r"^without \d+$")
        frequency = int(added["fork"].split()[1])
        window.wait_event("state", run=added["run"], state="running")
        window.wait_epoch(320, run=added["run"])
        self.assertEqual(window.quit(), 0)
        config = json.loads(self.rows("SELECT config FROM run WHERE id = 2")[0][0])
        self.assertEqual(config["without_frequencies"], [frequency])


class Share(Record):
    """A view as a small file: the same picture in another window, with or without its record."""

    def test_a_view_is_shown_by_another_window(self):
        self.train(300, "--seed=5")
        self.train(300, "--seed=5", "--stencil=-1,0")
        view = self.home / "mine.grokview"
        window = self.open(PROGRAM, "view", "all", f"--notebook={self.notebook}")
        for run in (1, 2):
            window.wait_epoch(290, run=run)
        window.act("key", "Left")
        window.wait_event("cursor", live=False, epoch=280)
        window.act("key", "m")
        shown = window.state("look")
        self.export_from(window, "view", view)
        self.assertEqual(window.quit(), 0)
        self.assertLess(view.stat().st_size, 10_000)
        for notebook, start in ((self.notebook, False), (self.notebook.with_name("empty.db"), True)):
            window = self.open(PROGRAM, *SMALL, f"--notebook={notebook}")
            self.open_by_name(window, view)
            line = window.wait(lambda line: line["event"] == "note" and line["what"] in ("notice", "banner"))
            self.assertIn("The view is shown.", line["value"])
            self.assertFalse(window.last("cursor")["live"])
            window.wait_state("look", shown)
            if start:  # the runs are made, and the same settings give the same figures
                window.click("start")
                for run in (2, 3):
                    window.wait_epoch(290, run=run)
            self.assertEqual(window.quit(), 0)
        query = "SELECT test_loss FROM metric WHERE run IN (SELECT id FROM run WHERE config LIKE '%\"seed\":5%') " \
                "ORDER BY run, epoch"
        self.assertEqual(self.rows(query, notebook=notebook), self.rows(query))


class StartView(Record):
    """What the notebook holds stands where the plots have nothing to show yet."""

    def test_runs_of_before_are_looked_at_and_replayed_by_one_click(self):
        self.train(300, "--seed=5")
        self.train(200, "--seed=6", "--stencil=-1,0")
        before = self.rows("SELECT count(*) FROM metric")
        window = self.open(PROGRAM, *SMALL, f"--notebook={self.notebook}")
        window.click("recent_run1")
        added = window.wait_event("run_added", recorded=True)
        window.wait_epoch(290, run=added["run"])
        window.act("key", "Left")
        window.wait_event("cursor", live=False, epoch=280)
        self.assertEqual(window.quit(), 0)
        self.assertEqual(self.rows("SELECT count(*) FROM metric"), before, "nothing is trained by looking")
        window = self.open(PROGRAM, *SMALL, f"--notebook={self.notebook}")
        window.click("recent_replay2")
        window.wait_event("cursor", live=False)
        window.wait_event("cursor", live=True, since=window.mark())
        self.assertEqual(window.quit(), 0)

    def test_a_run_goes_on_by_one_click_and_start_still_trains_a_new_one(self):
        self.train(300)
        self.train(400, "--seed=5")
        connection = sqlite3.connect(self.notebook)
        connection.execute("UPDATE run SET config = json_set(config, '$.epochs', 100000) WHERE id = 2")
        connection.commit()
        connection.close()
        window = self.open(PROGRAM, *SMALL, f"--notebook={self.notebook}")
        window.wait(lambda line: line["event"] == "control" and line["name"] == "recent_go_on2")
        self.assertNotIn("recent_go_on1", window.controls(), "all its epochs are trained")
        window.click("recent_go_on2")
        added = window.wait_event("run_added", recorded=True)
        window.wait_epoch(450, run=added["run"])
        self.assertEqual(window.quit(), 0)
        self.assertEqual(self.rows("SELECT count(*) FROM run"), [(2,)])
        window = self.open(PROGRAM, *SMALL, f"--notebook={self.notebook}")
        window.wait(lambda line: line["event"] == "control" and line["name"] == "recent_run1")
        window.click("start")
        window.wait_epoch(20)
        window.wait_state("middle", "plots")
        self.assertEqual(window.quit(), 0)
        self.assertEqual(self.rows("SELECT count(*) FROM run"), [(3,)])

    def test_a_sweep_is_one_entry_and_the_list_can_be_put_away(self):
        self.run_program("sweep", *SMALL, "--stencils=-1,0", "--seeds=3", "--epochs=100", "--progress-every=0",
                         "--notebook", str(self.notebook))
        window = self.open(PROGRAM, *SMALL, f"--notebook={self.notebook}")
        window.wait_state("middle", "notebook")
        window.click("recent_sweep6")
        for run in range(2, 8):  # beside the one that waits for Start
            window.wait_epoch(90, run=run)
        self.assertEqual(window.quit(), 0)
        window = self.open(PROGRAM, *SMALL, f"--notebook={self.notebook}")
        window.click("recent_hide")
        window.wait_state("middle", "plots")
        self.assertEqual(window.quit(), 0)

    def test_a_run_that_another_process_trains_is_shown_as_it_stands(self):
        with self.training_elsewhere(signal.SIGTERM):
            window = self.open(PROGRAM, *SMALL, f"--notebook={self.notebook}")
            window.click("recent_run1")
            added = window.wait_event("run_added", recorded=True)
            window.wait_epoch(50, run=added["run"])
            self.assertEqual(window.quit(), 0)
        self.assertEqual(self.rows("SELECT count(*) FROM run"), [(1,)])

    def test_a_race_that_is_built_in_shows_at_the_first_start_and_is_left_as_it_is(self):
        race = pathlib.Path(PROGRAM).resolve().parent.parent / "assets" / "race.db"
        runs = self.rows("SELECT count(*), max(epoch) FROM run", notebook=race)
        groks = self.rows("SELECT count(DISTINCT run) FROM mark WHERE kind LIKE 'grok%'", notebook=race)
        self.assertEqual((runs, groks), ([(3, 1800)], [(3,)]), "each of them groks")
        before = race.read_bytes()
        window = self.open(PROGRAM, *SMALL, f"--notebook={self.notebook}")
        window.wait_state("middle", "notebook")
        window.click("race_replay")
        for run in (2, 3, 4):
            window.wait_epoch(1790, run=run)
        window.wait_event("cursor", live=False)
        window.act("key", "j")
        window.act("key", "Escape")
        self.assertEqual(window.quit(), 0)
        self.assertEqual(race.read_bytes(), before)
        window = self.open(PROGRAM, *SMALL, f"--notebook={self.notebook}")
        window.click("recent_new")
        window.wait(lambda line: line["event"] == "control" and line["name"] == "form_start")
        self.assertEqual(window.quit(), 0)

    def test_what_another_process_trains_is_said_to_be_and_goes_on_here_once_that_has_ended(self):
        with self.training_elsewhere(signal.SIGTERM):
            window = self.open(PROGRAM, "view", "1", f"--notebook={self.notebook}")
            seen = window.wait_event("run_added", recorded=True)
            told = window.wait(lambda line: line["event"] == "note" and line["what"] == "elsewhere" and
                               ", now at " in line["value"])["value"]
            window.wait(lambda line: line["event"] == "note" and line["what"] == "elsewhere" and
                        ", now at " in line["value"] and line["value"] != told)
            self.assertNotIn("train_on", window.controls())
            here = window.mark()
            window.act("key", "shift+space")
            window.act("key", "period")
            self.assertFalse([line for line in window.read()[here:] if line["event"] == "command"])
            first = window.last("progress", run=seen["run"])["epoch"]
        # Its last state is read, and that goes on as the run that it is.
        fresh = window.wait(lambda line: line["event"] == "run_added" and line["run"] != seen["run"],
                            limit=60)["run"]
        ended = self.rows("SELECT epoch FROM run")[0][0]
        window.wait_epoch(first + 1, run=fresh)  # a long record comes in over several frames
        window.click("train_on")
        window.wait_epoch(ended + 50, run=fresh)
        self.assertEqual(window.quit(), 0)
        self.assertEqual(self.rows("SELECT count(*), state FROM run"), [(1, "paused")])
        epochs = [epoch for (epoch,) in self.rows("SELECT epoch FROM metric ORDER BY epoch")]
        self.assertEqual(epochs, list(range(0, 10 * len(epochs), 10)))

    def test_ones_own_notebook_can_be_opened_by_name(self):
        self.train(300)
        window = self.open(PROGRAM, *SMALL, f"--notebook={self.notebook}")
        self.open_by_name(window, self.notebook)
        added = window.wait_event("run_added", recorded=True)
        window.wait_epoch(290, run=added["run"])
        self.assertEqual(window.quit(), 0)
        self.assertEqual(self.rows("SELECT count(*) FROM run"), [(1,)])


if __name__ == "__main__":
    window_case.require_tools()
    PROGRAM = sys.argv.pop(1)
    unittest.main(verbosity=2)
