"""One notebook, used by many at once: two windows, three trainings, an import and an export, begun and ended
in any order, by key, signal or kill. Nothing is lost, whoever closes the file first.

Usage: shared_notebook_test.py GROKSCOPE [--rounds N] [--seed S]
"""
import argparse
import os
import pathlib
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "ui"))
import window_case  # noqa: E402

SMALL = ["--p", "13", "--d-model", "32", "--d-mlp", "64", "--threads", "1"]
EPOCHS = (300, 2000, 6000)
EVAL_EVERY = 10  # the default
PATIENCE = 180


def rows(file, query):
    database = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    try:
        return database.execute(query).fetchall()
    finally:
        database.close()


class Round:
    """What happens to one notebook."""

    def __init__(self, program, displays, folder, chance):
        self.program, self.displays, self.folder, self.chance = program, displays, folder, chance
        self.file = os.path.join(folder, "shared.db")
        self.windows = []
        self.killed = set()  # seeds
        self.processes = {}

    def start(self, what, *arguments):
        process = subprocess.Popen([self.program, *arguments], stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, text=True, cwd=self.folder)
        self.processes[what] = process

    def open_window(self, number):
        arguments = [self.program, *SMALL, "--seed", str(100 + number), "--epochs", "1000000", "--start",
                     "--notebook", self.file, "--size", "640x480"]
        logs = os.path.join(self.folder, f"logs{number}")
        os.mkdir(logs)
        self.windows.append(window_case.Window(self.displays[number], arguments, logs))

    def begin_all(self):
        tasks = [lambda i=i: self.open_window(i) for i in range(2)]
        tasks += [lambda i=i: self.start(f"train {i}", "train", *SMALL, "--seed", str(i), "--epochs",
                                         str(EPOCHS[i]), "--quiet", "--notebook", self.file)
                  for i in range(3)]
        tasks.append(lambda: self.start("import", "import", "other.db", "--notebook", self.file))
        tasks.append(lambda: self.start("export", "export", "last", "--to", "notebook", "--notebook",
                                        "other.db", "--out", "exported.db"))
        self.chance.shuffle(tasks)
        for task in tasks:
            task()
        # Reads of the notebook while all write it.
        self.start("list", "list", "--notebook", self.file)

    def end_all(self):
        ends = [lambda i=i: self.close(i) for i in range(2)]
        ends += [lambda what=what: self.finish(what) for what in self.processes]
        self.chance.shuffle(ends)
        for end in ends:
            end()

    def close(self, number):
        """By key or by a kill, which leaves the log to the others."""
        window = next(window for window in self.windows if window.display is self.displays[number])
        if self.chance.random() < 0.3:
            self.killed.add(100 + number)
            window.process.kill()
            window.process.wait()
            window.process.stderr.close()
        else:
            code = window.quit()
            assert code == 0, f"a window ended with {code}"

    def finish(self, what):
        process = self.processes[what]
        said, _ = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, (what, process.returncode, said)

    def judge(self):
        assert rows(self.file, "PRAGMA integrity_check") == [("ok",)]
        runs = {seed: (number, state, epoch) for seed, number, state, epoch in rows(
            self.file, "SELECT json_extract(config, '$.seed'), id, state, epoch FROM run")}
        for seed, epochs in enumerate(EPOCHS):
            number, state, epoch = runs[seed]
            assert (state, epoch) == ("finished", epochs), (seed, state, epoch)
            self.expect_whole(number, epochs)
        assert runs[55][1:] == ("finished", 400), "the imported run"
        for seed in (100, 101):
            if seed in self.killed and seed not in runs:
                continue  # killed before anything was written
            number, _, epoch = runs[seed]
            assert epoch > 0 or seed in self.killed, seed
            self.expect_whole(number, epoch)
        assert rows(os.path.join(self.folder, "exported.db"), "PRAGMA integrity_check") == [("ok",)]
        # Whoever closes it last takes the log away, unless it was killed.
        listed = subprocess.run([self.program, "list", "--notebook", self.file], capture_output=True,
                                text=True, timeout=PATIENCE, check=True)
        assert len(listed.stdout.splitlines()) == 1 + len(runs), listed.stdout
        left = [name for name in os.listdir(self.folder) if name.startswith("shared.db-")]
        assert left == [] or (self.killed and left == ["shared.db-owners"]), left

    def expect_whole(self, number, epochs):
        """A figure of every evaluated epoch, none twice."""
        found = [epoch for epoch, in rows(
            self.file, f"SELECT epoch FROM metric WHERE run = {number} AND epoch % {EVAL_EVERY} = 0 "
                       f"AND epoch < {epochs} ORDER BY epoch")]
        assert found == list(range(0, epochs, EVAL_EVERY)), (number, epochs, len(found))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    window_case.require_tools()
    program = os.path.abspath(options.program)
    displays = [window_case.Display("800x600") for _ in range(2)]
    try:
        for number in range(options.rounds):
            chance = random.Random(options.seed * 1000 + number)
            with tempfile.TemporaryDirectory() as folder:
                subprocess.run([program, "train", *SMALL, "--seed", "55", "--epochs", "400", "--quiet",
                                "--notebook", "other.db"], cwd=folder, check=True, timeout=PATIENCE)
                one = Round(program, displays, folder, chance)
                try:
                    one.begin_all()
                    one.end_all()
                    one.judge()
                finally:
                    for window in one.windows:
                        window.kill()
                    for process in one.processes.values():
                        if process.poll() is None:
                            process.send_signal(signal.SIGKILL)
                        process.wait()
            print(f"round {number + 1} of {options.rounds}: nothing lost", flush=True)
    finally:
        for display in displays:
            display.close()


if __name__ == "__main__":
    main()
