"""Odd surroundings: few threads, no home folder, a file system without locks, a TMPDIR that is gone, closed
streams, odd languages.

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
# What records without a window; --start is refused before there is one.
RECORDING = (["train", *QUICK], ["sweep", *SMALL, "--seeds=1", "--epochs=20"], ["import", "source.db"],
             ["--start", *SMALL])
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


def little_memory():
    """However little: it ends, with a sentence, and what is missing is told."""
    told = 0
    for megabytes in (500, 1000, 1500, 2000, 2500):
        limited = ["sh", "-c", f'ulimit -v {megabytes * 1000} && exec "$@"', "sh"]
        said, _ = run("train", *SMALL, "--threads", "256", "--epochs", "5", "--quiet", "--notebook", "none",
                      code=(0, 1), before=limited)
        assert said == "" or re.search(r"--threads|ulimit -v", said), (megabytes, said)
        told += said != ""
    said, _ = run("train", *QUICK, "--notebook", "none", code=1,
                  before=["sh", "-c", 'ulimit -v 400000 && exec "$@"', "sh"])
    assert "libtorch" in said and "allow it more memory (ulimit -v)" in said, said
    assert told >= 1, told


def no_locks():
    """Where the file system has none, nothing is written, with the reason; what is there can be read."""
    run("train", *QUICK, "--notebook", "unlocked.db")
    without = {"LD_PRELOAD": POOR_SYSTEM, "GROKSCOPE_TEST_NO_LOCKS": "all"}
    with open("unlocked.db", "rb") as file:
        before = file.read()
    for notebook, arguments in (("new.db", ["train", *QUICK]), ("unlocked.db", ["train", *QUICK]),
                                ("unlocked.db", ["train", "--resume", "last", "--epochs", "60", "--quiet"]),
                                ("unlocked.db", ["import", "source.db"])):
        said, _ = run(*arguments, "--notebook", notebook, code=(1, 2), **without)
        assert f'the notebook "{notebook}" lies on a file system without locks' in said, said
        assert said.count("\n") == 1, said
    _, listed = run("list", "--notebook", "unlocked.db", **without)
    assert len(listed.splitlines()) == 2, listed
    with open("unlocked.db", "rb") as file:
        assert file.read() == before
    assert [name for name in os.listdir(".") if name.startswith(("unlocked.db", "new.db"))] == ["unlocked.db"]
    # Locks of processes are enough for the notebook; that its owner lives is then told by its heartbeat.
    run("train", "--resume", "last", "--epochs", "60", "--quiet", "--notebook", "unlocked.db",
        LD_PRELOAD=POOR_SYSTEM, GROKSCOPE_TEST_NO_LOCKS="own")
    sound("unlocked.db")
    assert [name for name in os.listdir(".") if name.startswith("unlocked.db")] == ["unlocked.db"]


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
        for arguments in (["list"], ["show", "1"], ["view", "last"], ["train", "--resume", "last"],
                          ["tag", "1", "a"], ["verify", "1"], *RECORDING):
            said, out = run(*arguments, code=2, GROKSCOPE_TEST_ACCOUNT=nobody, **poor)
            assert "there is no home folder" in said and "--notebook FILE" in said, said
            assert said.count("\n") == 1 and not out, (said, out)
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


def nowhere_to_record():
    """What would be recorded in the default notebook is refused before anything trains, whatever is wrong."""
    os.mkdir("places")
    places = os.path.abspath("places")

    def place(name, *folders):
        os.makedirs(os.path.join(places, name, *folders))
        return os.path.join(places, name)

    def file(*names):
        with open(os.path.join(places, *names), "w", encoding="utf-8") as made:
            made.write("a file where a folder should be")

    file("a file")
    file(place("ours a file"), "grokscope")
    place("the notebook a folder", "grokscope", "notebook.db")
    file(place("the notebook a diary", "grokscope"), "grokscope", "notebook.db")
    os.symlink("/proc/nobody/notebook.db",
               os.path.join(place("the notebook a stale link", "grokscope"), "grokscope", "notebook.db"))
    os.chmod(place("not writable"), 0o555)
    os.chmod(os.path.join(place("ours not writable", "grokscope"), "grokscope"), 0o555)
    full = place("full", "grokscope")
    # For root, permissions mean something only without one of its powers.
    powerless = ["setpriv", "--bounding-set=-dac_override,-dac_read_search",
                 "--inh-caps=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    no_room = ["sh", "-c", 'ulimit -f 8; exec "$@"', "sh"]  # 4 kB, less than an empty notebook
    tried = [({"XDG_DATA_HOME": os.path.join(places, name)}, powerless)
             for name in sorted(set(os.listdir(places)) - {"full"})]
    tried += [({"HOME": "/proc/nobody", "unset": ("XDG_DATA_HOME",)}, []),
              ({"HOME": os.path.join(places, "a file"), "unset": ("XDG_DATA_HOME",)}, []),
              ({"XDG_DATA_HOME": full}, no_room)]
    before = set(os.listdir("."))
    for environment, wrapped in tried:
        for arguments in RECORDING:
            said, out = run(*arguments, code=2, before=wrapped, TMPDIR=os.getcwd(), **environment)
            folder = environment.get("XDG_DATA_HOME", environment.get("HOME"))
            folder = "/proc/nobody" if folder.endswith("link") else folder
            assert folder in said and said.count("\n") == 1 and not out, (environment, arguments, said, out)
            assert ("name another notebook with --notebook FILE" in said) and (
                ("--notebook none" in said) == (arguments[0] == "train")), said
    # Nothing was rescued, for nothing was trained. (Without room SQLite cannot tidy up beside the source.)
    assert {name for name in os.listdir(".") if not name.startswith("source.db-")} == before, os.listdir(".")
    # Whoever wants no record is not concerned; what is named is refused by the same rule.
    run("train", *QUICK, "--notebook", "none", XDG_DATA_HOME=os.path.join(places, "a file"))
    for arguments in RECORDING:
        said, out = run(*arguments, "--notebook", os.path.join(places, "a file", "n.db"), code=2)
        assert "a file/n.db" in said and said.count("\n") == 1 and not out, said
    for arguments in (["import", "source.db"], ["list"], ["sweep", "--seeds=1"]):
        said, _ = run(*arguments, "--notebook", "none", code=2)
        assert "notebook" in said and said.count("\n") == 1 and not os.path.exists("none"), said


def stale_temporary_folder():
    """Another program locks the notebook until the end: the record is saved elsewhere, and that is no success."""
    global cases
    cases += 1
    process = subprocess.Popen(
        [PROGRAM, "train", *SMALL, "--threads", "1", "--epochs", "1000000", "--notebook", "locked.db"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "TMPDIR": "/no/such/folder"})
    until(process, "  100  ")
    other = sqlite3.connect("locked.db", timeout=PATIENCE, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    until(process, "  3000  ")
    process.terminate()
    _, said = process.communicate(timeout=PATIENCE)
    other.close()
    assert process.returncode == 1, (process.returncode, said)
    rescued = re.search(r'was saved in "([^"]+)"', said).group(1)
    assert "paused" in run("list", "--notebook", rescued)[1]
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
        run("train", *QUICK, "--notebook", "source.db")
        few_threads()
        little_memory()
        no_locks()
        no_home()
        a_notebook_that_cannot_be_looked_at()
        nowhere_to_record()
        stale_temporary_folder()
        languages()
        streams_and_folders()
        a_library_that_takes_a_signal()
        os.chdir("/")
    print(f"{cases} programs in odd surroundings ended with a sentence at worst")


main()
