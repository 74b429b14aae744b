"""Who owns a run: of several processes that want one, one trains it, and the dead hold none.

Usage: owner_test.py GROKSCOPE [--rounds N]

Processes race to resume one run; one is stopped while another takes its run, and goes on; containers
are restarted and share a notebook, where this system lets us make some. Every record must then be
whole: as many epochs as planned, each once, with the bits of a run that nobody disturbed.
"""
import argparse
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

SMALL = ["--p", "23", "--d-model", "32", "--d-mlp", "64", "--threads", "1", "--quiet"]
PATIENCE = 120
ENDLESS = "1000000"  # epochs: minutes on the quickest machine, and every run is ended before
CONTAINER = ["unshare", "--pid", "--fork", "--kill-child"]


class Program:
    def __init__(self, program, folder):
        self.program = os.path.abspath(program)
        self.folder = folder

    def path(self, name):
        return os.path.join(self.folder, name)

    def start(self, *arguments, before=()):
        return subprocess.Popen([*before, self.program, *arguments], stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True)

    def run(self, *arguments, before=()):
        done = subprocess.run([*before, self.program, *arguments], capture_output=True, text=True,
                              timeout=PATIENCE)
        return done.returncode, done.stdout, done.stderr

    def hash_of(self, notebook, run=1):
        code, said, wrong = self.run("show", str(run), "--notebook", notebook)
        assert code == 0, wrong
        return re.search(r"hash of that state (\w+)", said).group(1)


def ask(notebook, question):
    with sqlite3.connect(notebook, timeout=20) as database:
        return database.execute(question).fetchall()


def wait_for_epoch(notebook, process, least):
    """Until the record has come so far, or the process has ended."""
    begun = time.monotonic()
    while process.poll() is None and time.monotonic() - begun < PATIENCE:
        if os.path.exists(notebook):
            try:
                if ask(notebook, f"SELECT count(*) FROM run WHERE epoch >= {least}")[0][0]:
                    return
            except sqlite3.OperationalError:
                pass  # it is being made
        time.sleep(0.02)
    raise AssertionError(f"no epoch {least}: {process.communicate()}")


def require_whole(notebook, run, first, last):
    assert ask(notebook, "PRAGMA integrity_check") == [("ok",)]
    figures = ask(notebook, f"SELECT epoch FROM metric WHERE run = {run} ORDER BY epoch")
    expected = [(epoch,) for epoch in range(first, last) if epoch % 10 == 0]
    assert figures == expected, (run, first, last, figures[:3], figures[-3:], len(figures))
    assert ask(notebook, f"SELECT epoch, state, owner FROM run WHERE id = {run}") == [
        (last, "finished", "")]


def held(done):
    code, _, wrong = done
    return code == 2 and re.search(r"run 1 cannot go on: process \d+ on \S+ trains it", wrong)


def race(program, rounds):
    """Two processes resume the same run at once."""
    prepared, whole = program.path("prepared.db"), program.path("whole.db")
    assert program.run("train", *SMALL, "--epochs", "300", "--notebook", prepared)[0] == 0
    assert program.run("train", *SMALL, "--epochs", "900", "--notebook", whole)[0] == 0
    expected = program.hash_of(whole)
    for number in range(rounds):
        notebook = program.path("race.db")
        shutil.copy(prepared, notebook)
        resume = ["train", "--resume", "last", "--epochs", "900", "--quiet", "--threads", "1",
                  "--notebook", notebook]
        racers = [program.start(*resume) for _ in range(2)]
        ends = [(racer.wait(PATIENCE), *racer.communicate()) for racer in racers]
        assert sorted(code for code, _, _ in ends) == [0, 2], ends
        loser = next(end for end in ends if end[0] == 2)
        assert loser[2].count("\n") == 1 and "run 1 cannot go on: " in loser[2], loser
        assert ask(notebook, "SELECT count(*) FROM run") == [(1,)], (number, ends)
        require_whole(notebook, 1, 0, 900)
        assert program.hash_of(notebook) == expected
        os.remove(notebook)
    assert not [name for name in os.listdir(program.folder) if name.endswith("-owners")]
    return f"{rounds} races of two processes: one trained, the other was refused"


