"""Odd surroundings: few threads, no home folder, a TMPDIR that is gone, closed streams, odd languages.

Usage: surroundings_test.py GROKSCOPE POOR_SYSTEM

Each command ends, with a sentence where something is missing, and nothing recorded is lost.
"""
import os
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile

PROGRAM, POOR_SYSTEM = map(os.path.abspath, sys.argv[1:3])
PATIENCE = 120
SMALL = ["--p", "23", "--d-model", "32", "--d-mlp", "64"]
QUICK = SMALL + ["--threads", "1", "--epochs", "30", "--quiet"]
cases = 0


def run(*arguments, code=0, unset=(), before=(), **variables):
    """What it said on standard error and output; whatever happens is told in a sentence."""
    global cases
    cases += 1
    environment = {name: value for name, value in os.environ.items() if name not in unset}
    environment.update(variables)
    done = subprocess.run([*before, PROGRAM, *arguments], capture_output=True, text=True, timeout=PATIENCE,
                          env=environment)
    assert done.returncode in (code if isinstance(code, tuple) else (code,)), (arguments, variables, done)
    for word in ("terminate called", "std::", "filesystem error", "what():"):
        assert word not in done.stderr, (arguments, variables, done)
    assert done.returncode == 0 or done.stderr.startswith("grokscope: "), (arguments, variables, done)
    return done.stderr, done.stdout


def sound(notebook):
    if not os.path.exists(notebook):
        return
    database = sqlite3.connect(notebook)
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()
    run("list", "--notebook", notebook)


def few_threads():
    run("train", *QUICK, "--notebook", "made.db")
    commands = {"train": ["train", *SMALL, "--threads", "4", "--epochs", "30", "--quiet", "--notebook", "few.db"],
                "sweep": ["sweep", *SMALL, "--threads", "2", "--stencils=baseline", "--seeds=1", "--epochs=20",
                          "--notebook", "swept.db"],
                "inspect": ["inspect", "1", "--notebook", "made.db"]}
    for name, arguments in commands.items():
        refused = 0
        for given in range(12):
            said, _ = run(*arguments, code=(0, 1), LD_PRELOAD=POOR_SYSTEM, GROKSCOPE_TEST_THREADS=str(given))
            if "cannot start" not in said:
                break
            assert re.search(r"cannot start (\d+ threads|the thread of [a-z ]+): .*(--threads|ulimit)", said), said
            assert said.count("\n") == 1, said
            refused += 1
        assert name == "inspect" or 2 <= refused < 12, (name, refused)
        sound(arguments[-1])


def recorded_in(folder):
    return os.path.exists(os.path.join(folder, ".local", "share", "grokscope", "notebook.db"))


def no_home():
    os.mkdir("account")
    os.mkdir("home")
    account, home = os.path.abspath("account"), os.path.abspath("home")
    poor = {"LD_PRELOAD": POOR_SYSTEM, "unset": ("HOME", "XDG_DATA_HOME")}
    run("train", *QUICK, GROKSCOPE_TEST_ACCOUNT=account, **poor)
    assert recorded_in(account)
    run("train", *QUICK, GROKSCOPE_TEST_ACCOUNT=account, LD_PRELOAD=POOR_SYSTEM, HOME="relative",
        unset=("XDG_DATA_HOME",))
    assert "no runs" not in run("list", GROKSCOPE_TEST_ACCOUNT=account, **poor)[1]
    for nobody in ("none", "/no/such/folder"):
        said, _ = run("train", *QUICK, GROKSCOPE_TEST_ACCOUNT=nobody, **poor)
        assert "nothing is recorded" in said and "--notebook FILE" in said and said.count("\n") == 1, said
        for arguments in (["list"], ["show", "1"], ["view", "last"], ["train", "--resume", "last"]):
            said, _ = run(*arguments, code=2, GROKSCOPE_TEST_ACCOUNT=nobody, **poor)
            assert "there is no home folder" in said and said.count("\n") == 1, said
        run("sweep", "--seeds=1", code=2, GROKSCOPE_TEST_ACCOUNT=nobody, **poor)
        assert not run("train", *QUICK, "--notebook", "named.db", GROKSCOPE_TEST_ACCOUNT=nobody, **poor)[0]
        # To want none is no reason to speak.
        assert not run("train", *QUICK, GROKSCOPE_TEST_ACCOUNT=nobody, GROKSCOPE_NOTEBOOK="none", **poor)[0]
    said, _ = run("train", *QUICK, HOME=home, XDG_DATA_HOME="data")
    assert 'must be an absolute path, got "data"' in said and home in said, said
    assert recorded_in(home) and not os.path.exists("data")


