"""The notebook as a user meets it: record, list, show, export, import, go on, sweep.

Usage: notebook_test.py GROKSCOPE

What is exported is opened by the programs it is for: numpy, python3-torch, the sqlite3 shell.
"""
import json
import os
import re
import subprocess
import sys
import tempfile

import numpy as np
import torch

PROGRAM = os.path.abspath(sys.argv[1])
SMALL = ["--p", "23", "--d-model", "32", "--d-mlp", "64", "--threads", "1"]


def run(*arguments, code=0):
    done = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True)
    assert done.returncode == code, (arguments, done.returncode, done.stdout, done.stderr)
    return done.stdout if code == 0 else done.stderr


def contents(path):
    with open(path, "rb") as file:
        return file.read()


def weights_in(path):
    return {name: array.tobytes() for name, array in np.load(path).items() if not name.endswith("_json")}


def state_hash(run_number, notebook):
    shown = run("show", run_number, "--notebook", notebook)
    return re.search(r"hash of that state (\w+)", shown).group(1)


def say_early_what_is_wrong_with_the_notebook():
    with open("diary", "w", encoding="utf-8") as file:
        file.write("dear diary " * 300)
    said = run("train", *SMALL, "--epochs", "10", "--notebook", "diary", "--csv", "never.csv", code=2)
    assert "is not a notebook of ours" in said and said.count("\n") == 1, said
    assert not os.path.exists("never.csv"), "it trained although nothing can be recorded"
    assert contents("diary").startswith(b"dear diary")


def record_and_export():
    run("train", *SMALL, "--stencil=-1,0", "--epochs", "600", "--notebook", "notes.db", "--csv",
        "train.csv", "--quiet")
    listed = run("list", "--notebook", "notes.db")
    assert re.search(r"^ +1  finished +600 .*stencil \[-1,0\]", listed, re.M), listed
    shown = run("show", "last", "--notebook", "notes.db")
    assert "Memorised at epoch" in shown and "epoch 600 of 600" in shown, shown

    sql = ["SELECT count(*) FROM metric", "SELECT count(*) FROM mismatch",
           "SELECT max(epoch) FROM checkpoint", "PRAGMA integrity_check"]
    shell = subprocess.run(["sqlite3", "notes.db", "; ".join(sql)], capture_output=True, text=True)
    assert shell.stdout.split() == ["60", "119", "600", "ok"], shell

    for form in ("csv", "json", "npz", "pt", "notebook"):
        run("export", "1", "--to", form, "--notebook", "notes.db", "--out", "out." + form)
    assert contents("out.csv") == contents("train.csv")
    with open("out.json", encoding="utf-8") as file:
        assert json.load(file)["metrics"]["epoch"] == list(range(0, 600, 10))
    arrays, tensors = np.load("out.npz", allow_pickle=False), torch.load("out.pt")
    assert set(arrays.files) == set(tensors) | {"config_json", "weights_json"}
    assert json.loads(arrays["config_json"].tobytes())["stencil"] == [-1, 0]
    assert arrays["W_E"].shape == (32, 24) and arrays["probe_-1.W1"].shape == (64, 32)
    for name, tensor in tensors.items():
        assert tensor.numpy().tobytes() == arrays[name].tobytes(), name
    assert "Weights are recorded of" in shown and "0 to 600 every 100" in shown, shown
    assert re.search(r"\(\d+\.\d\d CPU seconds\)", shown), shown
    # The recorded weights of an epoch, rounded, although the exact state is of that epoch, too.
    said = run("export", "1", "--to", "npz", "--epoch", "600", "--notebook", "notes.db", "--out", "e.npz")
    assert "weights of epoch 600, rounded to multiples of 2^-" in said, said
    at_epoch = np.load("e.npz")
    assert at_epoch["W_U"].tobytes() != arrays["W_U"].tobytes()
    about = json.loads(at_epoch["weights_json"].tobytes())
    assert about["epoch"] == 600 and not about["exact"], about
    steps = at_epoch["W_U"].astype(np.float64) / about["rounded_to_multiples_of"]["W_U"]
    assert (steps == np.rint(steps)).all() and abs(at_epoch["W_U"] - arrays["W_U"]).max() < 0.01
    said = run("export", "1", "--to", "npz", "--epoch", "7", "--notebook", "notes.db", code=2)
    assert "the nearest are those of epochs" in said and "--nearest" in said, said
    said = run("export", "1", "--to", "npz", "--epoch", "599", "--nearest", "--notebook", "notes.db",
               "--out", "near.npz")
    assert "weights of epoch 600" in said and contents("near.npz") == contents("e.npz"), said
    said = run("export", "1", "--to", "npz", "--all-epochs", "--notebook", "notes.db", "--out", "all.npz")
    assert "all-000000.npz to all-000600.npz" in said, said
    assert contents("all-000600.npz") == contents("e.npz")
    assert json.loads(np.load("all-000000.npz")["weights_json"].tobytes())["exact"]
    assert "exists" in run("export", "1", "--to", "npz", "--all-epochs", "--notebook", "notes.db", "--out",
                           "all.npz", code=2)
    run("train", *SMALL, "--stencil=-1,0", "--epochs", "60", "--weights-every", "25", "--exact-weights",
        "--notebook", "exact.db", "--quiet")
    shown = run("show", "1", "--notebook", "exact.db")
    assert "0 to 50 every 25" in shown and "all exactly" in shown, shown
    assert "weights_every = 25" in shown and "exact_weights = true" in shown, shown
    done = subprocess.run([PROGRAM, "train", *SMALL, "--epochs", "60", "--weights-every", "1", "--exact-weights",
                           "--weights-budget", "1", "--notebook", "spared.db"], capture_output=True, text=True)
    spared = "eights are recorded every 4 epochs, not every 1: at under 1 MB each, those of 60 epochs would take " \
        "more than 1 MB"  # 39.6 KB each: 25 of them
    assert done.returncode == 0 and f"w{spared} (--weights-budget)" in done.stdout, done
    shown = run("show", "1", "--notebook", "spared.db")
    assert f"W{spared}." in shown and "0 to 60 every 4" in shown, shown
    run("export", "1", "--to", "pt", "--transformerlens", "--notebook", "notes.db", "--out", "tl.pt")
    lens = torch.load("tl.pt")
    assert torch.equal(lens["embed.W_E"], tensors["W_E"].T)
    assert lens["blocks.0.attn.W_Q"].shape == (4, 32, 8)
    assert "exists" in run("export", "1", "--to", "csv", "--notebook", "notes.db", "--out",
                           "out.csv", code=2)


