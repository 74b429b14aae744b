"""`grokscope measure` and `train --measure`: what is read while a run trains is what is read afterwards, a signal
keeps what is done, an instrument that needs exact weights refuses rounded ones.

    measure_test.py GROKSCOPE
"""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

PROGRAM = os.path.abspath(sys.argv[1])
SMALL = ["--p", "23", "--d-model", "32", "--d-mlp", "64", "--frac", "0.5", "--threads", "1", "--epochs", "300", "--quiet"]


def run(*arguments, code=0):
    done = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=200)
    assert done.returncode == code, (arguments, done.returncode, done.stdout, done.stderr)
    return done


def figures(notebook, run_number=1):
    with sqlite3.connect(notebook) as database:
        return database.execute("SELECT epoch, figure, number FROM readings WHERE run = ? ORDER BY epoch, figure",
                                (run_number,)).fetchall()


def test_live_and_afterwards_are_the_same():
    run("train", *SMALL, "--measure", "ildr:50,commutator:100", "--notebook", "live.db", "--progress-csv", "live.csv")
    live = figures("live.db")
    assert len(live) == 2 * 7 + 2 * 4, live
    assert [epoch for epoch, figure, _ in live if figure == "ildr"] == list(range(0, 301, 50))
    # The same weights, exactly recorded: measured by another process with other threads.
    run("train", *SMALL, "--exact-weights", "--weights-every", "50", "--notebook", "later.db")
    assert figures("later.db") == []
    said = run("measure", "last", "--instruments", "ildr,commutator", "--every", "100", "--threads", "3", "--notebook", "later.db").stdout
    assert said == "run 1: 8 readings made\n", said
    commutator = [row for row in live if row[1].startswith("commutator")]
    assert [row for row in figures("later.db") if row[1].startswith("commutator")] == commutator
    assert run("measure", "last", "--instruments", "ildr,commutator", "--every", "100", "--notebook", "later.db").stdout == "run 1: 0 readings made\n"
    shown = run("show", "last", "--notebook", "live.db").stdout
    assert "Instrument ildr, 7 readings, the last at epoch 300: ILDR " in shown, shown
    assert 'measure = "commutator:100,ildr:50"' in shown, shown
    exported = run("export", "last", "--to", "progress-csv", "--out", "-", "--notebook", "live.db").stdout
    with open("live.csv", encoding="utf-8") as file:
        assert file.read() == exported
    header, *rows = [line.split(",") for line in exported.splitlines()]
    at_50 = rows[[row[0] for row in rows].index("50")]
    assert float(at_50[header.index("ildr")]) == dict((f, v) for e, f, v in live if e == 50)["ildr"]


def test_rounded_weights_are_refused_where_exact_ones_are_needed():
    run("train", *SMALL, "--notebook", "rounded.db")
    done = run("measure", "1", "--instruments", "commutator", "--every", "100", "--notebook", "rounded.db")
    with sqlite3.connect("rounded.db") as database:
        exact = {row[0] for row in database.execute("SELECT epoch FROM weights WHERE encoding <= 2")}
    exact &= {0, 100, 200, 300}
    assert {row[0] for row in figures("rounded.db")} == exact and 0 in exact and len(exact) < 4, exact
    refused = re.search("needs exact weights: of run 1, those of ([0-9]+) epochs? are rounded", done.stderr)
    assert int(refused.group(1)) == 4 - len(exact), done.stderr
    done = run("measure", "1", "--instruments", "commutator", "--every", "100", "--notebook", "rounded.db", code=1)
    assert "0 readings made" in done.stdout, done.stdout


def test_a_signal_keeps_what_is_done():
    run("train", *SMALL, "--exact-weights", "--weights-every", "1", "--notebook", "long.db")
    program = subprocess.Popen([PROGRAM, "measure", "last", "--instruments", "commutator", "--every", "1",
                                "--threads", "1", "--notebook", "long.db"], stdout=subprocess.PIPE, text=True)
    deadline = time.time() + 100
    while len(figures("long.db")) < 6 and time.time() < deadline:
        time.sleep(0.02)
    program.send_signal(signal.SIGINT)
    said, _ = program.communicate(timeout=100)
    assert program.returncode == 130, program.returncode
    made = figures("long.db")
    assert 6 <= len(made) < 602, len(made)
    assert f"{301 - len(made) // 2} left; the same command goes on" in said, said
    run("measure", "last", "--instruments", "commutator", "--every", "50", "--notebook", "long.db", "--quiet")
    assert set(made) <= set(figures("long.db"))


def test_wrong_usage_is_refused_before_anything_is_trained():
    for arguments, sentence in (
            (["train", "--measure", "ildr:0"], "--measure must be instruments and the epochs between their readings"),
            (["train", "--measure", "idlr:100"], 'there is no instrument "idlr"; there are ildr, commutator, spectrum2d, ring, zero, collapse, complexity, features, curvature, llc'),
            (["train", "--measure", "ildr:100", "--notebook", "none"], "--notebook is none"),
            (["train", "--ildr-every", "100"], "there is no option --ildr-every; it is --measure ildr:EVERY now"),
            (["measure"], "`measure` needs the number of a run"),
            (["measure", "1", "--instruments", "nothing"], 'there is no instrument "nothing"'),
            (["measure", "1", "--instruments", "ildr:5"], "--instruments takes names between commas"),
            (["measure", "1", "--every", "0"], "--every must lie between 1 and 10000"),
            (["measure", "1", "--list"], "--list lists the instruments and measures nothing")):
        done = run(*arguments, code=2)
        assert sentence in done.stderr, (arguments, done.stderr)
    listed = run("measure", "--list").stdout
    assert "ildr: class separation." in listed and "needs exact weights" in listed, listed
    assert run("measure", "7", "--notebook", "live.db", code=2).stderr != ""


def test_all_runs_and_a_run_that_goes_on():
    run("train", *SMALL, "--seed", "1", "--measure", "ildr", "--notebook", "all.db")
    run("train", *SMALL, "--seed", "2", "--notebook", "all.db")
    assert [row[0] for row in figures("all.db", 1) if row[1] == "ildr"] == [0, 100, 200, 300]
    said = run("measure", "all", "--instruments", "ildr", "--notebook", "all.db").stdout
    assert said == "run 1: 0 readings made\nrun 2: 4 readings made\n", said
    before = figures("all.db", 1)
    run("train", "--resume", "1", "--epochs", "400", "--threads", "1", "--quiet", "--notebook", "all.db")
    after = figures("all.db", 1)
    assert set(before) <= set(after) and [row[0] for row in after if row[1] == "ildr"][-1] == 400, after
    run("export", "1", "--to", "notebook", "--out", "copy.db", "--notebook", "all.db")
    assert figures("copy.db") == after


os.environ["XDG_DATA_HOME"] = tempfile.mkdtemp()
with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    for test in [value for name, value in list(globals().items()) if name.startswith("test_")]:
        test()
        print("ok", test.__name__)
    os.chdir("/")
