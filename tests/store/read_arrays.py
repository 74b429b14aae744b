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
p, d, heads = config["p"], config["d_model"], config["heads"]
own = {name: torch.from_numpy(value.copy()).double() for name, value in expected.items()
       if not name.startswith("probe")}
lens = {name: value.double() for name, value in torch.load(tl_path).items()}
tokens = torch.tensor([2, 4, p])

x = own["W_E"].T[tokens] + own["W_pos"]
q = torch.einsum("hid,d->hi", own["W_Q"], x[2])
k = torch.einsum("hid,jd->hji", own["W_K"], x)
v = torch.einsum("hid,jd->hji", own["W_V"], x)
alpha = torch.softmax(torch.einsum("hi,hji->hj", q, k) / (d // heads) ** 0.5, -1)
mid = x[2] + own["W_O"] @ torch.einsum("hj,hji->hi", alpha, v).reshape(-1)
hidden = torch.relu(own["W_in"] @ mid + own["b_in"])
logits = own["W_U"].T @ (mid + own["W_out"] @ hidden + own["b_out"])

a = "blocks.0.attn."
x = lens["embed.W_E"][tokens] + lens["pos_embed.W_pos"]
q = torch.einsum("jd,hdi->hji", x, lens[a + "W_Q"]) + lens[a + "b_Q"][:, None]
k = torch.einsum("jd,hdi->hji", x, lens[a + "W_K"]) + lens[a + "b_K"][:, None]
v = torch.einsum("jd,hdi->hji", x, lens[a + "W_V"]) + lens[a + "b_V"][:, None]
scores = torch.einsum("hi,hji->hj", q[:, 2], k) / (d // heads) ** 0.5
z = torch.einsum("hj,hji->hi", torch.softmax(scores, -1), v)
mid = x[2] + torch.einsum("hi,hid->d", z, lens[a + "W_O"]) + lens[a + "b_O"]
hidden = torch.relu(mid @ lens["blocks.0.mlp.W_in"] + lens["blocks.0.mlp.b_in"])
out = mid + hidden @ lens["blocks.0.mlp.W_out"] + lens["blocks.0.mlp.b_out"]
other = out @ lens["unembed.W_U"] + lens["unembed.b_U"]
assert logits.shape == other.shape == (p,)
assert (logits - other).abs().max() < 1e-12 and logits.abs().max() > 1e-3
print(len(expected), "tensors agree")