def say_that_nothing_is_recorded():
    environment = dict(os.environ, XDG_DATA_HOME=os.path.abspath("empty_home"))
    environment.pop("GROKSCOPE_NOTEBOOK", None)
    for arguments in (["show", "last"], ["show", "1"], ["export", "last", "--to", "csv"], ["inspect", "last"],
                      ["view", "last"], ["train", "--resume", "last"], ["verify", "1"], ["tag", "1", "a"],
                      ["rename", "1", "a"], ["delete", "1"]):
        done = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, env=environment)
        assert done.returncode == 2 and done.stderr.count("\n") == 1, (arguments, done)
        assert "no run is recorded yet in" in done.stderr and "empty_home" in done.stderr, done
    assert not os.path.exists("empty_home"), "looking makes no file"


def tell_when_nothing_can_be_printed():
    for arguments in (["list", "--notebook", "notes.db"], ["show", "1", "--notebook", "notes.db"],
                      ["inspect", "1", "--json", "--notebook", "notes.db"], ["--help"], ["--man-page"]):
        for command in ('exec "$@" >/dev/full', 'exec "$@" >&-'):
            done = subprocess.run(["sh", "-c", command, "sh", PROGRAM, *arguments],
                                  capture_output=True, text=True)
            assert done.returncode == 1, (arguments, command, done)
            assert "standard output could not be written" in done.stderr, (arguments, done)
    before = contents("notes.db")
    done = subprocess.run(["sh", "-c", 'exec "$@" >&-', "sh", PROGRAM, "train", *SMALL, "--epochs", "20",
                           "--notebook", "quiet.db"], capture_output=True, text=True)
    assert done.returncode == 1 and "could not be written" in done.stderr, done
    assert " finished " in run("list", "--notebook", "quiet.db"), "the run itself is recorded"
    assert contents("notes.db") == before


