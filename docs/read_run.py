"""Reads every file that Grokscope writes, with numpy, and PyTorch for .pt. docs/formats.md tells what is in them."""
import json
import sqlite3
import tomllib
import zlib

import numpy as np


def table(path):  # csv, progress-csv: columns by name; lists stay text
    return np.genfromtxt(path, delimiter=",", names=True, dtype=None, encoding="utf-8", ndmin=1)

def document(path):  # json, list --json, show --json, presets --json, sweep --json, lens.config.json
    with open(path, encoding="utf-8") as file:
        return json.load(file)

def lines(path):  # jsonl
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]

def settings(path):  # toml
    with open(path, "rb") as file:
        return tomllib.load(file)["run"]

def weights(path):  # npz, pt: arrays by name
    if path.endswith(".npz"):
        return {name: value for name, value in np.load(path).items() if not name.endswith("_json")}
    import torch
    return {name: value.numpy() for name, value in torch.load(path).items()}

def rows(path, query, *values):  # a notebook; its views have the names of the exports
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as notebook:
        return notebook.execute(query, values).fetchall()

def plain_weights(data):  # column `data` of table `weights` where encoding is 1: one float32 behind another
    planes, at = [], 4
    for _ in range(4):  # the bytes of every value, most significant first
        size = int.from_bytes(data[at:at + 4], "little")
        planes.append(np.frombuffer(zlib.decompress(data[at + 4:at + 4 + size]), np.uint8))
        at += 4 + size
    return np.stack(planes, axis=1).copy().view(">f4").ravel().astype(np.float32)
