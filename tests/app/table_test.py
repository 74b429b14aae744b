#!/usr/bin/env python3
"""Operations from a table, frozen tensors and edited weights as a user meets them: S3 is learnt by heart, and its
record is complete without the file.

Usage: table_test.py GROKSCOPE
"""
import itertools
import json
import os
import subprocess
import sys
import tempfile

GROKSCOPE = os.path.abspath(sys.argv[1])
SMALL = ["--frac", "0.8", "--d-model", "32", "--d-mlp", "64", "--threads", "1"]


def run(*arguments, code=0):
    done = subprocess.run([GROKSCOPE, *arguments], capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == code, (arguments, done.returncode, done.stdout, done.stderr)
    return done.stdout if code == 0 else done.stdout + done.stderr


def write_s3(name):
    elements = list(itertools.permutations(range(3)))
    with open(name, "w", encoding="utf-8") as file:
        for a in elements:
            file.write(",".join(str(elements.index(tuple(a[i] for i in b))) for b in elements) + "\n")


def learns_it_by_heart():
    write_s3("s3.csv")
    text = run("train", "--table", "s3.csv", *SMALL, "--epochs", "1200", "--csv", "a.csv", "--json", "a.json")
    assert "a * b by the table s3, 28 of 36 pairs train" in text, text
    record = json.load(open("a.json", encoding="utf-8"))
    assert record["metrics"]["train_acc"][-1] == 1, "it has memorised"
    assert record["config"]["operation"] == "table" and record["config"]["p"] == 6
    assert record["config"]["table"].startswith("# s3\n0,1,2,3,4,5\n")
    assert all(value is None for value in record["metrics"]["mirrored_acc"]), "S3 does not commute"
    assert record["progress"][-1]["key_frequencies"] == []


def is_complete_without_the_file():
    os.remove("s3.csv")
    assert "repeats its record bit for bit" in run("verify", "1", "--quiet")
    run("export", "1", "--to", "toml", "--out", "s3.toml")
    run("train", "--config", "s3.toml", "--threads", "2", "--csv", "b.csv", "--notebook", "none")
    assert open("a.csv", "rb").read() == open("b.csv", "rb").read()
    run("train", "--resume", "1", "--epochs", "1300", "--quiet", "--threads", "1")
    run("export", "1", "--to", "notebook", "--out", "copy.db")
    assert "repeats its record bit for bit" in run("verify", "1", "--notebook", "copy.db", "--quiet")
    shown = json.loads(run("show", "1", "--notebook", "copy.db", "--json"))
    assert shown["config"]["table"].startswith("# s3\n"), shown


def is_inspected():
    text = run("inspect", "1", "--pair", "1,2")
    assert "1 * 2 = 4" in text and "no clock: a table names no group" in text, text
    reply = json.loads(run("inspect", "1", "--json", "--scale-rows", "both=0"))
    assert reply["ablated_shares"]["same"] == 1, "all pairs look alike"
    assert reply["ablated_shares"]["pairs"] == 25
    assert reply["intact_shares"]["right"] > 0.7
    text = run("inspect", "1", "--scale-rows", "zero=0.5")
    assert "embedding of the number 0 times 0.5; its answers to the 11 pairs with a 0" in text, text
    assert "scales by 0 to 1" in run("inspect", "1", "--scale-rows", "a=2", code=2)
    assert "zero" in run("inspect", "1", "--scale-rows", "c=0", code=2)


def refuses(content, sentence, *more):
    with open("wrong.csv", "wb") as file:
        file.write(content)
    text = run("train", "--table", "wrong.csv", *SMALL, "--epochs", "1", *more, code=2)
    assert sentence in text, text


def says_what_is_wrong():
    row = b"0,1,2,3,4\n"
    refuses(b"", "wrong.csv: there is no row in it")
    refuses(row * 4, "wrong.csv, line 5 is missing")
    refuses(row * 4 + b"0,1,2,3,5\n", 'wrong.csv, line 5, column 5: the class "5" lies outside of 0 to 4')
    refuses(b"a,b,c,d,e\n" + row * 5, 'line 1, column 1: "a" is no class')
    refuses(b"0;1;2;3;4\n" * 5, "line 1 has semicolons")
    refuses(b"1" * (1 << 20), "at most 524288 characters")
    refuses(row * 5, "leave --p out, got 7", "--p", "7")
    refuses(row * 5, "leave --op out, got mul", "--op", "mul")
    assert "this is a folder; name a CSV file" in run("train", "--table", ".", code=2)
    assert "cannot be read" in run("train", "--table", "absent.csv", code=2)
    assert "this is a notebook" in run("train", "--table", os.environ["GROKSCOPE_NOTEBOOK"], code=2)
    assert "--table needs a value" in run("train", "--table", code=2)
    assert "needs the table" in run("train", "--op", "table", code=2)
    assert len(json.loads(run("list", "--json"))["runs"]) == 1, "none of these was recorded"


def forks():
    run("train", "--branch", "1", "--at", "400", "--scale-row", "0=0.5", "--shuffle-embedding", "--set",
        "epochs=500", "--quiet", "--threads", "1")
    run("train", "--branch", "1", "--at", "400", "--set", "frozen_tensors=W_E,W_U", "--set", "epochs=500", "--quiet",
        "--threads", "1")
    run("train", "--branch", "1", "--at", "400", "--embedding-from", "3:450", "--set", "epochs=500", "--quiet",
        "--threads", "1", code=2)  # not recorded there
    run("train", "--branch", "1", "--at", "400", "--embedding-from", "1:0", "--set", "epochs=500", "--quiet",
        "--threads", "1")
    runs = json.loads(run("list", "--json"))["runs"]
    words = {one["run"]: one["parent"]["fork"] for one in runs if one["parent"]}
    assert words[2] == "embedding shuffled, row 0 x 0.5", words
    assert words[3] == "frozen W_E,W_U", words
    assert words[4] == f"embedding of {runs[0]['uuid'][:8]} at 0" or words[4].endswith(" at 0"), words
    for number in "2", "3", "4":
        assert "repeats its record bit for bit" in run("verify", number, "--quiet")
    assert "with embedding shuffled, row 0 x 0.5" in run("show", "2")
    run("train", "--p", "13", *SMALL, "--epochs", "20", "--quiet")
    assert "has p = 13 and width 32" in run("train", "--branch", "1", "--at", "400", "--embedding-from", "5", code=2)
    assert "give --branch RUN" in run("train", "--shuffle-embedding", code=2)
    assert "between 0 and 5, got 6" in run("train", "--branch", "1", "--at", "400", "--scale-row", "6=0", code=2)


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    os.environ["GROKSCOPE_NOTEBOOK"] = os.path.join(folder, "notebook.db")
    learns_it_by_heart()
    is_complete_without_the_file()
    is_inspected()
    says_what_is_wrong()
    forks()
    os.chdir("/")
print("a table is an operation like others")