def share():
    assert "1 run taken over, 0 known" in run("import", "out.notebook", "--notebook", "other.db")
    assert "0 runs taken over, 1 known" in run("import", "out.notebook", "--notebook", "other.db")
    assert state_hash("1", "other.db") == state_hash("1", "notes.db")
    run("export", "1", "--to", "csv", "--notebook", "other.db", "--out", "other.csv")
    assert contents("other.csv") == contents("train.csv")


def go_on():
    assert "give it more" in run("train", "--resume", "1", "--notebook", "notes.db", code=2)
    assert "settings" in run("train", "--resume", "1", "--seed", "5", code=2)
    run("train", "--resume", "last", "--epochs", "800", "--threads", "1", "--notebook", "notes.db",
        "--csv", "longer.csv", "--quiet")
    run("train", *SMALL, "--stencil=-1,0", "--epochs", "800", "--notebook", "whole.db", "--csv",
        "whole.csv", "--quiet")
    assert state_hash("1", "notes.db") == state_hash("1", "whole.db")
    for file in ("notes.db", "whole.db"):
        run("export", "1", "--to", "npz", "--epoch", "600", "--notebook", file, "--out", file + ".npz")
    assert weights_in("notes.db.npz") == weights_in("e.npz"), "the same before and after it went on"
    assert weights_in("notes.db.npz") == weights_in("whole.db.npz"), "and if it was never interrupted"
    assert contents("longer.csv") == contents("whole.csv")
    # The other notebook has come less far: it takes over the longer run in place of its own.
    run("export", "1", "--to", "notebook", "--notebook", "notes.db", "--out", "longer.db")
    assert "1 run taken over" in run("import", "longer.db", "--notebook", "other.db")
    assert run("list", "--notebook", "other.db").count("finished") == 1


