"""What a hostile file, a full disk, a read-only folder and another program's lock do: a sentence.

Usage: robust_test.py GROKSCOPE

Nothing crashes, the user's notebook stays as it is, and what could not be written is written once
the cause is gone.
"""
import os
import random
import re
import resource
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading

PROGRAM = os.path.abspath(sys.argv[1])
SMALL = ["--p", "23", "--d-model", "32", "--d-mlp", "64", "--threads", "1"]
PATIENCE = 300


def run(*arguments, before=(), env=None):
    """Exit code and output; a signal, or an error that is not a sentence or two, is a failure."""
    done = subprocess.run([*before, PROGRAM, *arguments], capture_output=True, timeout=PATIENCE,
                          env=env)
    said = done.stderr.decode()  # and so valid UTF-8
    assert done.returncode in (0, 1, 2), (arguments, done)
    assert done.returncode == 0 or 20 < len(said) < 2000, (arguments, done)
    assert "\x1b" not in said + done.stdout.decode(), (arguments, done)
    for word in ("terminate called", "Sanitizer", "std::", "Assertion"):
        assert word not in said, (arguments, done)
    return done.returncode, said, done.stdout.decode()


def contents(path):
    with open(path, "rb") as file:
        return file.read()


def write(path, data):
    with open(path, "wb") as file:
        file.write(data)


def change(path, *statements):
    database = sqlite3.connect(path)
    for statement in statements:
        database.executescript(statement)
    database.close()


# ------------------------------------------------------------------------------ hostile notebooks

# What must be refused, and what may be taken as it is.
REFUSED = {
    "a future version": ["PRAGMA user_version = 9000"],
    "no version": ["PRAGMA user_version = 0"],
    "another program's id": ["PRAGMA application_id = 7"],
    "a view in place of a table": ["ALTER TABLE run RENAME TO hidden; "
                                   "CREATE VIEW run AS SELECT * FROM hidden"],
    "a table without a column": ["ALTER TABLE run DROP COLUMN host"],
    "a model of other shape": ["UPDATE run SET config = json_set(config, '$.d_model', 128)"],
    "a model beyond all limits": ["UPDATE run SET config = json_set(config, '$.p', 1000000)"],
    "numbers that are none": ["UPDATE run SET config = json_set(config, '$.learning_rate', 9e999)"],
    "a huge state": ["UPDATE checkpoint SET data = zeroblob(300000000)"],
    "a huge text": ["UPDATE run SET config = hex(zeroblob(50000000))"],
    "a negative epoch": ["UPDATE run SET epoch = -5"],
    "a state that steers the terminal": ["UPDATE run SET state = char(27) || '[2J'"],
}
# What costs the records that it spoils, and nothing else: those left out are named.
LEFT_OUT = {
    " records of weights cannot be used and are left out": [
        "UPDATE weights SET data = zeroblob(300000000) WHERE epoch = 0", "UPDATE weights SET data = x''"
        " WHERE epoch > 0"],
    "the spectrum of the embedding has 1000 values, 11 are expected":
        ["UPDATE spectrum SET embedding = zeroblob(4000)"],
    "1 spectrum cannot be used": ["UPDATE spectrum SET logit = x'' WHERE epoch = 20"],
    "key frequencies do not increase from 1 to 11 at most":
        ["UPDATE measure SET details = json_set(details, '$.key_frequencies', json('[99]'))"],
    "test loss of epoch 0 is 1.7e+308": ["UPDATE metric SET test_loss = 1.7e308"],
    "is no mark that this version knows": ["UPDATE mark SET kind = 'of a later version'"],
    "its epoch is -7": ["INSERT INTO annotation (run, epoch, text, created_at) VALUES (1, -7, '', '')"],
}
TAKEN = {
    "triggers": ["CREATE TRIGGER evil AFTER INSERT ON run BEGIN DELETE FROM metric; END",
                 "CREATE TRIGGER worse AFTER UPDATE ON run BEGIN DELETE FROM checkpoint; END"],
    "views": ["CREATE VIEW loop AS WITH RECURSIVE c(x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM c)"
              " SELECT x FROM c"],
    "names that steer the terminal": ["UPDATE run SET name = char(27) || ']0;owned' || char(7)"],
    "figures that are no numbers": ["UPDATE metric SET test_loss = 9e999, train_loss = NULL"],
}


