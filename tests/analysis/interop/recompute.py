"""Recomputes the progress measures of exported weights, and compares.

Shares nothing with the program: float64 numpy, every definition spelled out (explicit directions
over all pairs instead of folding, two-dimensional transforms instead of four sums). The weights and
the program's rows lie in FOLDER (measures_export writes them):
  task.json       operation, p, d_model, heads, d_mlp, train (pairs [a, b])
  measures.json   rows as progress_json() writes them, epochs increasing
  samples.json    figures of the test pairs at the weights of later rows, also in parts
  weights_E.f32   of each row's epoch E: the tensors one after the other, float32
Exit status 0 when all agree; otherwise every difference is printed.
"""
import json
import pathlib
import sys

import numpy as np

RELATIVE = 2e-4  # float32 forward passes against float64
NEURON_EDGE = 1e-4


def read_weights(path, task):
    p, d, heads, m = task["p"], task["d_model"], task["heads"], task["d_mlp"]
    d_head = d // heads
    shapes = {
        "W_E": (d, p + 1), "W_pos": (3, d), "W_K": (heads, d_head, d), "W_Q": (heads, d_head, d),
        "W_V": (heads, d_head, d), "W_O": (d, heads * d_head), "W_in": (m, d), "b_in": (m,),
        "W_out": (d, m), "b_out": (d,), "W_U": (d, p),
    }
    flat = np.fromfile(path, dtype="<f4").astype(np.float64)
    weights, start = {}, 0
    for name, shape in shapes.items():
        size = int(np.prod(shape))
        weights[name] = flat[start:start + size].reshape(shape)
        start += size
    assert start == flat.size, f"{path}: {flat.size} values, expected {start}"
    return weights


def forward(w, pairs, task):
    """mlp_hidden [n, d_mlp] and logits [n, p] of the last of the three positions."""
    p, d_head = task["p"], task["d_model"] // task["heads"]
    tokens = np.column_stack([pairs, np.full(len(pairs), p)])
    x = w["W_E"].T[tokens] + w["W_pos"]
    k = np.einsum("ihd,bpd->biph", w["W_K"], x)
    q = np.einsum("ihd,bd->bih", w["W_Q"], x[:, 2])
    v = np.einsum("ihd,bpd->biph", w["W_V"], x)
    scores = np.einsum("biph,bih->bip", k, q) / np.sqrt(d_head)
    attention = np.exp(scores - scores.max(-1, keepdims=True))
    attention /= attention.sum(-1, keepdims=True)
    z = np.einsum("biph,bip->bih", v, attention).reshape(len(pairs), -1)
    mlp_in = x[:, 2] + z @ w["W_O"].T
    hidden = np.maximum(mlp_in @ w["W_in"].T + w["b_in"], 0)
    out = mlp_in + hidden @ w["W_out"].T + w["b_out"]
    return hidden, out @ w["W_U"]


def losses(logits, labels):
    top = logits.max(-1, keepdims=True)
    log_sum = np.log(np.exp(logits - top).sum(-1)) + top[:, 0]
    return log_sum - logits[np.arange(len(labels)), labels]


def by_split(logits, labels, train):
    each = losses(logits, labels)
    return {"all": each.mean(), "train": each[train].mean(), "test": each[~train].mean()}


def answer(operation, a, b, p):
    if operation == "div":
        return a * pow(b, -1, p) % p
    return {"add": a + b, "sub": a - b, "mul": a * b}[operation] % p


def elements_of(operation, p):
    """The group's elements in order of their index: the residues, or the powers of the smallest primitive root."""
    if operation in ("add", "sub"):
        return list(range(p))
    powers = lambda g: [pow(g, i, p) for i in range(p - 1)]
    return next(powers(g) for g in range(2, p) if len(set(powers(g))) == p - 1)