def go_on_elsewhere():
    arguments = SMALL + ["--epochs", "100", "--quiet", "--notebook", "moved.db"]
    run("train", *arguments)
    step = re.search(r"version \S+, (fused, [^,]+),", run("show", "1", "--notebook", "moved.db")).group(1)
    done = subprocess.run([PROGRAM, "train", "--resume", "1", "--epochs", "150", "--quiet", "--notebook",
                           "moved.db", "--threads", "1", "--simd", "portable", "--json", "moved.json"],
                          capture_output=True, text=True)
    assert done.returncode == 0, done
    said = (f"resumed with fused, portable instead of {step} from epoch 100: figures from here may differ "
            "in the last bits")
    assert done.stderr == f"grokscope: {said}\n" or step == "fused, portable", (done.stderr, said)
    if step != "fused, portable":
        shown = run("show", "1", "--notebook", "moved.db")
        assert f"{step}, 1 thread; split" in shown and "From epoch 100 on computed on " in shown, shown
        assert "fused, portable, 1 thread: figures may differ" in shown, shown
        run("export", "1", "--to", "json", "--notebook", "moved.db", "--out", "moved-export.json")
        for path in ("moved.json", "moved-export.json"):
            with open(path, encoding="utf-8") as file:
                told = json.load(file)["run"]
            assert told["step"] == f"{step}, 1 thread", told
            assert [(since["from_epoch"], since["step"]) for since in told["went_on"]] == \
                [(100, "fused, portable, 1 thread")], told
    # On with the same: nothing is said, whatever the threads.
    done = subprocess.run([PROGRAM, "train", "--resume", "1", "--epochs", "160", "--quiet", "--notebook",
                           "moved.db", "--threads", "2", "--simd", "portable"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, ""), done


def refuse():
    with open("diary", "w", encoding="utf-8") as file:
        file.write("dear diary\n" * 500)
    before = contents("diary")
    for arguments in (["list", "--notebook", "diary"], ["import", "diary", "--notebook", "x.db"]):
        sentence = run(*arguments, code=2)
        assert "is not a notebook of ours" in sentence and sentence.count("\n") == 1, sentence
    assert contents("diary") == before
    assert "no run 7" in run("show", "7", "--notebook", "notes.db", code=2)
    assert "number or `last`" in run("show", "x", "--notebook", "notes.db", code=2)
    assert "needs --to" in run("export", "1", code=2)
    damaged = bytearray(contents("notes.db"))
    damaged[4096 * 3:] = b"\xff" * (len(damaged) - 4096 * 3)
    with open("damaged.db", "wb") as file:
        file.write(damaged)
    assert "damaged" in run("import", "damaged.db", "--notebook", "other.db", code=1)
    assert run("train", *SMALL, "--epochs", "20", "--quiet", "--notebook", "none") == ""


def trains(said):
    """Whether a sweep says that it trains a run."""
    return re.search(r"^\d+ of \d+: .* trains$", said, re.M) is not None


def sweep():
    small = SMALL + ["--stencils", "0;-1,0", "--seeds", "2", "--epochs", "60"]
    one = run("sweep", *small, "--notebook", "sweep.db", "--csv", "sweep.csv")
    assert trains(one) and "6 of 6: seed 0, [-1,0] trains" in one, one
    assert re.search(r"^\[0\] +0/2 +> 60 ", one, re.M), one
    with open("sweep.csv", encoding="utf-8") as file:
        assert len(file.read().splitlines()) == 7
    again = run("sweep", *small, "--notebook", "sweep.db")
    said = "6 of 6 runs are recorded already\n"
    assert not trains(again) and again == said + one[one.index("variant "):one.index("wrote")], again
    parts = []
    for part in range(2):
        parts.append(f"part{part}.db")
        run("sweep", *small, "--shard", f"{part}/2", "--notebook", parts[-1])
        run("import", parts[-1], "--notebook", "joined.db")
    joined = run("sweep", *small, "--notebook", "joined.db")
    assert not trains(joined)
    table = lambda text: re.findall(r"^(\S+) +(\d/\d) +> (\d+)", text, re.M)
    assert table(joined) == table(one) and len(table(one)) == 3
    assert "--shard needs" in run("sweep", "--shard", "2/2", code=2)


def sweep_past_failures():
    wild = ["--p", "23", "--lr", "0.1", "--beta2", "0", "--init-scale", "4", "--weight-decay", "10",
            "--warmup", "0", "--d-model", "32", "--d-mlp", "64", "--threads", "1"]
    arguments = ["sweep", *wild, "--stencils", "0", "--seeds", "2", "--epochs", "300",
                 "--notebook", "wild.db"]
    first = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True)
    assert first.returncode == 1 and "4 of 4: seed 0, [0] trains" in first.stdout, first
    assert re.search(r"^baseline +0/2 +- ", first.stdout, re.M), first
    assert "is not a finite number" in first.stderr, first
    again = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True)
    assert again.returncode == 1 and not trains(again.stdout), again
    said = "4 of 4 runs are recorded already\n"
    assert again.stdout == said + first.stdout[first.stdout.index("variant "):], again
    # What was good before the failure can be used.
    assert "can go on from epoch" in run("show", "1", "--notebook", "wild.db")
    run("export", "1", "--to", "npz", "--notebook", "wild.db", "--out", "wild.npz")
    assert "taken over" in run("import", "wild.db", "--notebook", "tame.db")


def main():
    os.environ.pop("GROKSCOPE_NOTEBOOK", None)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        os.environ["XDG_DATA_HOME"] = os.path.join(folder, "data")
        assert "no runs in" in run("list")
        say_early_what_is_wrong_with_the_notebook()
        say_that_nothing_is_recorded()
        record_and_export()
        tell_when_nothing_can_be_printed()
        share()
        go_on()
        go_on_elsewhere()
        refuse()
        sweep()
        sweep_past_failures()
        run("train", *SMALL, "--epochs", "20", "--quiet")
        assert "finished" in run("list") and os.path.exists("data/grokscope/notebook.db")
        os.chdir("/")
    print("the notebook's commands do what they say")


main()
