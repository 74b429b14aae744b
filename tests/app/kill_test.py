"""Kills training at random moments and checks what is left.

Usage: kill_test.py GROKSCOPE [--kills N] [--seed S] [--epochs N] [--full-size] [--table FILE]

Each run is killed (SIGKILL) again and again and resumed each time until it ends. After every kill the
notebook must open, pass SQLite's own check, and hold a state no older than a second; at the end, state
and figures must equal those of the same run without a kill.
"""
import argparse
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

ALLOWED_LOSS = 1.0  # seconds

RUNS = [
    ["--p", "23", "--d-model", "32", "--d-mlp", "64", "--stencil=baseline"],
    ["--p", "23", "--d-model", "32", "--d-mlp", "64", "--stencil=-1,0,1"],
    ["--p", "23", "--d-model", "32", "--d-mlp", "64", "--stencil=-3,2", "--seed", "7"],
]

# The default experiment's shape, with either step; epochs take long enough without thousands of them.
FULL_SIZE_RUNS = [
    ["--stencil=-1,0,1", "--epochs", "400"],
    ["--engine", "reference", "--stencil=-1,1", "--epochs", "40", "--eval-every", "1"],
    ["--stencil=-1,0", "--control", "permuted-targets", "--epochs", "400"],
]


class Training:
    """A process that trains, and when it was seen at which epoch."""

    def __init__(self, program, notebook, arguments):
        self.process = subprocess.Popen(
            [program, "train", "--notebook", notebook, "--threads", "1"] + arguments,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, bufsize=1)
        self.began = threading.Event()
        self.seen = []  # (time, epoch)
        self.output = []
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            now = time.monotonic()
            self.output.append(line)
            found = re.match(r"\s+(\d+)\s+\S+\s+\S+\s+\d", line)
            if found:
                self.seen.append((now, int(found.group(1))))
                self.began.set()
        self.began.set()  # it ended, whatever it said

    def kill(self):
        now = time.monotonic()
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.reader.join()
        return now

    def time_of(self, epoch):
        """When this epoch had been trained at the latest, from the lines before and after it."""
        for moment, seen in self.seen:
            if seen >= epoch:
                return moment
        return None


def run_to_end(program, notebook, arguments):
    training = Training(program, notebook, arguments)
    training.process.wait()
    training.reader.join()
    if training.process.returncode != 0:
        sys.exit("training failed:\n" + "".join(training.output))


def command(program, *arguments):
    done = subprocess.run([program, *arguments], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(arguments)} failed: {done.stdout}{done.stderr}")
    return done.stdout


def result_of(program, notebook, folder):
    """Hash of the last state, and all figures."""
    shown = command(program, "show", "1", "--notebook", notebook)
    csv = os.path.join(folder, "figures.csv")
    command(program, "export", "1", "--notebook", notebook, "--to", "csv", "--out", csv, "--force")
    with open(csv, encoding="utf-8") as file:
        return re.search(r"hash of that state (\w+)", shown).group(1), file.read()


def state_after_kill(notebook):
    """Checks the file; the epoch to go on from, None when there is no run yet."""
    if not os.path.exists(notebook):
        return None
    connection = sqlite3.connect(notebook)
    check = connection.execute("PRAGMA integrity_check").fetchone()[0]
    if check != "ok":
        sys.exit(f"the notebook is damaged: {check}")
    runs = connection.execute("SELECT count(*) FROM run").fetchone()[0]
    rows = connection.execute("SELECT epoch FROM checkpoint").fetchall()
    figures = connection.execute("SELECT ifnull(max(epoch), -1) FROM metric").fetchone()[0]
    connection.close()
    if runs > 1:
        sys.exit(f"{runs} runs in the notebook instead of one")
    if not rows:
        return None
    if figures + 10 < rows[0][0]:
        sys.exit(f"figures end at epoch {figures}, the state is of epoch {rows[0][0]}")
    return rows[0][0]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--epochs", type=int, default=6000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--full-size", action="store_true")
    parser.add_argument("--table")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    kills, losses, rows, round_number = 0, [], [], 0
    while kills < options.kills:
        if options.full_size:
            arguments = FULL_SIZE_RUNS[round_number % len(FULL_SIZE_RUNS)]
        else:
            arguments = RUNS[round_number % len(RUNS)] + ["--epochs", str(options.epochs)]
        epochs = int(arguments[arguments.index("--epochs") + 1])
        round_number += 1
        with tempfile.TemporaryDirectory() as folder:
            whole = os.path.join(folder, "whole.db")
            run_to_end(options.program, whole, arguments)
            expected = result_of(options.program, whole, folder)
            notebook = os.path.join(folder, "killed.db")
            here, worst, before_start, resumed = 0, 0.0, 0, 0
            while True:
                epoch = state_after_kill(notebook)
                if epoch is not None and epoch >= epochs:
                    break  # killed between its last epoch and its end
                if epoch is None:
                    training = Training(options.program, notebook, arguments)
                else:
                    resumed += 1
                    training = Training(options.program, notebook, ["--resume", "last"])
                if kills + here >= options.kills:
                    training.process.wait()
                elif chance.random() < 0.2:  # while it starts
                    time.sleep(chance.uniform(0, 0.5))
                else:
                    training.began.wait()
                    time.sleep(chance.uniform(0, 1.5))
                if training.process.poll() is not None:
                    training.reader.join()
                    if training.process.returncode != 0:
                        sys.exit("resuming failed:\n" + "".join(training.output))
                    break
                killed = training.kill()
                here += 1
                left = state_after_kill(notebook)
                reached = training.time_of(left) if left is not None else None
                if reached is not None:
                    worst = max(worst, killed - reached)
                    losses.append(killed - reached)
                elif training.seen:
                    # Nothing newer than what was there: everything seen in this life is lost.
                    last_known = training.seen[0][0]
                    if left is None or left < training.seen[0][1]:
                        worst = max(worst, killed - last_known)
                        losses.append(killed - last_known)
                else:
                    before_start += 1
            result = result_of(options.program, notebook, folder)
            same_state = result[0] == expected[0]
            same_figures = result[1] == expected[1]
            kills += here
            rows.append((" ".join(arguments), here, before_start, resumed, worst, result[0],
                         same_state and same_figures))
            print(f"{here} kills, {resumed} resumed, worst loss {worst:.2f} s, state {result[0]}, "
                  f"{'equal' if same_state and same_figures else 'DIFFERENT'}", flush=True)
            if not (same_state and same_figures):
                sys.exit(f"expected state {expected[0]}; figures equal: {same_figures}")
    worst = max(losses, default=0.0)
    losses.sort()
    median = losses[len(losses) // 2] if losses else 0.0
    if options.table:
        with open(options.table, "w", encoding="utf-8") as file:
            file.write("| run | kills | before training | resumed | worst loss, s | final state | "
                       "equals the run without a kill |\n|---|---|---|---|---|---|---|\n")
            for row in rows:
                file.write(f"| `{row[0]}` | {row[1]} | {row[2]} | {row[3]} | {row[4]:.2f} | "
                           f"`{row[5]}` | {'yes, state and figures' if row[6] else 'NO'} |\n")
            file.write(f"\n{kills} kills, every notebook opened and passed integrity_check; loss "
                       f"median {median:.2f} s, worst {worst:.2f} s.\n")
    print(f"{kills} kills, loss median {median:.2f} s, worst {worst:.2f} s")
    if worst > ALLOWED_LOSS:
        sys.exit(f"a kill lost {worst:.2f} s, more than {ALLOWED_LOSS} s")


main()
