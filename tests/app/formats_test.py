"""Every file format, written by the program and opened by docs/read_run.py, the reader that docs/formats.md
shows; and rows that appear as they come.

Usage: formats_test.py GROKSCOPE DOCS
"""
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
import warnings

import numpy as np
import torch

PROGRAM, DOCS = (os.path.abspath(path) for path in sys.argv[1:])
sys.path.insert(0, DOCS)
import read_run  # noqa: E402

SMALL = ["--p", "23", "--d-model", "32", "--d-mlp", "64", "--threads", "1"]
LONG = [*SMALL, "--epochs", "1000000", "--notebook", "none", "--quiet"]
PATIENCE = 120


def run(*arguments, code=0):
    done = subprocess.run([PROGRAM, *arguments], capture_output=True, timeout=PATIENCE)
    assert done.returncode == code, (arguments, done)
    return done.stdout


def export(form, path, *more):
    run("export", "1", "--to", form, "--out", path, "--notebook", "notes.db", *more)
    return path


def contents(path):
    with open(path, "rb") as file:
        return file.read()


def read_every_format():
    run("train", *SMALL, "--stencil=-1,0,1", "--epochs", "400", "--eval-every", "1", "--progress-every", "20", "--measure", "ildr:20",
        "--quiet", "--notebook", "notes.db", "--csv", "train.csv", "--json", "train.json", "--jsonl", "train.jsonl",
        "--progress-csv", "train.progress.csv")
    figures = read_run.table(export("csv", "a.csv"))
    assert figures.dtype.names == ("epoch", "train_loss", "test_loss", "train_acc", "test_acc", "mismatch_m1",
                                   "mismatch_0", "mismatch_p1", "mirrored_loss", "new_loss", "mirrored_acc", "new_acc")
    assert contents("a.csv") == contents("train.csv")
    assert list(figures["epoch"]) == list(range(400)) and np.isnan(figures["mismatch_m1"][0])
    whole = read_run.document(export("json", "a.json"))
    lines = read_run.lines("train.jsonl")
    assert [line["epoch"] for line in lines] == list(range(400))
    for name in figures.dtype.names:
        told = np.array([np.nan if value is None else value for value in whole["metrics"][name]], float)
        said = np.array([np.nan if line[name] is None else line[name] for line in lines], float)
        assert np.array_equal(told, figures[name], equal_nan=True), name
        assert np.array_equal(said, figures[name], equal_nan=True), name
    assert set(lines[0]) == set(whole["metrics"])

    # The final measures and the time it took are the only differences between a run and its record.
    progress = read_run.table(export("progress-csv", "a.progress.csv"))
    assert contents("a.progress.csv") == contents("train.progress.csv")
    assert list(progress["epoch"]) == list(range(0, 401, 20))
    for row in whole["progress"]:
        at = list(progress["epoch"]).index(row["epoch"])
        for name in ("full_loss_all", "restricted_loss_all", "sum_sq_total", "ildr", "final_restricted_loss_all"):
            assert np.array_equal(progress[name][at], np.nan if row[name] is None else row[name], equal_nan=True)
    # Row e of the figures is of theta_{e+1}, row e of the measures of theta_e.
    sums = np.array(whole["metrics"]["weight_sum_squares"])
    assert np.allclose(sums[progress["epoch"][1:] - 1], progress["sum_sq_total"][1:], rtol=1e-9)
    assert abs(sums[100] / progress["sum_sq_total"][5] - 1) > 1e-4, "one epoch apart"

    settings = read_run.settings(export("toml", "a.toml"))
    assert settings["stencil"] == [-1, 0, 1] and settings["p"] == 23
    shown = json.loads(run("show", "1", "--json", "--notebook", "notes.db"))
    assert {name: shown["config"][name] for name in settings if name != "split_seed"} == \
        {name: value for name, value in settings.items() if name != "split_seed"}

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from_npz, from_pt = read_run.weights(export("npz", "a.npz")), read_run.weights(export("pt", "a.pt"))
    assert set(from_npz) == set(from_pt) and from_npz["W_E"].shape == (32, 24)
    assert all(np.array_equal(from_npz[name], from_pt[name]) for name in from_npz)
    probe = from_npz["probe_-1.W1"]
    assert probe.shape[1] == 32

    figures_sql = read_run.rows("notes.db", "SELECT epoch, test_acc, new_acc FROM figures WHERE run = ? "
                                            "ORDER BY epoch", 1)
    assert [row[1] for row in figures_sql] == whole["metrics"]["test_acc"]
    assert read_run.rows("notes.db", "SELECT restricted_loss_all FROM measures WHERE run = 1 AND epoch = 400") == \
        [(whole["progress"][-1]["restricted_loss_all"],)]
    (plain,), = read_run.rows("notes.db", "SELECT data FROM weights WHERE run = 1 AND encoding = 1 "
                                          "ORDER BY epoch LIMIT 1")
    first = read_run.weights(export("npz", "first.npz", "--epoch", "0"))
    assert np.array_equal(read_run.plain_weights(plain), np.concatenate([first[name].ravel() for name in (
        "W_E", "W_pos", "W_K", "W_Q", "W_V", "W_O", "W_in", "b_in", "W_out", "b_out", "W_U")]))


