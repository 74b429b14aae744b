"""Kills every command that writes at random moments: sweep, export, import, the window, a film. Nothing that
was there before is harmed, and the same command, given again, ends with what it gives without a kill.

Usage: kill_each_test.py GROKSCOPE [--kills N] [--seed S] [--only KIND] [--table FILE]

N is for each kind. Training is killed by kill_test.py.
"""
import argparse
import csv
import os
import pathlib
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "ui"))
import window_case  # noqa: E402


def remove(path):
    """A file, or the folder in which a killed process made a notebook."""
    if os.path.isdir(path):
        shutil.rmtree(path)
    else:
        os.remove(path)

SMALL = ["--p", "13", "--frac", "0.6", "--d-model", "32", "--d-mlp", "64", "--threads", "1"]
PATIENCE = 600
OLD = b"what was there before"


def rows(file, query):
    database = sqlite3.connect(file)  # not read-only: a killed process's log is to be applied
    try:
        return database.execute(query).fetchall()
    finally:
        database.close()


def expect_sound(notebook):
    """The file opens, and every run in it has its figures up to where it stands."""
    assert rows(notebook, "PRAGMA integrity_check") == [("ok",)], notebook
    for number, epoch in rows(notebook, "SELECT id, epoch FROM run"):
        found = [epoch for epoch, in rows(notebook, f"SELECT epoch FROM metric WHERE run = {number} AND "
                                                    f"epoch % 10 = 0 AND epoch < {epoch} ORDER BY epoch")]
        assert found == list(range(0, epoch, 10)), (notebook, number, epoch, len(found))