def a_notebook_that_cannot_be_looked_at():
    """That is another answer than "no runs"."""
    os.mkdir("odd")
    odd = os.path.abspath("odd")
    notebook = os.path.join(odd, "grokscope", "notebook.db")
    os.mkdir(os.path.dirname(notebook))
    assert "no runs" in run("list", XDG_DATA_HOME=odd)[1]
    for target in (notebook, os.path.join(odd, "not mounted", "notebook.db")):
        os.symlink(target, notebook)
        said, _ = run("list", code=2, XDG_DATA_HOME=odd)
        assert "cannot be opened" in said and said.count("\n") == 1, said
        os.remove(notebook)
    os.rmdir(os.path.dirname(notebook))
    with open(os.path.dirname(notebook), "w", encoding="utf-8"):
        said, _ = run("list", code=2, XDG_DATA_HOME=odd)
        assert "cannot be opened" in said, said
    said, _ = run("list", code=2, GROKSCOPE_NOTEBOOK=os.path.join(odd, "mistyped.db"))
    assert "mistyped.db" in said and not os.path.exists(os.path.join(odd, "mistyped.db")), said


def stale_temporary_folder():
    with open("occupied", "w", encoding="utf-8") as file:
        file.write("a file where a folder should be")
    said, _ = run("train", *QUICK, HOME=os.path.abspath("occupied"), TMPDIR="/no/such/folder",
                  unset=("XDG_DATA_HOME",))
    rescued = re.search(r'was saved in "([^"]+)"', said).group(1)
    assert "finished" in run("list", "--notebook", rescued)[1]
    os.remove(rescued)


def languages():
    texts = set()
    for number, language in enumerate(("C", "de_DE.UTF-8", "tr_TR.UTF-8", "xx_YY", "\xff")):
        run("train", *QUICK, "--notebook", "none", "--csv", f"{number}.csv", LANG=language, LC_ALL=language)
        with open(f"{number}.csv", "rb") as file:
            texts.add(file.read())
    run("train", *QUICK, "--notebook", "none", "--csv", "unset.csv", unset=("LANG", "LC_ALL", "LC_NUMERIC"))
    with open("unset.csv", "rb") as file:
        texts.add(file.read())
    assert len(texts) == 1


def streams_and_folders():
    shell = lambda script: ["sh", "-c", script + ' exec "$@"', "sh"]
    run("train", *QUICK, "--notebook", "streams.db", before=["sh", "-c", 'exec "$@" <&-', "sh"])
    run("train", *QUICK, "--notebook", "streams.db", before=["sh", "-c", 'exec "$@" <&- 2>&-', "sh"])
    sound("streams.db")
    here = os.getcwd()
    gone = shell("mkdir gone && cd gone && rmdir ../gone;")
    run("train", *QUICK, "--notebook", os.path.join(here, "gone.db"), before=gone)
    run("list", "--notebook", os.path.join(here, "gone.db"), before=gone)
    for option in ("--csv", "--notebook"):
        run("train", *QUICK, option, "relative", code=2, before=gone)
    run("list", "--notebook", "relative", code=2, before=gone)
    sound("gone.db")


def a_library_that_takes_a_signal():
    """Whether SIGHUP was ignored is the business of who started the program, not of its libraries."""
    global cases
    for ignored in (signal.SIG_IGN, signal.SIG_DFL):
        cases += 1
        process = subprocess.Popen(
            [PROGRAM, "train", *SMALL, "--threads", "1", "--epochs", "1000000", "--notebook", "none"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "LD_PRELOAD": POOR_SYSTEM, "GROKSCOPE_TEST_TAKES_HANGUP": "1"},
            preexec_fn=lambda: signal.signal(signal.SIGHUP, ignored))
        until(process, "  100  ")
        process.send_signal(signal.SIGHUP)
        if ignored == signal.SIG_IGN:
            until(process, "  3000  ")  # it goes on
            process.terminate()
        out, err = process.communicate(timeout=PATIENCE)
        last = signal.SIGTERM if ignored == signal.SIG_IGN else signal.SIGHUP
        assert process.returncode == 128 + last, (process.returncode, out, err)


def until(process, words):
    for line in process.stdout:
        if words in line:
            return
    raise AssertionError(process.communicate())


def main():
    for name in ("GROKSCOPE_NOTEBOOK", "LD_PRELOAD"):
        os.environ.pop(name, None)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        os.environ["XDG_DATA_HOME"] = os.path.join(folder, "data-home")
        few_threads()
        no_home()
        a_notebook_that_cannot_be_looked_at()
        stale_temporary_folder()
        languages()
        streams_and_folders()
        a_library_that_takes_a_signal()
        os.chdir("/")
    print(f"{cases} programs in odd surroundings ended with a sentence at worst")


main()