def commands_on(file, number):
    """Every command that reads a stranger's notebook; each exit code."""
    out = f"out{number}"
    return [run(*arguments)[0] for arguments in (
        ["show", "last", "--notebook", file],
        ["export", "last", "--to", "npz", "--notebook", file, "--out", out + ".npz"],
        ["import", file, "--notebook", "own.db"],
    )]


def hostile_notebooks():
    assert run("train", *SMALL, "--stencil=-1,0", "--epochs", "300", "--quiet", "--notebook",
               "sound.db")[0] == 0
    change("sound.db", "PRAGMA journal_mode = DELETE")
    sound = contents("sound.db")
    assert len(sound) > 100000
    assert run("train", *SMALL, "--epochs", "50", "--quiet", "--notebook", "own.db")[0] == 0
    own = contents("own.db")

    for number, (what, statements) in enumerate(REFUSED.items()):
        write("bad.db", sound)
        change("bad.db", *statements)
        before = contents("bad.db")
        codes = commands_on("bad.db", number)
        assert codes[-1] in (1, 2), (what, codes)  # it is damaged, or none of ours
        # A resumed run and the window read it before they do anything else.
        assert run("train", "--resume", "last", "--epochs", "310", "--notebook", "bad.db")[0] == 2, what
        if codes[0] != 0:
            assert run("view", "last", "--notebook", "bad.db")[0] == 2, what
        assert contents("own.db") == own, f"{what}: the user's notebook was changed"
        assert contents("bad.db") == before, f"{what}: the file was changed"

    for what, statements in LEFT_OUT.items():
        write("odd.db", sound)
        change("odd.db", *statements)
        write("target.db", own)
        code, said, _ = run("import", "odd.db", "--notebook", "target.db")
        assert code == 1 and what in said and said.count("\n") == 1, (what, said)
        code, said, shown = run("show", "last", "--notebook", "target.db")
        assert code == 0 and said == "" and "It can go on from epoch 300" in shown, (what, said, shown)
        code, said, _ = run("train", "--resume", "last", "--epochs", "310", "--quiet", "--notebook", "odd.db")
        assert code == 0, (what, said)

    for what, statements in TAKEN.items():
        write("odd.db", sound)
        change("odd.db", *statements)
        write("target.db", own)
        assert run("import", "odd.db", "--notebook", "target.db")[0] == 0, what
        code, _, shown = run("show", "last", "--notebook", "target.db")
        assert code == 0 and "It can go on from epoch 300" in shown, (what, shown)
        assert "Train loss goes from" in shown, (what, shown)

    generator = random.Random(6)
    refused = 0
    for number in range(8):
        damaged = bytearray(sound)
        if number % 2 == 0:
            del damaged[generator.randrange(len(damaged)):]
        else:
            for _ in range((1, 300)[number % 4 == 3]):
                damaged[generator.randrange(len(damaged))] ^= 1 << generator.randrange(8)
        write("bad.db", damaged)
        write("own.db", own)
        codes = commands_on("bad.db", f"r{number}")
        if codes[-1] == 1 and contents("own.db") != own:  # taken over without what is damaged, which it names
            write("again.db", own)
            code, said, out = run("import", "bad.db", "--notebook", "again.db")
            assert code == 1 and "left out" in said and "1 run taken over" in out, (said, out)
            continue
        refused += codes[-1] != 0
        assert codes[-1] == 0 or contents("own.db") == own, "refused, and yet something was changed"
        assert run("list", "--notebook", "own.db")[0] == 0
    assert refused >= 5, refused