def amplitudes(columns):
    """A_k, k = 1..p/2, of columns of length p."""
    p = columns.shape[0]
    k = np.arange(1, p // 2 + 1)
    return np.sqrt(np.where(2 * k == p, 1, 2) / p) * np.linalg.norm(np.fft.fft(columns, axis=0)[k], axis=1)


def ring(embedding, k):
    """R_k and rho_k of tokens [p, d], as docs/science.md 3.4 has them."""
    p = len(embedding)
    turn = np.exp(2j * np.pi * k * np.arange(p) / p)
    plane = np.stack([turn.real @ embedding, turn.imag @ embedding])
    values, vectors = np.linalg.eigh(plane @ plane.T)
    q = vectors @ np.diag(values ** -0.5) @ vectors.T @ plane
    points = (embedding - embedding.mean(0)) @ q.T @ np.array([1, 1j])
    orders = [abs(np.mean(points / abs(points) * way)) for way in (turn, turn.conj())]
    rounds = [abs(np.mean(points * way)) ** 2 / np.mean(abs(points) ** 2) for way in (turn, turn.conj())]
    return max(orders), max(rounds)


def structure_of(w, heads):
    """The same by numpy, from weights, with whole softmaxes and two-dimensional transforms."""
    w = {name: value.astype(float) for name, value in w.items()}
    p = w["W_E"].shape[1] - 1
    a, b = (grid.ravel() for grid in np.meshgrid(np.arange(p), np.arange(p), indexing="ij"))
    tokens = np.stack([a, b, np.full_like(a, p)], 1)
    x = w["W_E"].T[tokens] + w["W_pos"]  # [pairs, 3, d]
    scores = np.einsum("hed,nd,hec,nkc->nhk", w["W_Q"], x[:, 2], w["W_K"], x) / np.sqrt(w["W_Q"].shape[1])
    attention = np.exp(scores - scores.max(-1, keepdims=True))
    attention /= attention.sum(-1, keepdims=True)
    z = np.einsum("nhk,hec,nkc->nhe", attention, w["W_V"], x).reshape(len(a), -1)
    hidden = np.maximum((x[:, 2] + z @ w["W_O"].T) @ w["W_in"].T + w["b_in"], 0).reshape(p, p, -1)
    power = abs(np.fft.fft2(hidden, axes=(0, 1))) ** 2 / p ** 2
    energy = power.sum((0, 1)) - power[0, 0]
    blocks = np.array([power[k, 0] + power[-k, 0] + power[0, k] + power[0, -k] + power[k, k] + power[-k, -k] +
                       power[k, -k] + power[-k, k] for k in range(1, p // 2 + 1)])
    dead = energy < 1e-6
    embedding = w["W_E"][:, :p].T
    rings = np.array([ring(embedding, k) for k in range(1, p // 2 + 1)])
    return {"frequency": np.arange(1, p // 2 + 1), "embedding_amplitude": amplitudes(embedding),
            "logit_amplitude": amplitudes(w["W_U"].T @ w["W_out"]), "ring_order": rings[:, 0],
            "roundness": rings[:, 1], "attention": attention.transpose(1, 0, 2).reshape(heads, p, p, 3),
            "attention_mean": attention.mean(0), "neuron_frequency": np.where(dead, 0, blocks.argmax(0) + 1),
            "neuron_explained": np.where(dead, 0, blocks.max(0) / np.where(dead, 1, energy)), "neuron_energy": energy}


def structure_and_spectra():
    run("train", *SMALL, "--heads", "2", "--frac", "0.6", "--weight-decay", "2", "--epochs", "700", "--seed", "4",
        "--progress-every", "0", "--snapshot-every", "50", "--quiet", "--notebook", "notes.db")

    def written(form, *more):
        path = f"{form}.npz"
        run("export", "last", "--to", form, "--notebook", "notes.db", "--force", "--out", path, *more)
        return read_run.weights(path)

    for more in [], ["--epoch", "0"], ["--epoch", "300"], ["--epoch", "310", "--nearest"]:
        found, expected = written("structure", *more), structure_of(written("npz", *more), 2)
        assert set(found) == set(expected), set(found) ^ set(expected)
        for name, value in expected.items():
            assert found[name].shape == value.shape, (name, found[name].shape)
            assert np.allclose(found[name], value, rtol=2e-4, atol=2e-5), (more, name, found[name], value)
    about = json.loads(bytes(np.load("structure.npz")["weights_json"]))
    assert about["epoch"] == 300 and not about["exact"] and "rounded to" in about["note"]
    assert found["neuron_explained"].max() > 0.5 and np.allclose(found["attention"].sum(-1), 1, atol=1e-6)
    run("export", "last", "--to", "structure", "--all-epochs", "--notebook", "notes.db", "--out", "s.npz")
    assert sorted(name for name in os.listdir() if name.startswith("s-"))[:2] == ["s-000000.npz", "s-000100.npz"]

    spectra = written("spectra")
    assert list(spectra["epoch"]) == list(range(0, 701, 50)) and list(spectra["frequency"]) == list(range(1, 12))
    for row, more in (0, ["--epoch", "0"]), (-1, []):  # exact weights
        w = written("npz", *more)
        tokens = w["W_E"][:, :23].T.astype(float)
        assert np.allclose(spectra["embedding_amplitude"][row], amplitudes(tokens), rtol=1e-5)
        assert np.allclose(spectra["embedding_mean"][row], np.linalg.norm(tokens.sum(0)) / 23 ** 0.5, rtol=1e-5)
        assert np.allclose(spectra["logit_amplitude"][row], amplitudes((w["W_U"].T.astype(float) @ w["W_out"])),
                           rtol=1e-5)
    assert b"belong" in subprocess.run([PROGRAM, "export", "1", "--to", "spectra", "--all-epochs"],
                                       capture_output=True).stderr


def run_what_transformer_lens_would():
    """The weights and the configuration, put through the model that they describe."""
    export("pt", "lens.pt", "--transformerlens")
    config = read_run.document("lens.config.json")
    assert config["d_vocab"] == 24 and config["d_vocab_out"] == 23 and config["n_ctx"] == 3
    assert config["d_head"] * config["n_heads"] == config["d_model"] == 32 and config["d_mlp"] == 64
    assert (config["act_fn"], config["normalization_type"], config["n_layers"]) == ("relu", None, 1)
    w = {name: torch.from_numpy(value).double() for name, value in read_run.weights("lens.pt").items()}
    p = config["d_vocab_out"]
    a, b = (grid.reshape(-1) for grid in torch.meshgrid(torch.arange(p), torch.arange(p), indexing="ij"))
    tokens = torch.stack([a, b, torch.full_like(a, config["d_vocab"] - 1)], 1)
    x = w["embed.W_E"][tokens] + w["pos_embed.W_pos"]
    part = {name: torch.einsum("npd,hde->nphe", x, w[f"blocks.0.attn.W_{name}"]) + w[f"blocks.0.attn.b_{name}"]
            for name in "QKV"}
    scores = torch.einsum("nqhe,nkhe->nhqk", part["Q"], part["K"]) / config["d_head"] ** 0.5
    if config["attention_dir"] == "causal":
        scores = scores.masked_fill(torch.triu(torch.ones(3, 3, dtype=bool), 1), -torch.inf)
    z = torch.einsum("nhqk,nkhe->nqhe", scores.softmax(-1), part["V"])
    x = x + torch.einsum("nqhe,hed->nqd", z, w["blocks.0.attn.W_O"]) + w["blocks.0.attn.b_O"]
    hidden = torch.relu(x @ w["blocks.0.mlp.W_in"] + w["blocks.0.mlp.b_in"])
    x = x + hidden @ w["blocks.0.mlp.W_out"] + w["blocks.0.mlp.b_out"]
    logits = (x @ w["unembed.W_U"] + w["unembed.b_U"])[:, -1]
    answers = json.loads(run("inspect", "1", "--json", "--grid", "--notebook", "notes.db"))
    trains = torch.tensor(answers["trains"]).reshape(-1) != 0
    losses = torch.nn.functional.cross_entropy(logits, (a + b) % p, reduction="none")
    for name, chosen in (("train_loss", trains), ("test_loss", ~trains)):
        assert abs(losses[chosen].mean() / answers["intact"][name] - 1) < 1e-5, name
    assert torch.equal(logits.argmax(1), torch.tensor(answers["intact"]["answers"]).reshape(-1))


def lose_nothing_on_the_way():
    trained, exported = read_run.document("train.json"), read_run.document("a.json")
    assert trained == exported, [name for name in trained if trained[name] != exported[name]]
    assert all(trained["host"][name] for name in ("processor", "blas", "system")) and trained["program"]["compiler"]
    run("export", "1", "--to", "notebook", "--notebook", "notes.db", "--out", "share.db")
    run("import", "share.db", "--notebook", "other.db")
    run("export", "1", "--to", "json", "--notebook", "other.db", "--out", "other.json")
    assert contents("other.json") == contents("a.json")


def take_old_names():
    """Files of earlier versions have mismatch_-1 and mismatch_1."""
    old = contents("a.csv").replace(b"mismatch_m1", b"mismatch_-1").replace(b"mismatch_p1", b"mismatch_1")
    with open("old.csv", "wb") as file:
        file.write(old)
    compare = os.path.join(DOCS, "..", "tests", "reference", "compare_traces.py")
    said = subprocess.run([sys.executable, compare, "a.csv", "old.csv", "10"], capture_output=True, text=True)
    assert said.returncode == 0 and "0.0e+00" in said.stdout and "mismatch_p1" in said.stdout, said


def sweep():
    run("sweep", *SMALL, "--stencils", "0", "--seeds", "4,1", "--epochs", "60", "--notebook", "sweep.db", "--csv",
        "sweep.csv", "--json", "sweep.json")
    with open("sweep.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 4 and all(cell not in ("", "-") for row in rows for cell in row.values()), rows
    with open(os.path.join(DOCS, "formats.md"), encoding="utf-8") as file:
        described = {name.strip() for line in file if line.startswith("| ") for name in line.split("|")[1].split(",")}
    assert set(rows[0]) <= described, set(rows[0]) - described
    assert {row["pair"] for row in rows} == {"none", "neither"}
    assert all(row["speed_up"] == "nan" and row["stable_grok"] == "nan" for row in rows)
    found = read_run.document("sweep.json")
    listed = json.loads(run("list", "--json", "--notebook", "sweep.db"))["runs"]
    assert {one["run"]: one["uuid"] for one in found["runs"]} == {one["run"]: one["uuid"] for one in listed}
    assert [one["seed"] for one in found["runs"]] == [4, 1, 4, 1]
    assert all(one["censored"] and not one["grokked"] and one["epoch"] == 60 for one in found["runs"])
    baseline, stencil = found["variants"]
    assert baseline["speed_up"] is None and stencil["speed_up"]["pairs"] == 2 and stencil["config"]["stencil"] == [0]
    assert stencil["mean_epoch"] == {"low": 60.0, "high": None, "censored": True}
    # One that grokked before it ended is not.
    run("sweep", *SMALL, "--frac", "0.8", "--stencils", "0", "--seeds", "1,", "--epochs", "3000", "--progress-every",
        "0", "--notebook", "quick.db", "--json", "quick.json")
    quick = read_run.document("quick.json")["runs"]
    assert [one["grokked"] for one in quick] == [not one["censored"] for one in quick]
    assert any(one["grokked"] for one in quick), quick


def rows_while_it_trains():
    def wait_for(condition, what):
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < deadline, what
            time.sleep(0.02)

    program = subprocess.Popen([PROGRAM, "train", *LONG, "--csv", "-", "--jsonl", "grows.jsonl"],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        assert program.stdout.readline().startswith(b"epoch,train_loss")
        assert [int(program.stdout.readline().split(b",")[0]) for _ in range(5)] == [0, 10, 20, 30, 40]
        wait_for(lambda: contents("grows.jsonl").count(b"\n") >= 5, "no lines in the file while it trains")
        assert program.poll() is None
    finally:
        program.stdout.close()  # its reader has what it wanted
    assert (program.wait(PATIENCE), program.stderr.read()) == (141, b""), "it ends, quietly"
    program.stderr.close()
    assert [line["epoch"] for line in read_run.lines("grows.jsonl")][:5] == [0, 10, 20, 30, 40]

    done = subprocess.run([PROGRAM, "train", *SMALL, "--epochs", "40", "--notebook", "n.db", "--jsonl", "-"],
                          capture_output=True, text=True, timeout=PATIENCE)
    assert [json.loads(line)["epoch"] for line in done.stdout.splitlines()] == [0, 10, 20, 30], done
    assert "finished" in done.stderr
    # One that goes on begins with the rows it had.
    done = run("train", "--resume", "1", "--epochs", "60", "--threads", "1", "--notebook", "n.db", "--jsonl", "-",
               "--quiet")
    assert [json.loads(line)["epoch"] for line in done.splitlines()] == [0, 10, 20, 30, 40, 50]
    before = contents("n.db")
    for target in "n.db", "new.db":  # the notebook itself, which may not be there yet
        run("train", *SMALL, "--epochs", "20", "--notebook", target, "--jsonl", target, "--force", code=2)
    assert contents("n.db") == before and not os.path.exists("new.db")
    run("train", *LONG, "--jsonl", "grows.jsonl", code=2)
    run("train", *LONG, "--jsonl", "x", "--csv", "./x", code=2)
    done = subprocess.run([PROGRAM, "train", *SMALL, "--epochs", "40", "--notebook", "none", "--quiet", "--jsonl",
                           "/dev/full"], capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 1 and done.stderr.count("\n") == 1 and "No space" in done.stderr, done


def main():
    os.environ.pop("GROKSCOPE_NOTEBOOK", None)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        os.environ["XDG_DATA_HOME"] = os.path.join(folder, "data")
        read_every_format()
        run_what_transformer_lens_would()
        structure_and_spectra()
        lose_nothing_on_the_way()
        take_old_names()
        sweep()
        rows_while_it_trains()
        os.chdir("/")
    print("every format is read back")


main()