def stop_between_writes(process, notebook):
    """Stops it while it has not locked the whole file."""
    while True:
        process.send_signal(signal.SIGSTOP)
        try:
            with sqlite3.connect(notebook, timeout=0.1) as database:
                database.execute("UPDATE run SET owner = owner")
            return
        except sqlite3.OperationalError:
            process.send_signal(signal.SIGCONT)
            time.sleep(0.05)


def stopped(program):
    """A process sleeps while another takes its run, wakes, and leaves it alone."""
    notebook = program.path("stopped.db")
    resume = ["train", "--resume", "1", "--quiet", "--threads", "1", "--notebook", notebook]
    sleeper = program.start("train", *SMALL, "--epochs", "20000", "--notebook", notebook)
    wait_for_epoch(notebook, sleeper, 200)
    stop_between_writes(sleeper, notebook)
    assert held(program.run(*resume)), "one that sleeps is not dead"
    # What a machine does that shares no locks with this one, after a minute without a sign of life.
    ask(notebook, "UPDATE run SET owner = '', state = 'paused'")
    at = ask(notebook, "SELECT epoch FROM checkpoint")[0][0]
    assert program.run(*resume, "--epochs", str(at + 500))[0] == 0
    sleeper.send_signal(signal.SIGCONT)
    wait_for_epoch(notebook, sleeper, at + 501)
    sleeper.send_signal(signal.SIGINT)
    _, wrong = sleeper.communicate(timeout=PATIENCE)
    assert sleeper.returncode == 1, (sleeper.returncode, wrong)  # not recorded as the run it was
    assert re.search(r"run 1 was taken over by another process while it trained here; its record is "
                     rf"left alone, and what is trained here from epoch {at} on is recorded as "
                     r"run 2", wrong), wrong
    require_whole(notebook, 1, 0, at + 500)
    assert ask(notebook, "SELECT parent = (SELECT uuid FROM run WHERE id = 1), parent_epoch, state "
                         "FROM run WHERE id = 2") == [(1, at, "paused")]
    # Both records say where the other is, and the rest is told with what came before it.
    _, listed, _ = program.run("list", "--notebook", notebook)
    first, rest = listed.splitlines()[1:]
    assert first.endswith(f", trained on elsewhere as run 2 from epoch {at}"), listed
    assert rest.endswith(f", goes on from run 1 at epoch {at}"), listed
    _, shown, _ = program.run("show", "1", "--notebook", notebook)
    assert f"Another process, too, trained it on from epoch {at:,}: that is recorded as run 2." in shown, shown
    assert program.run("rename", "2", "mine", "--notebook", notebook)[0] == 0
    _, shown, _ = program.run("show", "2", "--notebook", notebook)
    assert f"Its record begins at epoch {at:,}, where another process had taken run 1" in shown, shown
    assert f"What it did before epoch {at:,} is in the record of run 1, and told here with the rest." in shown
    marks = re.compile(r"^(?:Memorised|Grokked|Train loss goes from [\d.]+) .*", re.M)
    begun = marks.findall(program.run("show", "1", "--notebook", notebook)[1])
    assert marks.findall(shown)[0].split(" to ")[0] == begun[0].split(" to ")[0], (shown, begun)
    # It repeats from its true beginning, where figures of its own are compared.
    code, said, wrong = program.run("verify", "2", "--quiet", "--threads", "1", "--notebook", notebook)
    assert code == 0 and "run 2 repeats its record bit for bit" in said, (said, wrong)
    assert int(re.search(r"evaluated epochs, (\d+) to", said).group(1)) >= at, (at, said)
    # What it had trained and not yet written is there, and it goes on with the right bits.
    figures = [row[0] for row in ask(notebook, "SELECT epoch FROM metric WHERE run = 2 ORDER BY epoch")]
    assert all(later - earlier == 10 for earlier, later in zip(figures, figures[1:])), figures
    reached = ask(notebook, "SELECT epoch FROM run WHERE id = 2")[0][0] + 100
    assert program.run("train", "--resume", "2", "--quiet", "--threads", "1", "--epochs",
                       str(reached), "--notebook", notebook)[0] == 0
    whole = program.path("undisturbed.db")
    assert program.run("train", *SMALL, "--epochs", str(reached), "--notebook", whole)[0] == 0
    assert program.hash_of(notebook, 2) == program.hash_of(whole)
    return "a stopped process woke, found its run taken, and went on apart from it"


