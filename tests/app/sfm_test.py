"""`grokscope sfm`: what it prints, its CSV and JSON, and one sentence for each mistake.

    sfm_test.py GROKSCOPE
"""

import csv
import io
import json
import math
import os
import subprocess
import sys
import tempfile

PROGRAM = os.path.abspath(sys.argv[1])


def run(*arguments, code=0):
    done = subprocess.run([PROGRAM, "sfm", *arguments], capture_output=True, text=True, timeout=200)
    assert done.returncode == code, (arguments, done.returncode, done.stdout, done.stderr)
    return done


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_a_small_machine_collapses():
    done = run("--csv", "-")
    rows = rows_of(done.stdout)
    assert [int(row["iteration"]) for row in rows] == list(range(1, 41)), rows
    first, last = rows[0], rows[-1]
    assert 290 < int(first["survivors"]) < 400 and int(first["on_rule"]) == 31, first
    assert int(last["support"]) == 31 and int(last["survivors"]) == 0, last
    assert float(last["test_error"]) < 1e-6 and float(last["lambda"]) == 15.5, last
    assert math.isclose(float(last["complexity"]), 31 * (2 * math.log2(31) + 64), abs_tol=1e-3), last
    assert "addition modulo 31: 480 of 961 pairs train, beta 0.01, eta 1 n/m^2, target flat" in done.stderr, done.stderr


def test_the_words():
    said = run("--operation", "div", "--p", "37", "--n", "700").stdout
    assert "division modulo 37: 700 of 1296 pairs train" in said, said
    assert "36 features of 1296 write the rule: l = -k, in the index of the products" in said, said
    assert "a proxy" in said and "; n* 49.0" in said, said


def test_the_ablation_does_not_collapse():
    rows = rows_of(run("--beta", "0", "--csv", "-").stdout)
    assert {row["support"] for row in rows} == {"961"}, rows[-1]
    assert float(rows[-1]["train_error"]) < 1e-10 and float(rows[-1]["test_error"]) > 0.8, rows[-1]


def test_json_has_the_laws_over_n():
    told = json.loads(run("--p", "97", "--n", "2822", "--beta", "1", "--iterations", "1", "--json").stdout)
    assert told["settings"] == {"p": 97, "operation": "add", "n": 2822, "beta": 1, "eta": 1, "target": "flat",
                                "iterations": 1, "epsilon": 1, "seed": 999}, told["settings"]
    assert math.isclose(told["crossing"], 1.0792e5, rel_tol=5e-5), told["crossing"]
    assert len(told["iterations"]) == 1 and told["order"] == told["rule_features"] == 97
    over = told["over_n"]
    assert len({len(over[name]) for name in over}) == 1, {name: len(over[name]) for name in over}
    assert over["tau"] == sorted(over["tau"], reverse=True), "the gate falls"
    assert over["expected_survivors"][-1] is None, "beyond all pairs"
    assert json.loads(run("--beta", "0", "--json").stdout)["crossing"] is None
    assert "they never cross: memory costs less at every n" in run("--beta", "0").stdout


def test_files_are_kept_unless_forced():
    run("--csv", "sfm.csv")
    before = open("sfm.csv", encoding="utf-8").read()
    assert "exist" in run("--p", "37", "--csv", "sfm.csv", code=2).stderr
    assert open("sfm.csv", encoding="utf-8").read() == before
    run("--p", "37", "--csv", "sfm.csv", "--force")
    assert open("sfm.csv", encoding="utf-8").read() != before


def test_mistakes_are_one_sentence_each():
    for arguments, sentence in (
            (("--n", "961"), "the training pairs n must leave one of the 961 pairs of the group to test: at most 960, got 961"),
            (("--operation", "mul", "--p", "30", "--n", "100"),
             "products modulo 30 have no group, which the machine works in: take a prime p, such as 31"),
            (("--p", "4"), "--p must lie between 5 and 251, got 4"),
            (("--eta", "2"), "--eta must lie between 0.05 and 1.95, got 2"),
            (("--beta=-1",), "--beta must lie between 0 and 1, got -1"),
            (("--seed", "4294967296"), "--seed"),
            (("--target", "steep"), "--target"),
            (("--json", "--csv", "-"), "--json and --csv - both want standard output: give --csv a file"),
            (("--force",), "--force")):
        said = run(*arguments, code=2).stderr.strip()
        assert sentence in said and "\n" not in said, (arguments, said)


def test_help_names_every_option_with_range_and_default():
    said = " ".join(run("--help").stdout.split())
    for words in ("numbers are 0..p-1, 5..251 [31]", "0..1 [0.01]", "0.05..1.95 [1]", "1..200 [40]", "0..4294967295 [999]",
                  "add, sub, mul, div", "flat, labels, random", "--csv", "--json"):
        assert words in said, (words, said)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for name, test in list(globals().items()):
            if name.startswith("test_"):
                test()
                print("ok", name)
