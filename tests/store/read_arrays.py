"""Reads exported weights with NumPy and PyTorch and compares them with the raw floats.

Usage: read_arrays.py NPZ PT TL RAW SHAPES
RAW holds the tensors of NPZ and PT one after the other, little-endian float32; SHAPES is
"name:3x128,name:512,...". TL holds the same weights under TransformerLens names.
"""
import json
import sys
import zipfile

import numpy as np
import torch

npz_path, pt_path, tl_path, raw_path, shapes = sys.argv[1:6]
raw = np.fromfile(raw_path, dtype="<f4")
expected = {}
at = 0
for entry in shapes.split(","):
    name, _, size = entry.partition(":")
    shape = tuple(int(n) for n in size.split("x"))
    count = int(np.prod(shape))
    expected[name] = raw[at:at + count].reshape(shape)
    at += count
assert at == raw.size, (at, raw.size)

with zipfile.ZipFile(npz_path) as members:
    assert all(name.endswith(".npy") for name in members.namelist()), members.namelist()
npz = np.load(npz_path, allow_pickle=False)
assert all(isinstance(npz[name], np.ndarray) for name in npz.files)
config = json.loads(npz["config_json"].tobytes())
assert npz["config_json"].dtype == np.uint8 and npz["config_json"].ndim == 1
assert set(npz.files) == set(expected) | {"config_json", "weights_json"}, npz.files
ABOUT = {"epoch": 1600, "exact": False}
assert json.loads(npz["weights_json"].tobytes()) == ABOUT
for path in (pt_path, tl_path):
    with zipfile.ZipFile(path) as members:
        assert json.loads(members.read("weights/weights.json")) == ABOUT
for name, value in expected.items():
    assert npz[name].dtype == np.float32 and npz[name].shape == value.shape, name
    assert npz[name].tobytes() == value.tobytes(), name

for arguments in ({}, {"weights_only": True}):
    tensors = torch.load(pt_path, **arguments)
    assert type(tensors) is dict and list(tensors) == list(expected)
    for name, value in expected.items():
        assert tensors[name].dtype == torch.float32 and tuple(tensors[name].shape) == value.shape
        assert tensors[name].is_contiguous() and not tensors[name].requires_grad
        assert tensors[name].numpy().tobytes() == value.tobytes(), name

# The forward pass of one pair, written with each set of names, gives the same logits.
p, d, heads, layers = config["p"], config["d_model"], config["heads"], config["layers"]
own = {name: torch.from_numpy(value.copy()).double() for name, value in expected.items()
       if not name.startswith("probe")}
lens = {name: value.double() for name, value in torch.load(tl_path).items()}
tokens = torch.tensor([2, 4, p] if config["sequence"] == "pair" else [2, p + 1, 4, p])
length = len(tokens)
causal = torch.tril(torch.ones(length, length, dtype=torch.bool))
act = {"relu": torch.relu, "gelu": torch.nn.functional.gelu}[config["activation"]]


def norm(x, names):
    if config["norm"] == "none":
        return x
    return torch.nn.functional.layer_norm(x, (d,), *names, 1e-5)


x = own["W_E"].T[tokens] + own["W_pos"]
for layer in range(layers):
    b = "" if layers == 1 else f"blocks.{layer}."
    h = norm(x, [own.get(b + n) for n in ("ln1.gain", "ln1.bias")])
    q, k, v = (torch.einsum("hid,jd->hji", own[b + name], h) for name in ("W_Q", "W_K", "W_V"))
    scores = torch.einsum("hji,hli->hjl", q, k) / (d // heads) ** 0.5
    alpha = torch.softmax(scores.masked_fill(~causal, -torch.inf), -1)
    z = torch.einsum("hjl,hli->jhi", alpha, v).reshape(length, -1)
    mid = x + z @ own[b + "W_O"].T
    h = norm(mid, [own.get(b + n) for n in ("ln2.gain", "ln2.bias")])
    x = mid + act(h @ own[b + "W_in"].T + own[b + "b_in"]) @ own[b + "W_out"].T + own[b + "b_out"]
logits = norm(x, [own.get("ln_final." + n) for n in ("gain", "bias")])[-1] @ own["W_U"]

x = lens["embed.W_E"][tokens] + lens["pos_embed.W_pos"]
for layer in range(layers):
    b = f"blocks.{layer}."
    a = b + "attn."
    h = norm(x, [lens.get(b + n) for n in ("ln1.w", "ln1.b")])
    q, k, v = (torch.einsum("jd,hdi->hji", h, lens[a + "W_" + n]) + lens[a + "b_" + n][:, None]
               for n in "QKV")
    scores = torch.einsum("hji,hli->hjl", q, k) / (d // heads) ** 0.5
    z = torch.einsum("hjl,hli->hji", torch.softmax(scores.masked_fill(~causal, -torch.inf), -1), v)
    mid = x + torch.einsum("hji,hid->jd", z, lens[a + "W_O"]) + lens[a + "b_O"]
    h = norm(mid, [lens.get(b + n) for n in ("ln2.w", "ln2.b")])
    hidden = act(h @ lens[b + "mlp.W_in"] + lens[b + "mlp.b_in"])
    x = mid + hidden @ lens[b + "mlp.W_out"] + lens[b + "mlp.b_out"]
x = norm(x, [lens.get("ln_final." + n) for n in "wb"])
other = x[-1] @ lens["unembed.W_U"] + lens["unembed.b_U"]
assert logits.shape == other.shape == (p,)
largest = logits.abs().max()  # a hundred thousand behind three layers without LayerNorm
assert largest > 1e-3 and (logits - other).abs().max() < 1e-12 * max(1, largest), largest
print(len(expected), "tensors agree")