def one_unreadable_run():
    """It costs no other, is named, and is not the last."""
    for seed in ("1", "2", "3"):
        assert run("train", *SMALL, "--epochs", "40", "--seed", seed, "--quiet", "--notebook", "three.db")[0] == 0
    change("three.db", "UPDATE run SET config = json_set(config, '$.of_a_later_version', 1) WHERE id = 3",
           "PRAGMA journal_mode = DELETE")
    named = "run 3 cannot be read and is left out: its configuration cannot be used: unknown field"
    code, said, listed = run("list", "--notebook", "three.db")
    assert code == 0 and named in said and said.count("\n") == 1, (code, said)
    assert re.findall(r"^ +(\d)  (finished|unreadable)", listed, re.M) == [
        ("1", "finished"), ("2", "finished"), ("3", "unreadable")], listed
    code, said, shown = run("show", "last", "--notebook", "three.db")
    assert code == 0 and shown.startswith("Run 2: ") and named in said, (said, shown)
    assert "`last` is run 2, the last one that can be read" in said, said
    code, said, _ = run("show", "3", "--notebook", "three.db")
    assert code == 1 and "run 3 of the notebook" in said and "of_a_later_version" in said, said
    assert run("export", "last", "--to", "csv", "--notebook", "three.db", "--out", "last.csv")[0] == 0
    code, said, taken = run("import", "three.db", "--notebook", "two.db")
    assert code == 1 and named in said and "2 runs taken over, 0 known already, 1 left out" in taken, (said, taken)
    code, said, _ = run("sweep", *SMALL, "--stencils", "0", "--seeds", "1", "--epochs", "1", "--notebook", "two.db")
    assert code == 0 and said == "", said
    code, said, _ = run("sweep", *SMALL, "--stencils", "0", "--seeds", "1", "--epochs", "1", "--notebook", "three.db")
    assert code == 0 and named in said, said
    # A longer record of the same run takes no other's place while something of it cannot be used.
    assert run("train", "--resume", "1", "--epochs", "60", "--quiet", "--notebook", "three.db")[0] == 0
    change("three.db", "UPDATE spectrum SET logit = x'' WHERE run = 1 AND epoch = 20")
    code, said, _ = run("import", "three.db", "--notebook", "two.db")
    assert code == 1 and "it would take the place of run 1, but of run 1, 1 spectrum" in said, said
    assert re.search(r"^ +1  finished +40 ", run("list", "--notebook", "two.db")[2], re.M)
    change("three.db", "UPDATE run SET state = 'of a later version'")
    for command in ["list"], ["show", "last"]:
        code, said, _ = run(*command, "--notebook", "three.db")
        assert code == 1 and "no run of the notebook" in said and "can be read: run 1" in said, (command, said)


def hostile_configurations():
    texts = [b"", b"\x00\xff" * 500, b"[" * 100000, b"p = 1e999", b"p = -3", b"p = [1, 2]",
             b"seed = 99999999999999999999", b"stencil = [" + b"1," * 50000 + b"]",
             b"learning_rate = nan", b"train_fraction = inf", b"p = 113\np = 7", b"x" * 1000000]
    for text in texts:
        write("bad.toml", text)
        code, said, _ = run("train", "--config", "bad.toml", "--epochs", "1", "--notebook", "none",
                            "--quiet")
        assert code == (0 if text == b"" else 2), (text[:40], said)
        assert code == 0 or "bad.toml" in said, (text[:40], said)


# ---------------------------------------------------------------------- trouble that comes and goes

