"""Signals at any moment, to every command: it ends soon, with 128 + signal, and what was complete is kept.

Usage: signals_test.py GROKSCOPE [--rounds N]
"""
import argparse
import os
import random
import re
import signal
import sqlite3
import subprocess
import tempfile
import time

PATIENCE = 120
SOON = 10  # seconds from a signal to the end; software on a busy machine is slow
SMALL = ["--p", "23", "--d-model", "32", "--d-mlp", "64", "--threads", "1"]
LONG = SMALL + ["--epochs", "1000000", "--eval-every", "1"]
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Tester:
    def __init__(self, program, rounds):
        self.program = os.path.abspath(program)
        self.rounds = rounds
        self.chance = random.Random(11)
        self.cases = 0
        self.stopped = 0

    def start(self, *arguments, ignoring=()):
        def prepare():
            for number in SIGNALS:
                signal.signal(number, signal.SIG_IGN if number in ignoring else signal.SIG_DFL)
        return subprocess.Popen([self.program, *map(str, arguments)], stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, preexec_fn=prepare)

    def run(self, *arguments, code=0):
        process = self.start(*arguments)
        out, err = process.communicate(timeout=PATIENCE)
        assert process.returncode == code, (arguments, process.returncode, out, err)
        return out if code == 0 else err

    def end(self, process, number, times=1):
        """Sends the signal, `times` in a row; exit code and what it said."""
        sent = time.monotonic()
        for _ in range(times):
            process.send_signal(number)
        out, err = process.communicate(timeout=PATIENCE)
        took = time.monotonic() - sent
        self.cases += 1
        assert took < SOON, f"it took {took:.1f} s to end: {out[-500:]}{err}"
        assert "terminate called" not in err, err
        return process.returncode, out, err

    def strike(self, seconds, *arguments, may_end=True):
        """Runs the command and sends it a signal after so long; true when that stopped it."""
        number = self.chance.choice(SIGNALS)
        process = self.start(*arguments)
        while process.poll() is None and not self.handles_signals(process):
            time.sleep(0.005)  # between two looks: before that a signal ends it in the system's way
        try:
            process.wait(seconds)  # not for something to happen: the moment is the case
        except subprocess.TimeoutExpired:
            pass
        code, out, err = self.end(process, number)
        assert code == 128 + number or may_end and code == 0, (arguments, code, out, err)
        self.stopped += code == 128 + number
        return code != 0, out

    @staticmethod
    def handles_signals(process):
        try:
            with open(f"/proc/{process.pid}/status", encoding="utf-8") as file:
                caught = next(line.split()[1] for line in file if line.startswith("SigCgt"))
            return int(caught, 16) & 1 << (signal.SIGTERM - 1) != 0
        except (OSError, StopIteration):
            return False  # it has ended

    # ---------------------------------------------------------------------------------- training

    def epochs_of(self, notebook):
        database = sqlite3.connect(notebook)
        state, epoch = database.execute("SELECT state, epoch FROM run").fetchone()
        last, = database.execute("SELECT max(epoch) FROM metric").fetchone()
        database.close()
        return state, epoch, last

    def train_until(self, words, *arguments, **how):
        process = self.start("train", *LONG, *arguments, **how)
        for line in process.stdout:
            if words in line:
                return process
        raise AssertionError(process.communicate())

    def a_wish_said_twice_is_one(self):
        """`timeout` and a closing terminal send their signal twice."""
        for number in SIGNALS:
            notebook = f"twice{number}.db"
            process = self.train_until("  200  ", "--notebook", notebook)
            code, _, err = self.end(process, number, times=2)
            assert code == 128 + number, (number, code, err)
            state, epoch, last = self.epochs_of(notebook)
            assert state == "paused" and last == epoch - 1, (state, epoch, last)

    def what_was_ignored_stays_ignored(self):
        """nohup, and a shell's command in the background."""
        for number in (signal.SIGHUP, signal.SIGINT):
            process = self.train_until("  100  ", "--notebook", "none", ignoring=(number,))
            process.send_signal(number)
            for line in process.stdout:  # it goes on
                if "  3000  " in line:
                    break
            code, out, err = self.end(process, signal.SIGTERM)
            assert code == 128 + signal.SIGTERM, (number, code, out, err)

    def at_the_end_of_a_run(self):
        """Between the last epoch and the exit: the record is whole, whatever the code."""
        for i in range(self.rounds):
            notebook = f"end{i}.db"
            process = self.start("train", *SMALL, "--epochs", 120, "--frac", "0.8", "--progress-every", 5,
                                 "--notebook", notebook)
            for line in process.stdout:
                if re.match(r" +100 ", line):
                    break
            try:
                process.wait(self.chance.uniform(0, 0.15))
            except subprocess.TimeoutExpired:
                pass
            number = self.chance.choice(SIGNALS)
            code, out, err = self.end(process, number)
            state, epoch, _ = self.epochs_of(notebook)
            assert code in (0, 128 + number), (code, out, err)
            assert code != 0 or (state, epoch) == ("finished", 120), (state, epoch, out)
            self.stopped += code != 0

    def a_sweep_stops_between_runs(self):
        for i in range(self.rounds):
            notebook = f"sweep{i}.db"
            process = self.start("sweep", *SMALL, "--stencils=baseline", "--seeds=400", "--epochs=3",
                                 "--progress-every=1", "--notebook", notebook)
            until = self.chance.randrange(1, 6)
            for line in process.stdout:
                if line.startswith(f"{until} of "):
                    break
            try:
                process.wait(self.chance.uniform(0, 0.05))
            except subprocess.TimeoutExpired:
                pass
            number = self.chance.choice(SIGNALS)
            code, out, err = self.end(process, number)
            assert code == 128 + number and "the same command goes on" in out, (code, out, err)
            assert out.count(" of 400") <= 10, "it went on with further runs"
            self.stopped += 1
        # Every run of the record is one that the same command takes up.
        self.run("sweep", *SMALL, "--stencils=baseline", "--seeds=8", "--epochs=3", "--progress-every=1",
                 "--notebook", "sweep0.db")

    # ------------------------------------------------------------------------------ other commands

    def other_commands(self):
        notebook = "many.db"
        self.run("sweep", *SMALL, "--stencils=baseline", "--seeds=20", "--epochs=60", "--progress-every=10",
                 "--notebook", notebook)
        whole = time.monotonic()
        self.run("import", notebook, "--notebook", "all.db")
        whole = time.monotonic() - whole
        runs = 0
        for i in range(self.rounds):
            stopped, out = self.strike(self.chance.uniform(0, 0.8 * whole), "import", notebook, "--notebook",
                                       f"import{i}.db")
            if os.path.exists(f"import{i}.db"):
                here = self.run("list", "--notebook", f"import{i}.db").count("finished")
                told = re.search(r"(\d+) runs? taken over", out)
                assert not told or int(told.group(1)) == here, (told, here)
                assert stopped or here == 20
                runs += here
                self.run("import", notebook, "--notebook", f"import{i}.db")
            assert self.run("list", "--notebook", "all.db").count("finished") == 20
        assert runs > 0
        for i in range(self.rounds):
            form = ("csv", "json", "npz", "pt", "notebook")[i % 5]
            out = f"out{i}.{form}"
            stopped, _ = self.strike(self.chance.uniform(0, 0.05), "export", "last", "--to", form,
                                     "--notebook", notebook, "--out", out)
            assert stopped or os.path.exists(out)
            left = [name for name in os.listdir(".") if name.startswith(out) and name != out]
            assert not left, left
        for command in (["list"], ["show", "1"], ["inspect", "1"]):
            for _ in range(self.rounds // 3 + 1):
                self.strike(self.chance.uniform(0, 0.03), *command, "--notebook", notebook)
        for seconds in (0, 1, 2):
            self.strike(seconds, "bench", "--rounds", "1", may_end=False)

    def while_it_waits_for_another_program(self):
        """Nobody reads, or nobody writes, what a pipe is for."""
        for name in ("in", "out"):
            os.mkfifo(name)
        self.run("train", *SMALL, "--epochs=3000", "--eval-every=1", "--quiet", "--notebook", "one.db")
        idle, busy = os.pipe()
        for arguments, given in 2 * (
                (["export", "1", "--to", "csv", "--notebook", "one.db", "--out", "out"], {}),
                (["train", *SMALL, "--epochs=20", "--notebook", "none", "--csv", "out"], {}),
                (["train", "--config", "in"], {}),
                (["train", "--config", "-"], {"stdin": idle}),
                (["export", "1", "--to", "csv", "--notebook", "one.db", "--out", "-"], {"stdout": busy})):
            process = subprocess.Popen([self.program, *arguments], **{
                "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True, **given})
            while not self.handles_signals(process):
                assert process.poll() is None, process.communicate()
                time.sleep(0.005)  # between two looks
            try:
                process.wait(self.chance.uniform(0, 1.5))  # the moment: before it waits, or while it does
            except subprocess.TimeoutExpired:
                pass
            code, _, err = self.end(process, signal.SIGTERM)
            assert code == 128 + signal.SIGTERM, (arguments, code, err)
            self.stopped += 1
        os.close(idle)
        os.close(busy)

    def a_closed_pipe_is_no_mistake(self):
        for command in (["list"], ["show", "1"]):
            process = self.start(*command, "--notebook", "many.db")
            process.stdout.close()
            err = process.stderr.read()
            assert process.wait(PATIENCE) in (-signal.SIGPIPE, 128 + signal.SIGPIPE), process.returncode
            assert err == "", err
            process.stderr.close()
            self.cases += 1


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--rounds", type=int, default=4)
    options = parser.parse_args()
    tester = Tester(options.program, options.rounds)
    os.environ.pop("GROKSCOPE_NOTEBOOK", None)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        os.environ["XDG_DATA_HOME"] = folder
        tester.a_wish_said_twice_is_one()
        tester.what_was_ignored_stays_ignored()
        tester.at_the_end_of_a_run()
        tester.a_sweep_stops_between_runs()
        tester.other_commands()
        tester.while_it_waits_for_another_program()
        tester.a_closed_pipe_is_no_mistake()
        os.chdir("/")
    print(f"{tester.cases} signals, {tester.stopped} of them stopped a command half-way")


main()
