"""`grokscope inspect` on a run trained a moment ago, against numpy on the exported weights.

Usage: inspect_test.py GROKSCOPE; needs numpy.
"""
import json
import os
import subprocess
import sys
import tempfile

import numpy as np

GROKSCOPE = os.path.abspath(sys.argv[1])
P = 13
SMALL = ["--p", str(P), "--frac", "0.5", "--d-model", "32", "--d-mlp", "64", "--progress-every", "0"]


def run(*arguments, code=0):
    done = subprocess.run([GROKSCOPE, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == code, (arguments, done.returncode, done.stdout, done.stderr)
    return done.stdout if code == 0 else done.stderr


def inspect(*arguments):
    return json.loads(run("inspect", "1", "--notebook", "notes.db", "--json", *arguments))


def weights(epoch):
    run("export", "1", "--to", "npz", "--epoch", str(epoch), "--notebook", "notes.db", "--out",
        f"{epoch}.npz", "--force")
    arrays = np.load(f"{epoch}.npz")
    return {name: arrays[name].astype(np.float64) for name in arrays.files if name != "config.json"}


def forward(w, heads=None, mlp=None):
    """Attention [head, a, b, 3], z's share of mlp_in [head, a, b, d], MLP output and logits; `heads`
    and `mlp` replace activations."""
    a, b = np.meshgrid(np.arange(P), np.arange(P), indexing="ij")
    x = np.stack([w["W_E"].T[a] + w["W_pos"][0], w["W_E"].T[b] + w["W_pos"][1],
                  np.broadcast_to(w["W_E"].T[P] + w["W_pos"][2], (P, P, 32))], axis=2)
    query = np.einsum("hid,abd->habi", w["W_Q"], x[:, :, 2])
    score = np.einsum("habi,hid,abjd->habj", query, w["W_K"], x) / np.sqrt(8)
    attention = np.exp(score - score.max(-1, keepdims=True))
    attention /= attention.sum(-1, keepdims=True)
    z = np.einsum("habj,hid,abjd->habi", attention, w["W_V"], x)
    share = np.einsum("dhi,habi->habd", w["W_O"].reshape(32, 4, 8), z)
    for head, value in (heads or {}).items():
        share[head] = value
    mlp_in = x[:, :, 2] + share.sum(0)
    hidden = np.maximum(mlp_in @ w["W_in"].T + w["b_in"], 0)
    output = hidden @ w["W_out"].T + w["b_out"] if mlp is None else mlp
    return attention, share, output, (mlp_in + output) @ w["W_U"]


def loss(logits, where):
    a, b = np.meshgrid(np.arange(P), np.arange(P), indexing="ij")
    top = logits.max(-1, keepdims=True)
    log_softmax = logits - top - np.log(np.exp(logits - top).sum(-1, keepdims=True))
    return -np.take_along_axis(log_softmax, ((a + b) % P)[..., None], -1)[..., 0][where].mean()


def close(one, other, tolerance=2e-5):
    assert np.allclose(one, other, rtol=tolerance, atol=1e-6), (one, other)


def compare(epoch):
    w = weights(epoch)
    grid = inspect("--epoch", str(epoch + 50), "--grid", "--pair", "3,11")
    assert grid["epoch"] == epoch and grid["question"]["epoch"] == epoch + 50
    train = np.array(grid["trains"]) == 1
    assert train.sum() == int(0.5 * P * P)
    attention, share, output, logits = forward(w)
    close(grid["intact"]["train_loss"], loss(logits, train))
    close(grid["intact"]["test_loss"], loss(logits, ~train))
    assert (np.array(grid["intact"]["answers"]) == logits.argmax(-1)).all()
    close(grid["attention"], attention)
    close(grid["intact"]["pair"]["logits"], logits[3, 11], 1e-4)

    heads = inspect("--epoch", str(epoch), "--zero-head", "1", "--mean-head", "3", "--mean-mlp")
    mean = {1: 0, 3: share[3].mean((0, 1))}
    close(heads["ablated"]["test_loss"],
          loss(forward(w, mean, output.mean((0, 1)))[3], ~train))

    angles = 2 * np.pi * np.arange(P) / P
    kept = np.zeros((P, P)) + 1 / P  # projection over the tokens
    for k in (2, 5):
        for wave in (np.cos(k * angles), np.sin(k * angles)):
            kept += np.outer(wave, wave) * 2 / P
    changed = dict(w, W_E=w["W_E"].copy())
    changed["W_E"][:, :P] = changed["W_E"][:, :P] @ kept
    keep = inspect("--epoch", str(epoch), "--keep-frequency", "2,5", "--in-embedding")
    close(keep["ablated"]["test_loss"], loss(forward(changed)[3], ~train))

    spectrum = np.fft.fft2(logits, axes=(0, 1))
    removed = np.zeros_like(spectrum)
    for k in (2, 5):  # the waves of a+b alone
        removed[k, k], removed[-k, -k] = spectrum[k, k], spectrum[-k, -k]
    without = logits - np.fft.ifft2(removed, axes=(0, 1)).real
    ablated = inspect("--epoch", str(epoch), "--ablate-frequency", "2,5")
    close(ablated["ablated"]["train_loss"], loss(without, train))
    assert ablated["ablated_elsewhere"]["train_loss"] != ablated["ablated"]["train_loss"]


def even_modulus():
    """Half of an even p is a frequency of its own, of one dimension: with all of them kept the model is whole."""
    run("train", "--p", "8", "--frac", "0.7", *SMALL[4:], "--epochs", "200", "--notebook", "even.db",
        "--quiet", "--threads", "1")
    ask = lambda *more: json.loads(run("inspect", "1", "--notebook", "even.db", "--json", *more))
    kept = ask("--keep-frequency", "1,2,3,4", "--in-embedding")
    for name in ("train_loss", "test_loss"):
        close(kept["ablated"][name], kept["intact"][name])
    for name in ("train_acc", "test_acc"):
        assert kept["ablated"][name] == kept["intact"][name], kept
    fewer = ask("--keep-frequency", "1,2,3", "--in-embedding")
    assert fewer["ablated"]["train_loss"] > 1.1 * kept["intact"]["train_loss"], fewer
    assert "between 1 and 4, got 5" in run("inspect", "1", "--notebook", "even.db", "--ablate-frequency", "5",
                                           code=2)


def text_and_mistakes():
    text = run("inspect", "last", "--notebook", "notes.db", "--pair", "3,11", "--ablate-frequency", "2")
    for line in ("weights of epoch 400", "intact", "taken out of logits", "taken out of embedding",
                 "3 + 11 = 1", "head 3"):
        assert line in text, text
    refused = lambda *more, code=2: run("inspect", "1", "--notebook", "notes.db", *more, code=code)
    assert "between 1 and 6, got 7" in refused("--ablate-frequency", "7")
    assert "between 0 and 12, got 13" in refused("--pair", "1,13")
    assert "from 0 to 3, got 4" in refused("--zero-head", "4")
    assert "exclude each other" in refused("--zero-mlp", "--mean-mlp", code=2)
    assert "no run 9" in run("inspect", "9", "--notebook", "notes.db", code=2)


def valley():
    """Losses on lines: in the middle those of the weights, of the epochs of the marks without --epoch."""
    (one,) = inspect("--valley", "--epoch", "290")
    assert one["epoch"] == 300 and one["distance"] == sorted(one["distance"]) and one["distance"][6] == 0, one
    plain = inspect("--epoch", "300")["intact"]
    assert [line["direction"] for line in one["lines"]] == ["top", "random 1", "random 2"]
    for line in one["lines"]:
        close(line["train_loss"][6], plain["train_loss"])
        close(line["test_loss"][6], plain["test_loss"])
    length = np.sqrt(sum((array ** 2).sum() for name, array in weights(300).items() if name[:2] in ("W_", "b_")))
    assert abs(one["length"] / length - 1) < 1e-6, (one["length"], length)
    top = one["lines"][0]["train_loss"]
    assert one["eigenvalue"] > 0 and top[0] > top[6] < top[12], one
    several = inspect("--valley")
    assert [of["what"] for of in several][:2] == ["before it memorised", "memorised"], several
    text = run("inspect", "1", "--notebook", "notes.db", "--valley")
    assert "memorised: weights of epoch" in text and "random 2" in text and "flatter" in text, text
    assert "takes no part of it away" in run("inspect", "1", "--valley", "--zero-mlp", code=2)


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    os.environ.pop("GROKSCOPE_NOTEBOOK", None)
    run("train", *SMALL, "--epochs", "400", "--notebook", "notes.db", "--quiet", "--threads", "1")
    for recorded in (0, 100, 300):
        compare(recorded)
    text_and_mistakes()
    valley()
    even_modulus()
    os.chdir("/")
print("inspect says what numpy says")