class Kind:
    """One command, killed and given again. Its folder is the working folder of its processes."""

    def __init__(self, program, folder, display):
        self.program, self.folder, self.display = program, folder, display

    def run(self, *arguments):
        done = subprocess.run([self.program, *arguments], cwd=self.folder, capture_output=True, text=True,
                              env=self.environment(), timeout=PATIENCE)
        assert done.returncode == 0, (arguments, done)
        return done.stdout

    def environment(self):
        return self.display.environment()

    def path(self, name):
        return os.path.join(self.folder, name)

    def train(self, notebook, seed, epochs):
        self.run("train", *SMALL, "--seed", str(seed), "--epochs", str(epochs), "--quiet", "--notebook",
                 notebook)

    def contents(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    # What each kind says of itself ----------------------------------------------------------------

    def prepare(self):
        """Everything that is there before; what the command gives without a kill."""
        raise NotImplementedError

    def arguments(self):
        """The command that is killed."""
        raise NotImplementedError

    def begin(self):
        """Before each time that the command is given from the start."""

    def judge(self):
        """After each kill."""
        raise NotImplementedError

    def judge_end(self):
        """After the command has ended by itself."""
        raise NotImplementedError

    lives = 1.0  # how much of the command's own time one life may take: less where work goes on


class Sweep(Kind):
    lives = 0.5

    def command(self, notebook, table):
        return ["sweep", *SMALL, "--stencils", "0;-1,0,1", "--seeds", "3", "--epochs", "1500", "--notebook",
                notebook, "--csv", table, "--force"]

    def prepare(self):
        self.run(*self.command("whole.db", "whole.csv"))

    def begin(self):
        for name in os.listdir(self.folder):
            if name.startswith("killed"):
                remove(self.path(name))

    def arguments(self):
        return self.command("killed.db", "killed.csv")

    def judge(self):
        if os.path.exists(self.path("killed.db")):
            expect_sound(self.path("killed.db"))
        assert not os.path.exists(self.path("killed.csv")) or self.table("killed.csv") == \
            self.table("whole.csv"), "half a table"

    def judge_end(self):
        expect_sound(self.path("killed.db"))
        assert self.table("killed.csv") == self.table("whole.csv")
        assert rows(self.path("killed.db"), "SELECT count(*) FROM run") == [(9,)], "a stencil's baseline is with it"

    def table(self, name):
        """All but the seconds, which no two runs share."""
        with open(self.path(name), newline="", encoding="utf-8") as file:
            return [{column: cell for column, cell in row.items() if "seconds" not in column}
                    for row in csv.DictReader(file)]


class Export(Kind):
    """Every format in turn, onto a file that exists."""

    formats = ["csv", "json", "npz", "pt", "notebook", "png"]
    epochs = 3000

    def prepare(self):
        self.train("notes.db", 1, self.epochs)
        self.number = 0
        for form in self.formats:
            self.run(*self.command(form, "whole." + form))

    def command(self, form, out):
        size = ["--size", "640x480"] if form in ("png", "mp4") else []
        force = [] if form == "notebook" else ["--force"]  # it is never overwritten
        return ["export", "1", "--to", form, *size, "--notebook", "notes.db", "--out", out, *force]

    def begin(self):
        self.form = self.formats[self.number % len(self.formats)]
        self.number += 1
        if os.path.exists(self.path("target")):
            os.remove(self.path("target"))
        if self.form != "notebook":
            with open(self.path("target"), "wb") as file:
                file.write(OLD)

    def arguments(self):
        return self.command(self.form, "target")

    def judge(self):
        expect_sound(self.path("notes.db"))
        if self.form == "notebook":
            if os.path.exists(self.path("target")):
                self.expect_whole()
                os.remove(self.path("target"))
        elif self.contents("target") != OLD:
            self.expect_whole()

    def judge_end(self):
        self.expect_whole()
        left = [name for name in os.listdir(self.folder)
                if not name.startswith(("whole.", "notes.db")) and name != "target"]
        assert left == [], f"left beside the target: {left}"

    def expect_whole(self):
        if self.form == "notebook":
            expect_sound(self.path("target"))
            assert rows(self.path("target"), "SELECT state, epoch FROM run") == [("finished", self.epochs)]
        else:
            assert self.contents("target") == self.contents("whole." + self.form), self.form


class Film(Export):
    formats = ["mp4"]
    epochs = 400

    def command(self, form, out):
        return super().command(form, out if out.startswith("whole") else "target.mp4") + ["--rate", "100"]

    def prepare(self):
        super().prepare()
        self.length = self.frames("whole.mp4")
        assert self.length > 2

    def begin(self):
        super().begin()
        os.rename(self.path("target"), self.path("target.mp4"))

    def contents(self, name):
        return super().contents("target.mp4" if name == "target" else name)

    def judge_end(self):
        self.expect_whole()
        left = [name for name in os.listdir(self.folder)
                if not name.startswith(("whole.", "notes.db")) and name != "target.mp4"]
        assert left == [], f"left beside the target: {left}"

    def expect_whole(self):
        assert self.frames("target.mp4") == self.length

    def frames(self, name):
        found = subprocess.run(["ffprobe", "-v", "error", "-count_frames", "-select_streams", "v",
                                "-show_entries", "stream=nb_read_frames", "-of", "csv=p=0", self.path(name)],
                               capture_output=True, text=True, check=True, timeout=PATIENCE)
        return int(found.stdout.strip().rstrip(","))


class Import(Kind):
    def prepare(self):
        for seed in range(4):
            self.train("other.db", seed, 1500)
        self.train("own.db", 9, 200)

    def begin(self):
        for name in ("mine.db", "mine.db-wal", "mine.db-shm", "mine.db-owners"):
            if os.path.exists(self.path(name)):
                remove(self.path(name))
        with open(self.path("mine.db"), "wb") as file:
            file.write(self.contents("own.db"))

    def arguments(self):
        return ["import", "other.db", "--notebook", "mine.db"]

    def judge(self):
        expect_sound(self.path("mine.db"))
        expect_sound(self.path("other.db"))
        epochs = rows(self.path("mine.db"), "SELECT epoch FROM run ORDER BY id")
        assert epochs[0] == (200,) and set(epochs[1:]) <= {(1500,)}, f"half a run: {epochs}"

    def judge_end(self):
        self.judge()
        assert rows(self.path("mine.db"), "SELECT count(*) FROM run") == [(5,)]


class Window(Kind):
    """A window that trains; the run goes on in the next one, and ends in a terminal."""

    lives = 0.3
    epochs = 6000

    def prepare(self):
        self.train("whole.db", 5, self.epochs)
        self.expected = self.hash("whole.db")

    def hash(self, notebook):
        return re.search(r"hash of that state (\w+)", self.run("show", "1", "--notebook", notebook)).group(1)

    def begin(self):
        for name in os.listdir(self.folder):
            if name.startswith("killed"):
                remove(self.path(name))

    def arguments(self):
        if self.recorded():
            return ["--resume", "1", "--start", "--size", "640x480", "--notebook", "killed.db"]
        return [*SMALL, "--seed", "5", "--epochs", str(self.epochs), "--start", "--size", "640x480",
                "--notebook", "killed.db"]

    def recorded(self):
        return os.path.exists(self.path("killed.db")) and rows(
            self.path("killed.db"), "SELECT count(*) FROM checkpoint") != [(0,)]

    def judge(self):
        if os.path.exists(self.path("killed.db")):
            expect_sound(self.path("killed.db"))

    def judge_end(self):
        expect_sound(self.path("killed.db"))
        assert self.hash("killed.db") == self.expected


class Table:
    def __init__(self):
        self.lines = []

    def add(self, name, kills, ended):
        """Only what was judged sound after every kill and equal at every end comes here."""
        self.lines.append(f"| {name} | {kills} | {ended} |")
        print(f"{name}: {kills} kills, {ended} times given again to its end, nothing lost", flush=True)

    def write(self, path):
        with open(path, "w", encoding="utf-8") as file:
            file.write("| command | kills, sound after each | given again to its end, as without a kill |\n"
                       "|---|---|---|\n" + "\n".join(self.lines) + "\n")


def wait_for_end(process, seconds):
    try:
        process.communicate(timeout=seconds)
        return True
    except subprocess.TimeoutExpired:
        return False


def kill_again_and_again(kind, kills, chance):
    """The numbers of kills and of ends."""
    kind.prepare()
    kind.begin()
    before = time.monotonic()
    end_by_itself(kind)
    length = time.monotonic() - before
    kind.begin()
    done, ends = 0, 1
    while done < kills:
        process = subprocess.Popen([kind.program, *kind.arguments()], cwd=kind.folder,
                                   env=kind.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if not wait_for_end(process, chance.uniform(0, kind.lives * length)):
            process.kill()
            process.communicate()
            done += 1
            kind.judge()
            if chance.random() < 0.7 and done < kills:
                continue
        else:
            assert process.returncode == 0, (kind.arguments(), process.returncode)
        end_by_itself(kind)
        ends += 1
        kind.begin()
    return done, ends


def end_by_itself(kind):
    if isinstance(kind, Window):
        if kind.recorded():
            kind.run("train", "--resume", "1", "--quiet", "--notebook", "killed.db")
        else:
            kind.run("train", *SMALL, "--seed", "5", "--epochs", str(kind.epochs), "--quiet", "--notebook",
                     "killed.db")
    else:
        kind.run(*kind.arguments())
    kind.judge_end()


KINDS = {"sweep": Sweep, "export": Export, "import": Import, "window": Window, "film": Film}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--kills", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=KINDS)
    parser.add_argument("--table")
    options = parser.parse_args()
    window_case.require_tools()
    program = os.path.abspath(options.program)
    table = Table()
    display = window_case.Display("800x600")
    try:
        for name, kind in KINDS.items():
            if options.only in (None, name):
                with tempfile.TemporaryDirectory() as folder:
                    kills, ends = kill_again_and_again(kind(program, folder, display), options.kills,
                                                       random.Random(f"{options.seed} {name}"))
                    table.add(name, kills, ends)
    finally:
        display.close()
    if options.table:
        table.write(options.table)


if __name__ == "__main__":
    main()
