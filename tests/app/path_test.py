"""`grokscope path`: coordinates, shares and speeds, recomputed by numpy from the exported weights.

    path_test.py GROKSCOPE
"""

import csv
import glob
import io
import json
import os
import re
import subprocess
import sys
import tempfile

import numpy

PROGRAM = os.path.abspath(sys.argv[1])
SMALL = ["--p", "23", "--d-model", "32", "--d-mlp", "64", "--frac", "0.5", "--threads", "1", "--quiet"]
TENSORS = ["W_E", "W_pos", "W_K", "W_Q", "W_V", "W_O", "W_in", "b_in", "W_out", "b_out", "W_U"]


def run(*arguments, code=0):
    done = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=200)
    assert done.returncode == code, (arguments, done.returncode, done.stdout, done.stderr)
    return done


def test_numpy_finds_the_same_path():
    run("train", *SMALL, "--epochs", "300", "--weights-every", "50", "--notebook", "path.db")
    done = run("path", "last", "--csv", "-", "--notebook", "path.db")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    run("export", "last", "--to", "npz", "--all-epochs", "--notebook", "path.db", "--out", "w.npz")
    weights = {}
    for name in glob.glob("w*.npz"):
        with numpy.load(name) as file:
            epoch = json.loads(bytes(file["weights_json"]))["epoch"]
            weights[epoch] = {tensor: file[tensor].astype(float) for tensor in TENSORS}
    epochs = sorted(weights)
    assert [int(row["epoch"]) for row in rows] == epochs and {0, 50, 300} <= set(epochs), (epochs, rows)
    flat = numpy.array([numpy.concatenate([weights[epoch][t].ravel() for t in TENSORS]) for epoch in epochs])
    flat -= flat.mean(axis=0)
    left, singular, _ = numpy.linalg.svd(flat, full_matrices=False)
    for i in range(3):
        expected = left[:, i] * singular[i] * (-1 if left[0, i] > 0 else 1)
        found = numpy.array([float(row[f"pc{i + 1}"]) for row in rows])
        assert abs(found - expected).max() < 1e-6 * singular[0], (i, found, expected)
    shares = [float(share) for share in re.findall(r"PC[123] ([0-9.]+) %", done.stderr)]
    expected = 100 * singular[:3] ** 2 / (singular**2).sum()
    assert len(shares) == 3 and abs(numpy.array(shares) - expected).max() < 0.051, (shares, expected)
    assert 0 < shares[0] < 100 and sum(shares) <= 100.1, shares
    for tensor in TENSORS:
        assert rows[0][f"speed_{tensor}"] == "nan"
        for before, now, row in zip(epochs, epochs[1:], rows[1:]):
            moved = numpy.linalg.norm(weights[now][tensor] - weights[before][tensor]) / (now - before)
            assert abs(float(row[f"speed_{tensor}"]) - moved) < 1e-9 + 1e-6 * moved, (tensor, now)


def test_what_cannot_be_done_is_said():
    assert "needs the number of a run" in run("path", code=2).stderr
    assert "--force" in run("path", "last", "--force", "--notebook", "path.db", code=2).stderr
    assert run("path", "9", "--notebook", "path.db", code=2).stderr != ""
    run("train", *SMALL, "--epochs", "1", "--notebook", "short.db")
    assert "a path needs weights of two epochs" in run("path", "last", "--notebook", "short.db", code=2).stderr


def test_show_knows_the_frequencies_that_were_given_up():
    shown = json.loads(run("show", "last", "--json", "--notebook", "path.db").stdout)
    assert isinstance(shown["transient_frequencies"], list)
    words = run("show", "last", "--notebook", "path.db").stdout
    assert ("Key for a while and given up" in words) == bool(shown["transient_frequencies"]), words
    for lost in shown["transient_frequencies"]:
        assert lost["frequency"] not in shown["key_frequencies"]["frequencies"], shown
        assert 0 <= lost["first_epoch"] < lost["last_epoch"] <= 300, lost


os.environ["XDG_DATA_HOME"] = tempfile.mkdtemp()
with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    for test in [value for name, value in list(globals().items()) if name.startswith("test_")]:
        test()
        print("ok", test.__name__)
    os.chdir("/")
