#!/usr/bin/python3
"""Writes the initial weights that PyTorch draws, as raw float32, for comparison bit by bit.

The tensors come in the storage order and shapes of engine/model/parameters.h, biases included,
followed by the weights of each probe. Only operations that a PyTorch user would write are used.
"""
import argparse
import math
import sys

try:
    import torch
except ImportError:
    sys.exit(77)  # the caller skips


def nanda(p, d, heads, d_mlp, factor):
    scale, scale_u = 1 / math.sqrt(d) * factor, 1 / math.sqrt(p + 1) * factor
    head = d // heads
    W_E, W_pos = torch.randn(d, p + 1) * scale, torch.randn(3, d) * scale
    W_K = torch.randn(heads, head, d) * scale
    W_Q = torch.randn(heads, head, d) * scale
    W_V = torch.randn(heads, head, d) * scale
    W_O = torch.randn(d, d) * scale
    W_in, W_out = torch.randn(d_mlp, d) * scale, torch.randn(d, d_mlp) * scale
    W_U = torch.randn(d, p) * scale_u
    return [W_E, W_pos, W_K, W_Q, W_V, W_O, W_in, torch.zeros(d_mlp), W_out, torch.zeros(d), W_U]


def transformerlens(p, d, heads, d_mlp, factor):
    def draw(*shape):
        return torch.nn.init.normal_(torch.empty(*shape), std=0.8 / math.sqrt(d) * factor)

    head = d // heads
    W_E, W_pos = draw(p + 1, d), draw(3, d)
    W_Q, W_K, W_V = (draw(heads, d, head) for _ in range(3))
    W_O, W_in, W_out, W_U = draw(heads, head, d), draw(d, d_mlp), draw(d_mlp, d), draw(d, p)
    return [W_E.t(), W_pos, W_K.transpose(1, 2), W_Q.transpose(1, 2), W_V.transpose(1, 2),
            W_O.reshape(d, d).t(), W_in.t(), torch.zeros(d_mlp), W_out.t(), torch.zeros(d), W_U]


def probe(seed, d, width, d_mlp):
    torch.manual_seed(seed)
    first, second = torch.nn.Linear(d, width), torch.nn.Linear(width, d_mlp)
    return [first.weight, first.bias, second.weight, second.bias]


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument('--preset', choices=['nanda', 'transformerlens'], default='nanda')
    ap.add_argument('--seed', type=int, default=999)
    ap.add_argument('--shape', type=int, nargs=4, default=[113, 128, 4, 512],
                    metavar=('P', 'D', 'HEADS', 'D_MLP'))
    ap.add_argument('--factor', type=float, default=1)
    ap.add_argument('--offsets', type=int, nargs='*', default=[])
    ap.add_argument('--width', type=int, default=64)
    ap.add_argument('out')
    a = ap.parse_args()
    p, d, heads, d_mlp = a.shape
    torch.manual_seed(a.seed)
    tensors = {'nanda': nanda, 'transformerlens': transformerlens}[a.preset](p, d, heads, d_mlp, a.factor)
    for offset in a.offsets:
        tensors += probe(a.seed + 1 + offset, d, a.width, d_mlp)
    with open(a.out, 'wb') as file:
        for tensor in tensors:
            file.write(tensor.detach().contiguous().numpy().astype('<f4').tobytes())


if __name__ == '__main__':
    main()