def killed(program):
    """One that was killed holds nothing, buried or not; its lock file goes with the next."""
    notebook = program.path("killed.db")
    trainer = program.start("train", *SMALL, "--epochs", ENDLESS, "--notebook", notebook)
    wait_for_epoch(notebook, trainer, 100)
    trainer.kill()
    listed = ""
    while "cut off" not in listed:  # dying takes a moment
        listed = program.run("list", "--notebook", notebook)[1]
        assert "running" in listed or "cut off" in listed, listed
    at = ask(notebook, "SELECT epoch FROM checkpoint")[0][0]
    code, _, wrong = program.run("train", "--resume", "last", "--epochs", str(at + 100), "--quiet",
                                 "--notebook", notebook)
    assert code == 0, wrong
    trainer.communicate()
    require_whole(notebook, 1, 0, at + 100)
    assert not os.path.exists(notebook + "-owners")
    return "a killed process, not yet buried, held nothing"


def has_open(process, file):
    opened = f"/proc/{process}/fd"
    for one in os.listdir(opened):
        try:
            if os.path.samefile(os.path.join(opened, one), file):
                return True
        except FileNotFoundError:
            pass  # closed since it was listed, or a pipe
    return False


def dying(program):
    """One who comes while the owner is being ended waits for that, and goes on."""
    notebook = program.path("dying.db")
    trainer = program.start("train", *SMALL, "--epochs", ENDLESS, "--notebook", notebook)
    wait_for_epoch(notebook, trainer, 100)
    heir = program.start("train", "--resume", "last", "--epochs", ENDLESS, "--quiet", "--threads", "1",
                         "--notebook", notebook)
    while heir.poll() is None and not has_open(heir.pid, notebook):
        time.sleep(0.01)
    time.sleep(0.5)  # by now it has found the run held
    at = ask(notebook, "SELECT epoch FROM checkpoint")[0][0]
    trainer.kill()
    trainer.communicate()
    wait_for_epoch(notebook, heir, at + 1)
    heir.send_signal(signal.SIGINT)
    _, wrong = heir.communicate(timeout=PATIENCE)
    assert heir.returncode == 130, (heir.returncode, wrong)
    return "the heir of a process that was being ended waited for it"


def containers(program):
    """Every process is number 1 here, and does not see the other's."""
    if subprocess.run([*CONTAINER, "true"], capture_output=True).returncode != 0:
        return "no containers could be made here: made-up ones are in tests/store"
    notebook = program.path("containers.db")
    resume = ["train", "--resume", "last", "--quiet", "--threads", "1", "--notebook", notebook]
    first = program.start("train", *SMALL, "--epochs", ENDLESS, "--notebook", notebook,
                          before=CONTAINER)
    wait_for_epoch(notebook, first, 100)
    for before in ((), CONTAINER, [*CONTAINER, "--mount-proc"]):
        assert held(program.run(*resume, before=before)), before
    first.kill()  # the container, and at once the same again
    first.communicate()
    at = ask(notebook, "SELECT epoch FROM checkpoint")[0][0]
    for further in (100, 200):
        begun = time.monotonic()
        while True:  # the kernel ends the process soon after its container
            done = program.run(*resume, "--epochs", str(at + further), before=CONTAINER)
            if not held(done) or time.monotonic() - begun > 20:
                break
        assert done[0] == 0, done
        require_whole(notebook, 1, 0, at + further)
    return "containers that share a notebook, one of them restarted"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--rounds", type=int, default=6)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        program = Program(options.program, folder)
        print(race(program, options.rounds))
        print(killed(program))
        print(dying(program))
        print(containers(program))
        print(stopped(program))


if __name__ == "__main__":
    main()