def frequencies(p):
    return range(1, p // 2 + 1)


def waves(k, p):
    """The unit vectors over 0..p-1 of frequency k: cosine and sine; for k = p/2, (-1)^x alone."""
    x = np.arange(p)
    if 2 * k == p:
        return [(-1.0)**x / np.sqrt(p)]
    return [np.sqrt(2 / p) * wave(2 * np.pi * k * x / p) for wave in (np.cos, np.sin)]


def amplitudes(Y):
    """A_k for k = 1 .. p/2 of a matrix of p rows: its size along the directions of each k."""
    return np.array([np.sqrt(sum(((wave @ Y)**2).sum() for wave in waves(k, len(Y))))
                     for k in frequencies(len(Y))])


def gini(values):
    x = np.sort(values)
    m = len(x)
    i = np.arange(1, m + 1)
    return 1 - 2 * np.sum(x / x.sum() * (m - i + 0.5)) / m


def ipr(values):
    return np.sum(values**4) / np.sum(values**2)**2


def key_frequencies(a, previous):
    if gini(a) < 0.20:
        return []
    keys = [k for k in range(1, len(a) + 1)
            if a[k - 1] > a.max() / (5 if k in previous else 4)]
    return sorted(sorted(keys, key=lambda k: -a[k - 1])[:12])


def neuron_shares(hidden, p):
    """FVE [neurons, K_max], energy, and the amplitude of each frequency, by T = F n F^T for every neuron."""
    rows, F = {}, [np.full(p, 1 / np.sqrt(p))]
    for k in frequencies(p):
        of_k = waves(k, p)
        rows[k] = [0] + list(range(len(F), len(F) + len(of_k)))
        F += of_k
    F = np.array(F)
    assert F.shape == (p, p) and np.allclose(F @ F.T, np.eye(p), atol=1e-12)
    n = hidden.T.reshape(-1, p, p)
    T = F @ (n - n.mean((1, 2), keepdims=True)) @ F.T
    energy = ((n - n.mean((1, 2), keepdims=True))**2).sum((1, 2))
    shares = []
    for k in frequencies(p):
        block = T[:, rows[k]][:, :, rows[k]]**2
        shares.append(block.sum((1, 2)) - block[:, 0, 0])
    alive = energy >= 1e-6
    blocks = np.array(shares)
    amplitude = np.sqrt(blocks.sum(1))
    return np.where(alive, blocks / np.where(alive, energy, 1), 0).T, energy, amplitude


class Comparison:
    def __init__(self):
        self.compared, self.wrong = 0, []

    def near(self, name, ours, theirs, absolute=1e-9):
        ours = np.atleast_1d(np.array([np.nan if v is None else v for v in np.atleast_1d(ours)],
                                      dtype=float))
        theirs = np.atleast_1d(np.asarray(theirs, dtype=float))
        self.compared += ours.size
        if ours.shape != theirs.shape or not np.allclose(ours, theirs, rtol=RELATIVE,
                                                         atol=absolute, equal_nan=True):
            self.wrong.append(f"{name}: the program says {ours}, recomputed {theirs}")

    def equal(self, name, ours, theirs):
        self.compared += 1
        if ours != theirs:
            self.wrong.append(f"{name}: the program says {ours}, recomputed {theirs}")

    def between(self, name, ours, low, high):
        self.compared += 1
        if not low <= ours <= high:
            self.wrong.append(f"{name}: the program says {ours}, recomputed {low} to {high}")


def compare_row(row, w, task, previous, check):
    # All of it in the index of the operation's group, of n elements: pairs (u, v), whose answer is u + v.
    elements = elements_of(task["operation"], task["p"])
    outside = [number for number in range(task["p"]) if number not in elements]
    p, train_pairs = len(elements), {tuple(pair) for pair in task["train"]}
    sign = -1 if task["operation"] in ("sub", "div") else 1
    index = np.array([(u, v) for u in range(p) for v in range(p)])
    pairs = np.array([(elements[u], elements[sign * v % p]) for u, v in index])
    labels = index.sum(1) % p
    for pair, label in zip(pairs.tolist(), labels):
        assert answer(task["operation"], *pair, task["p"]) == elements[label]
    train = np.array([tuple(pair) in train_pairs for pair in pairs.tolist()])
    hidden, every_logit = forward(w, pairs, task)
    logits = every_logit[:, elements + outside]  # the class outside the group last
    where = f"epoch {row['epoch']}, "

    a_E = amplitudes(w["W_E"][:, elements].T)
    a_L = amplitudes((w["W_out"].T @ w["W_U"][:, elements]).T)
    for name, a in ("W_E", a_E), ("W_L", a_L):
        check.near(where + f"gini_{name}", row[f"gini_{name}"], gini(a))
        check.near(where + f"ipr_{name}", row[f"ipr_{name}"], ipr(a))
    for name, tensor in w.items():
        check.near(where + f"sum_sq_{name}", row[f"sum_sq_{name}"], (tensor**2).sum())
    check.near(where + "sum_sq_total", row["sum_sq_total"], sum((t**2).sum() for t in w.values()))
    for part, value in by_split(logits, labels, train).items():
        check.near(where + f"full_loss_{part}", row[f"full_loss_{part}"], value)

    keys = key_frequencies(a_L, previous)
    check.equal(where + "key_frequencies", row["key_frequencies"], keys)
    angle = 2 * np.pi * index.sum(1) / p

    def projection(some):
        total = np.zeros_like(logits)
        for k in some:
            for wave in waves(k, p):
                direction = wave[labels] / np.sqrt(p)  # a unit vector over the pairs
                total += np.outer(direction, direction @ logits)
        return total

    everything = projection(frequencies(p)) + logits.mean(0)
    of_sum = np.array([logits[labels == s].mean(0) for s in range(p)])
    check.near(where + "all frequencies together", everything, of_sum[labels])

    # cos(w_k(u+v-c)) over all n^3 entries, one k at a time
    inside = logits[:, :p]
    difference = (index.sum(1)[:, None] - np.arange(p)) * (2 * np.pi / p)
    D = {k: np.cos(k * difference) for k in frequencies(p)}
    D = {k: wave / np.linalg.norm(wave) for k, wave in D.items()}
    coefficients = np.array([(D[k] * inside).sum() for k in D])
    check.near(where + "fit_coefficients", row["fit_coefficients"], coefficients,
               absolute=1e-5 * np.abs(coefficients).max())

    if keys:
        restricted = projection(keys) + logits.mean(0)
        for part, value in by_split(restricted, labels, train).items():
            check.near(where + f"restricted_loss_{part}", row[f"restricted_loss_{part}"], value)
        excluded = [losses(logits - projection(some), labels)[train].mean()
                    for some in [keys] + [[k] for k in keys]]
        check.near(where + "excluded_loss", row["excluded_loss"], excluded[0])
        check.near(where + "excluded_by_frequency", row["excluded_by_frequency"], excluded[1:])
        fit = sum(coefficients[k - 1] * D[k] for k in keys)
        residual = inside - inside.mean() - fit
        check.near(where + "fit_r_squared", row["fit_r_squared"],
                   1 - (residual**2).sum() / ((inside - inside.mean())**2).sum())
        check.near(where + "fit_loss", row["fit_loss"], losses(fit, labels)[~train].mean())
        coherence = []
        for k in keys:
            hand = inside @ np.exp(2j * np.pi * k * np.arange(p) / p)
            coherence.append(abs(np.exp(1j * (np.angle(hand) - k * angle)).mean()))
        check.near(where + "clock_coherence", row["clock_coherence"], coherence)
    else:
        for name in ("restricted_loss_all", "excluded_loss", "fit_r_squared", "fit_loss"):
            check.near(where + name, row[name], np.nan)

    shares, energy, amplitude = neuron_shares(hidden, p)
    check.near(where + "neuron_amplitude", row["neuron_amplitude"], amplitude)
    best, best_share = shares.argmax(1) + 1, shares.max(1)
    check.equal(where + "neurons", row["neurons"], len(shares))
    check.between(where + "dead_neurons", row["dead_neurons"], (energy < 1e-7).sum(),
                  (energy < 1e-5).sum())
    check.between(where + "clustered_neurons", row["clustered_neurons"],
                  (best_share >= 0.85 + NEURON_EDGE).sum(),
                  (best_share >= 0.85 - NEURON_EDGE).sum())
    for k, count in enumerate(row["neurons_by_frequency"], 1):
        check.between(where + f"neurons at frequency {k}", count,
                      ((best == k) & (best_share >= 0.85 + NEURON_EDGE)).sum(),
                      ((best == k) & (best_share >= 0.85 - NEURON_EDGE)).sum())
    return keys


def compare_sample(sample, w, task, check):
    """The test pairs, those of which (b, a) trains, and those of which neither does."""
    p, trained = task["p"], {tuple(pair) for pair in task["train"]}
    operation = task["operation"]
    unseen = [(a, b) for a in range(p) for b in range(p)
              if (a, b) not in trained and not (operation == "div" and b == 0)]
    parts = {"test": unseen}
    if operation in ("add", "mul"):  # the others do not commute
        parts["mirrored"] = [(a, b) for a, b in unseen if (b, a) in trained]
        parts["new"] = [(a, b) for a, b in unseen if (b, a) not in trained]
    for name, pairs in parts.items():
        pairs = np.array(pairs)
        labels = np.array([answer(operation, int(a), int(b), p) for a, b in pairs])
        logits = forward(w, pairs, task)[1]
        where = f"weights {sample['weights']}, {name}"
        check.near(where + "_loss", sample[name + "_loss"], losses(logits, labels).mean())
        right = (logits.argmax(1) == labels).sum()  # a tie in float64 is none in float32
        check.between(where + "_acc", sample[name + "_acc"] * len(pairs), right - 1.001, right + 1.001)


def main():
    folder = pathlib.Path(sys.argv[1])
    task = json.loads((folder / "task.json").read_text())
    rows = json.loads((folder / "measures.json").read_text())
    check, keys = Comparison(), []
    for row in rows:
        weights = read_weights(folder / f"weights_{row['epoch']}.f32", task)
        keys = compare_row(row, weights, task, keys, check)
    samples = json.loads((folder / "samples.json").read_text())
    for sample in samples:
        compare_sample(sample, read_weights(folder / f"weights_{sample['weights']}.f32", task), task,
                       check)
    if len(samples) < 4:
        check.wrong.append(f"only {len(samples)} samples: little was compared")
    order = len(elements_of(task["operation"], task["p"]))
    if not keys or (task["operation"] == "add" and order % 2 == 0 and order // 2 not in keys):
        check.wrong.append("the last row lacks key frequencies, or the alternating one of an even p: train "
                           "longer, or little was compared")
    print(f"{check.compared} figures of {len(rows)} rows compared, {len(check.wrong)} differ; "
          f"last key frequencies {keys}")
    print("\n".join(check.wrong))
    return 1 if check.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
