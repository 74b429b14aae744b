"""Texts of strangers: what stands in a notebook, a configuration, an argument or a file's name reaches the
terminal without steering it, hiding in it, or turning it round.

Usage: text_test.py GROKSCOPE
"""
import csv
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile

PROGRAM = os.path.abspath(sys.argv[1])
SMALL = ["--p", "23", "--d-model", "32", "--d-mlp", "64", "--threads", "1"]

# Escape sequences, controls, what turns the direction of reading, and what is not seen.
EVIL = ("=cmd|\x1b]0;owned\x07\x1b[2J\x9b31m\x7f\b\r\n\tx\v\f\u202e\u2066\u2069\u200e\u200f\u061c\u200b"
        "\ufeff\u2028\u2029\u00ad\U000e0041end")
# Only we lay out text, with newlines; everything else of this kind came through from outside.
HIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
                    "\U000e0000-\U000e0fff]")


def check(what, text):
    found = HIDDEN.search(text.replace("\t", "") if what[0] == "show" else text)  # notes may have tabs
    assert not found, (what, hex(ord(found.group())), text[max(found.start() - 60, 0):found.end() + 20])


def run(*arguments, code=None, env=None):
    """Standard output, standard error and exit code, both outputs checked."""
    done = subprocess.run([PROGRAM, *arguments], capture_output=True, env=env, timeout=120)
    said, complained = done.stdout.decode(), done.stderr.decode()  # and so valid UTF-8
    assert done.returncode in ((0, 1, 2) if code is None else (code,)), (arguments, done)
    check(arguments, said)
    check(arguments, complained)
    return said, complained, done.returncode


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        return file.read()