class Training:
    """A run that trains until it is told to stop, and what it says."""

    def __init__(self, notebook, *more, limit=None):
        def limit_files():
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        self.process = subprocess.Popen(
            [PROGRAM, "train", *SMALL, "--epochs", "1000000", "--notebook", notebook, *more],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            preexec_fn=limit_files if limit else None)
        self.timer = threading.Timer(PATIENCE, self.process.kill)
        self.timer.start()

    def wait_for(self, words):
        for line in self.process.stdout:
            if words in line:
                return
        raise AssertionError(f"it ended and never said {words!r}")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        said = self.process.stdout.read()
        code = self.process.wait()
        self.timer.cancel()
        assert code == 128 + signal.SIGTERM, (code, said)
        return said


def expect_complete(notebook, csv):
    """The notebook holds every figure that the run had itself."""
    assert run("export", "last", "--to", "csv", "--notebook", notebook, "--out", csv + ".out")[0] == 0
    assert contents(csv + ".out") == contents(csv) and contents(csv).count(b"\n") > 3
    assert "paused" in run("list", "--notebook", notebook)[2]


def locked_by_another_program():
    change("locked.db", "")  # an empty file is what others leave for us to fill
    training = Training("locked.db", "--csv", "locked.csv")
    training.wait_for("epoch")
    other = sqlite3.connect("locked.db", timeout=60, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    training.wait_for("is locked by another program")
    other.execute("ROLLBACK")
    other.close()
    training.wait_for("nothing is missing")
    training.stop()
    expect_complete("locked.db", "locked.csv")


def disk_full():
    limit = 400000
    training = Training("full.db", "--csv", "full.csv", limit=limit)
    training.wait_for("the run goes on in memory")
    assert os.path.getsize("full.db") <= limit
    resource.prlimit(training.process.pid, resource.RLIMIT_FSIZE,
                     (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    training.wait_for("nothing is missing")
    training.stop()
    expect_complete("full.db", "full.csv")


def disk_full_to_the_end():
    """The limit is one of every file: the copy that is saved in the end is smaller and fits."""
    environment = dict(os.environ, TMPDIR=os.getcwd())
    done = subprocess.run([PROGRAM, "train", *SMALL, "--epochs", "3000", "--quiet", "--notebook",
                           "never.db"], capture_output=True, text=True, env=environment,
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE,
                                                                (400000, 400000)))
    assert done.returncode == 1, done
    rescued = re.search(r'was saved in "([^"]+)"', done.stderr)
    if rescued:
        assert re.search(r" finished +3000 ", run("list", "--notebook", rescued.group(1))[2])
    else:
        assert "what was not saved is lost" in done.stderr, done
    assert run("list", "--notebook", "never.db")[0] == 0, "what was written is still sound"


def read_only():
    """For root, permissions mean something only without one of its powers."""
    powerless = ["setpriv", "--bounding-set=-dac_override,-dac_read_search",
                 "--inh-caps=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    os.mkdir("shelf")
    write("shelf/notes.db", contents("sound.db"))
    before = contents("shelf/notes.db")
    os.chmod("shelf/notes.db", 0o444)
    os.chmod("shelf", 0o555)
    assert "finished" in run("list", "--notebook", "shelf/notes.db", before=powerless)[2]
    for arguments in (["train", *SMALL, "--epochs", "20", "--notebook", "shelf/notes.db"],
                      ["train", *SMALL, "--epochs", "20", "--notebook", "shelf/new.db"],
                      ["import", "own.db", "--notebook", "shelf/notes.db"]):
        code, said, _ = run(*arguments, before=powerless)
        assert code in (1, 2) and ("written" in said or "cannot be opened" in said), (arguments, said)
    os.chmod("shelf", 0o755)
    assert contents("shelf/notes.db") == before and os.listdir("shelf") == ["notes.db"]


def main():
    os.environ.pop("GROKSCOPE_NOTEBOOK", None)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        os.environ["XDG_DATA_HOME"] = os.path.join(folder, "home")
        hostile_notebooks()
        one_unreadable_run()
        hostile_configurations()
        locked_by_another_program()
        disk_full()
        disk_full_to_the_end()
        read_only()
        os.chdir("/")
    print("hostile files and full disks end in sentences")


main()