def text_columns(path):
    database = sqlite3.connect(path)
    tables = [name for name, in database.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")]
    columns = [(table, row[1]) for table in tables for row in database.execute(f"PRAGMA table_info({table})")
               if row[2] == "TEXT"]
    database.close()
    return columns


def every_command_on(notebook):
    """Exit codes of all that reads the notebook."""
    codes = [run("list", "--notebook", notebook)[2], run("show", "last", "--notebook", notebook)[2],
             run("inspect", "1", "--notebook", notebook)[2],
             run("train", "--resume", "1", "--epochs", "70", "--quiet", "--notebook", notebook)[2]]
    for form in ("csv", "json", "npz", "notebook"):
        codes.append(run("export", "1", "--to", form, "--out", "out." + form, "--notebook", notebook)[2])
    check("out.csv", read("out.csv"))
    check("out.json", read("out.json"))
    json.loads(read("out.json"))
    codes.append(run("import", "out.notebook", "--notebook", "own.db")[2])
    # Another configuration, so that the sweep looks at what is there and trains nothing of it.
    codes.append(run("sweep", *SMALL, "--stencils", "0", "--seeds", "1", "--epochs", "1", "--notebook",
                     notebook)[2])
    return codes


def plant(sound, columns):
    with open("evil.db", "wb") as file:
        file.write(sound)
    database = sqlite3.connect("evil.db")
    for table, column in columns:
        database.execute(f"UPDATE OR IGNORE {table} SET {column} = ?", (EVIL,))
    database.commit()
    database.close()


# What the program reads by itself: one that it does not know costs the record, or the run.
MEANT = [("run", "config"), ("run", "state"), ("run", "uuid"), ("mark", "kind"), ("measure", "details")]


def texts_of_a_notebook():
    run("train", *SMALL, "--stencil=-1,0", "--epochs", "60", "--quiet", "--notebook", "sound.db", code=0)
    database = sqlite3.connect("sound.db")
    database.execute("PRAGMA journal_mode = DELETE")
    database.execute("INSERT INTO annotation (run, epoch, text, created_at) VALUES (1, 20, 'note', 'then')")
    database.execute("INSERT INTO mark VALUES (1, 20, 'grokked')")
    database.commit()
    database.close()
    columns = text_columns("sound.db")
    assert len(columns) >= 16 and set(MEANT) < set(columns) and ("run", "owner") in columns, columns
    with open("sound.db", "rb") as file:
        sound = file.read()
    plant(sound, [column for column in columns if column not in MEANT])
    assert not any(every_command_on("evil.db"))
    for column in MEANT:
        plant(sound, [column])
        _, said, _ = run("list", "--notebook", "evil.db")
        more = run("show", "1", "--notebook", "evil.db")[1]
        assert said or more, column
        run("import", "evil.db", "--notebook", "empty.db", code=1)
        if os.path.exists("empty.db"):
            os.remove("empty.db")
    # Names have one line, notes may have several.
    plant(sound, [])
    database = sqlite3.connect("evil.db")
    database.execute("UPDATE run SET name = 'one\ntwo\tthree'")
    database.execute("UPDATE annotation SET text = 'four\nfive'")
    database.commit()
    database.close()
    assert "one\\ntwo\\tthree: nanda" in run("list", "--notebook", "evil.db")[0]
    assert "Note at epoch 20: four\n    five\n" in run("show", "1", "--notebook", "evil.db")[0]


def texts_of_a_configuration():
    for text in (f'title = "{EVIL!r}"\n[run]\np = "\\u001b[31m\\u202e"', "p\x1b[31m = 3", "\x1b]0;x\x07",
                 '"\\u202e\\u001b" = 1', '[run]\n"\\u001b[2J\\n\\u2066" = 1', "[run]\np = \u202e3"):
        with open("bad.toml", "w", encoding="utf-8") as file:
            file.write(text)
        _, said, _ = run("train", "--config", "bad.toml", "--notebook", "none", code=2)
        assert "bad.toml" in said, said


def texts_of_arguments_and_names():
    evil = EVIL.replace("/", "")
    for arguments in (["train", "--p", evil], ["train", "--stencil", evil, "--config", evil, "--preset", evil],
                      ["train", "--" + evil], [evil], ["show", evil, "--notebook", "sound.db"],
                      ["export", "1", "--to", evil], ["sweep", "--shard", evil, "--stencils", evil],
                      ["inspect", "1", "--ablate-frequency", evil], ["list", "--notebook", evil],
                      ["import", evil], ["view", evil, "--notebook", "sound.db"], ["--theme", evil, "--size", evil],
                      ["train", *SMALL, "--csv", "missing/" + evil]):
        _, said, code = run(*arguments)
        assert code in (1, 2) and len(said) > 10, (arguments, said)
    name = "file" + evil + ".db"
    run("train", *SMALL, "--epochs", "20", "--notebook", name, "--csv", name + ".csv", code=0)
    assert os.path.exists(name) and os.path.exists(name + ".csv")
    assert "finished" in run("list", "--notebook", name, code=0)[0]
    run("export", "1", "--to", "csv", "--notebook", name, "--out", name + ".2.csv", code=0)
    run("export", "1", "--to", "csv", "--notebook", name, "--out", name + ".2.csv", code=2)
    run("import", name, "--notebook", "own.db", code=0)
    run("show", "9", "--notebook", name, code=2)
    with open(name, "r+b") as file:
        file.truncate(5000)
    run("list", "--notebook", name, code=1)
    for variable in ("GROKSCOPE_NOTEBOOK", "XDG_DATA_HOME"):
        run("list", env=dict(os.environ, **{variable: os.path.abspath(evil)}))


def cells_of_a_table():
    run("sweep", *SMALL, "--stencils", "-1,0", "--seeds", "1", "--epochs", "20", "--notebook", "sweep.db",
        "--csv", "cells.csv", code=0)
    with open("cells.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert [row[0] for row in rows] == ["variant", "baseline", "[-1,0]"], rows
    assert all(len(row) == len(rows[0]) for row in rows)


def main():
    os.environ.pop("GROKSCOPE_NOTEBOOK", None)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        os.environ["XDG_DATA_HOME"] = os.path.join(folder, "data")
        texts_of_a_notebook()
        texts_of_a_configuration()
        texts_of_arguments_and_names()
        cells_of_a_table()
        os.chdir("/")
    print("texts of strangers are shown and do nothing")


main()
