"""Commands that change or check what is recorded, and those that print for programs: rename, tag, delete,
verify, list, show and presets as JSON, settings as TOML, and readers that go away.

Usage: commands_test.py GROKSCOPE
"""
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

PROGRAM = os.path.abspath(sys.argv[1])
SMALL = ["--p", "13", "--frac", "0.6", "--d-model", "32", "--d-mlp", "64", "--threads", "1"]
PATIENCE = 120


def run(*arguments, code=0, **others):
    done = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=PATIENCE, **others)
    assert done.returncode == code, (arguments, done)
    return done.stdout if code == 0 else done.stderr


def nothing_is_recorded_in_memory():
    """SQLite's name for a database that ends with the program is no notebook's."""
    for command in (["train", *SMALL, "--epochs", "20"], ["list"], ["show", "1"],
                    ["sweep", *SMALL, "--epochs", "20", "--seeds", "1"]):
        said = run(*command, "--notebook", ":memory:", code=2)
        assert "name a file" in said and said.count("\n") == 1, said
    assert not os.path.exists(":memory:")
    run("train", *SMALL, "--epochs", "20", "--quiet", "--notebook", "./:memory:")
    assert len(listed("./:memory:")) == 1


def listed(notebook="notes.db"):
    return json.loads(run("list", "--json", "--notebook", notebook))["runs"]


def shown(number, notebook="notes.db"):
    return json.loads(run("show", number, "--json", "--notebook", notebook))


def rows(query, notebook="notes.db"):
    database = sqlite3.connect(notebook)
    try:
        return database.execute(query).fetchall()
    finally:
        database.close()


def print_for_programs():
    run("train", *SMALL, "--stencil=-1,0", "--epochs", "200", "--seed", "3", "--quiet", "--notebook", "notes.db")
    run("train", *SMALL, "--epochs", "100", "--split-seed", "8", "--quiet", "--notebook", "notes.db")
    first, second = listed()
    assert (first["run"], second["run"]) == (1, 2)
    assert (first["epoch"], first["state"], first["config"]["stencil"]) == (200, "finished", [-1, 0])
    assert first["config"]["split_seed"] == 3 and second["config"]["split_seed"] == 8
    assert len(first["uuid"]) == 32 and first["uuid"] != second["uuid"] and first["parent"] is None
    one = shown("1")
    assert {name: one[name] for name in first} == first
    assert one["last"]["epoch"] == 190 and one["weight_epochs"][0] == 0
    assert one["state_to_go_on"]["epoch"] == 200 and len(one["state_to_go_on"]["hash"]) == 16
    assert f"hash of that state {one['state_to_go_on']['hash']}" in run("show", "1", "--notebook", "notes.db")
    assert one["last"]["test_loss"] == rows("SELECT test_loss FROM metric WHERE run = 1 AND epoch = 190")[0][0]
    presets = json.loads(run("presets", "--json"))["presets"]
    names = [preset["name"] for preset in presets]
    assert names[0] == "nanda" and all(f"{name} " in run("presets") for name in names)
    assert presets[0]["config"]["p"] == 113
    # What is exported as settings makes the same run again.
    run("export", "1", "--to", "toml", "--notebook", "notes.db", "--out", "one.toml")
    run("train", "--config", "one.toml", "--threads", "1", "--quiet", "--notebook", "again.db")
    assert shown("1", "again.db")["config"] == one["config"]
    assert shown("1", "again.db")["state_to_go_on"] == one["state_to_go_on"]


def rename_and_tag():
    assert run("rename", "1", "a good one", "--notebook", "notes.db") == 'run 1 is named "a good one"\n'
    assert listed()[0]["name"] == "a good one"
    assert "a good one: " in run("list", "--notebook", "notes.db")
    run("rename", "1", "", "--notebook", "notes.db")
    assert listed()[0]["name"] == ""
    assert "needs the number" in run("rename", "1", "--notebook", "notes.db", code=2)
    assert "no run 9" in run("rename", "9", "x", "--notebook", "notes.db", code=2)
    assert "one line" in run("rename", "1", "two\nlines", "--notebook", "notes.db", code=2)

    assert run("tag", "1", "fast", "paper", "--notebook", "notes.db") == "run 1 is tagged fast, paper\n"
    assert run("tag", "last", "paper", "--notebook", "notes.db") == "run 2 is tagged paper\n"
    assert run("tag", "1", "--notebook", "notes.db") == "run 1 is tagged fast, paper\n"
    assert listed()[0]["tags"] == ["fast", "paper"] and listed()[1]["tags"] == ["paper"]
    assert "tagged fast paper" in run("list", "--notebook", "notes.db")
    assert "Tags: fast, paper.\n" in run("show", "1", "--notebook", "notes.db")
    assert run("tag", "1", "--remove", "fast", "--notebook", "notes.db") == "run 1 is tagged paper\n"
    assert "no tag \"fast\"" in run("tag", "1", "slow", "--remove", "fast", "--notebook", "notes.db", code=2)
    assert listed()[0]["tags"] == ["paper"], "all that one command asks for, or nothing"
    assert "one word" in run("tag", "1", "two words", "--notebook", "notes.db", code=2)
    # A copy has them, too, and a copy that comes later keeps both sides'.
    run("import", "notes.db", "--notebook", "copy.db")
    assert [one["tags"] for one in listed("copy.db")] == [["paper"], ["paper"]]


def delete():
    def remove(answer, code):
        return subprocess.run([PROGRAM, "delete", "2", "--notebook", "copy.db"], input=answer,
                              capture_output=True, text=True, timeout=PATIENCE), code

    for answer, code in ("n\n", 1), ("\n", 1), ("", 2):
        done, code = remove(answer, code)
        assert done.returncode == code and "Delete run 2 (" in done.stderr, (answer, done)
        assert [one["run"] for one in listed("copy.db")] == [1, 2]
    done, _ = remove("y\n", 0)
    assert done.returncode == 0 and done.stdout.startswith("deleted run 2 ("), done
    assert "no run 2" in run("delete", "2", "--yes", "--notebook", "copy.db", code=2)
    run("delete", "1", "--yes", "--notebook", "copy.db")
    tables = [name for name, in rows("SELECT name FROM sqlite_schema WHERE type = 'table' AND "
                                     "name NOT LIKE 'sqlite%'", "copy.db")]
    assert len(tables) >= 12 and all(rows(f"SELECT count(*) FROM {name}", "copy.db") == [(0,)]
                                     for name in tables), "nothing of it is left"


def refuse_to_delete_what_trains():
    training = subprocess.Popen([PROGRAM, "train", *SMALL, "--epochs", "1000000", "--quiet", "--notebook",
                                 "busy.db"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        deadline = time.monotonic() + PATIENCE
        while not os.path.exists("busy.db") or not rows("SELECT id FROM run WHERE state = 'running'", "busy.db"):
            assert time.monotonic() < deadline and training.poll() is None, "it did not begin"
            time.sleep(0.05)
        said = run("delete", "1", "--yes", "--notebook", "busy.db", code=2)
        assert "run 1 is not deleted: " in said and "trains it at the moment" in said, said
        assert said.count("\n") == 1
        run("tag", "1", "busy", "--notebook", "busy.db")
    finally:
        training.send_signal(signal.SIGINT)
        training.communicate(timeout=PATIENCE)
    assert listed("busy.db")[0]["tags"] == ["busy"], "and the record is whole"
    run("delete", "1", "--yes", "--notebook", "busy.db")


def verify():
    said = run("verify", "1", "--quiet", "--threads", "2", "--notebook", "notes.db")
    kept = shown("1")["state_to_go_on"]["hash"]
    assert said == ("run 1 repeats its record bit for bit: every figure of 20 evaluated epochs, 0 to 190, and "
                    f"the state of epoch 200, hash {kept}\n"), said
    # The last bit of one figure of one epoch.
    run("export", "1", "--to", "notebook", "--notebook", "notes.db", "--out", "changed.db")
    database = sqlite3.connect("changed.db")
    loss, = database.execute("SELECT test_loss FROM metric WHERE epoch = 120").fetchone()
    database.execute("UPDATE metric SET test_loss = ? WHERE epoch = 120", (loss * (1 + 2 ** -52),))
    database.commit()
    database.close()
    done = subprocess.run([PROGRAM, "verify", "1", "--quiet", "--notebook", "changed.db"], capture_output=True,
                          text=True, timeout=PATIENCE)
    assert done.returncode == 1 and done.stderr == "", done
    first, *places = done.stdout.splitlines()
    assert first == ("run 1 does not repeat its record: figures differ from epoch 120 on, up to epoch 110 they "
                     "are the same"), first
    assert "recorded from epoch 0 on: version " in places[0] and "computed now: version " in places[1], places
    # A run that was cut short, and one that ended at its grok, end where their records do.
    run("train", *SMALL, "--epochs", "50", "--quiet", "--notebook", "short.db")
    run("train", "--resume", "1", "--epochs", "90", "--quiet", "--notebook", "short.db")
    assert "0 to 80, and the state of epoch 90" in run("verify", "last", "--quiet", "--notebook", "short.db")
    assert "no run 7" in run("verify", "7", "--notebook", "notes.db", code=2)
    assert "needs the number" in run("verify", code=2)


def name_what_is_missing():
    for command in (["list"], ["list", "--json"], ["show", "1"], ["export", "1", "--to", "csv"], ["inspect", "1"],
                    ["view", "1"], ["train", "--resume", "1"], ["rename", "1", "x"], ["tag", "1", "x"], ["tag", "1"],
                    ["delete", "1", "--yes"], ["verify", "1"], ["--describe", "1"]):
        said = run(*command, "--notebook", "mistyped.db", code=2)
        assert said.startswith('grokscope: the notebook "mistyped.db" cannot be opened; check that it exists'), \
            (command, said)
        assert not os.path.exists("mistyped.db"), command
    said = run("train", "--resume", "1", "--epochs", "150", "--notebook", "notes.db", code=2)
    assert "it has trained 200 epochs already, and --epochs 150 asks for no more" in said, said


def name_the_preset():
    run("train", "--preset", "control-frozen-probe", *SMALL, "--epochs", "20", "--quiet", "--notebook", "preset.db")
    run("sweep", "--preset", "nanda", *SMALL, "--epochs", "20", "--seeds", "1", "--stencils", "0", "--notebook",
        "preset.db")
    run("train", *SMALL, "--epochs", "20", "--quiet", "--notebook", "preset.db")
    found = listed("preset.db")
    assert [one["from_preset"] for one in found] == ["control-frozen-probe", "nanda", "nanda", None], found
    assert ", from preset control-frozen-probe\n" in run("list", "--notebook", "preset.db")
    assert ", from preset control-frozen-probe.\n" in run("show", "1", "--notebook", "preset.db")
    run("export", "1", "--to", "notebook", "--notebook", "preset.db", "--out", "preset-copy.db")
    assert listed("preset-copy.db")[0]["from_preset"] == "control-frozen-probe"


def name_the_operation():
    for operation in ("add", "sub", "mul", "div"):
        run("train", *SMALL, "--op", operation, "--epochs", "20", "--quiet", "--notebook", "operations.db")
    rows = run("list", "--notebook", "operations.db").splitlines()[1:]
    said = [row.split("baseline, ")[1].split(", p 13")[0] if "baseline, operation" in row else "" for row in rows]
    assert said == ["", "operation sub", "operation mul", "operation div"], rows
    assert run("show", "4", "--notebook", "operations.db").startswith(
        "Run 4: nanda, seed 999, baseline, operation div, p 13, ")


def say_what_a_sweep_costs():
    def first_line(*more):
        process = subprocess.Popen([PROGRAM, "sweep", "--stencils", "baseline", "--epochs", "1000000", "--threads", "1",
                                    *more], stdout=subprocess.PIPE, text=True)
        line = process.stdout.readline()
        process.kill()
        process.communicate()
        found = re.fullmatch(r"(\d+ runs?) to train, of up to 1000000 epochs: ([\d.]+) core hours if each takes them all, "
                             r"at 60 % of what a thread does here\n", line)
        assert found, line
        return found[1], float(found[2])

    runs, one = first_line("--seeds", "1", "--notebook", "cost1.db")
    assert runs == "1 run" and 1 < one < 100, (runs, one)  # 1.7e15 operations
    runs, three = first_line("--seeds", "3", "--notebook", "cost3.db")
    assert runs == "3 runs" and 2 < three / one < 4.5, (runs, one, three)  # what is measured varies
    assert first_line("--seeds", "3", "--shard", "1/3", "--notebook", "cost1of3.db")[0] == "1 run"
    said = run("sweep", *SMALL, "--stencils", "baseline", "--seeds", "2", "--epochs", "60", "--weights-every", "1",
               "--exact-weights", "--weights-budget", "1", "--notebook", "cost.db")
    assert "core hours" not in said, said
    assert re.match("weights are recorded every [48] epochs, not every 1: .* 60 epochs would take more than 1 MB "
                    r"\(--weights-budget\)\n1 of 2: ", said), said


def say_what_a_deep_run_needs():
    deep = ["train", "--preset", "abstraction", "--epochs", "1", "--notebook", "none"]
    process = subprocess.Popen([PROGRAM, *deep], stdout=subprocess.PIPE, text=True)
    line = process.stdout.readline()  # before anything is trained
    process.kill()
    process.communicate()
    assert line == "a model of 151 million weights needs about 6.6 GB of memory to train\n", line


def say_what_a_sweep_has():
    sweep = ["sweep", *SMALL, "--epochs", "20", "--stencils", "0", "--controls", "activation-penalty",
             "--stencil-weight", "0.1", "--notebook", "sweep.db"]
    assert "recorded already" not in run(*sweep, "--seeds", "4,")
    said = run(*sweep, "--seeds", "4,5")
    assert said.startswith("3 of 6 runs are recorded already\n4 of 6: seed 5, baseline trains\n"), said
    assert run(*sweep, "--seeds", "4,5").startswith("6 of 6 runs are recorded already\n")
    # Three times 0.1, as a reader writes it.
    run("train", *SMALL, "--epochs", "20", "--control", "activation-penalty", "--stencil-weight",
        "0.30000000000000004", "--quiet", "--notebook", "sweep.db")
    assert "penalty 0.3, " in run("list", "--notebook", "sweep.db")
    assert "stencil weight 0.3\n" in run("list", "--notebook", "sweep.db"), run("list", "--notebook", "sweep.db")


def of_child(*arguments):
    """What it took: peak of resident memory in MB, and bytes that it asked the system to read."""
    child = subprocess.Popen([PROGRAM, *arguments], stdout=subprocess.DEVNULL)
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    with open(f"/proc/{child.pid}/io", encoding="ascii") as file:
        read = int(file.readline().split()[1])
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0, arguments
    return usage.ru_maxrss / 1024, read


def list_without_reading_it_all():
    """300 runs, as many evaluated epochs as some years of work, and weights: a list reads none of them, and no
    libtorch."""
    run("train", *SMALL, "--epochs", "40", "--quiet", "--notebook", "big.db")
    database = sqlite3.connect("big.db")
    database.execute("PRAGMA synchronous = OFF")
    columns = ", ".join(name for _, name, *_ in database.execute("PRAGMA table_info(run)")
                        if name not in ("id", "uuid"))
    for number in range(2, 301):
        database.execute(f"INSERT INTO run (uuid, {columns}) SELECT ?, {columns} FROM run WHERE id = 1",
                         (f"{number:032x}",))
        database.execute("INSERT INTO grok VALUES (?, 24990, 1630, 1950, 1, 0)", (number,))
        database.execute("INSERT INTO weights (run, epoch, encoding, base_epoch, data) VALUES (?, 0, 1, 0, "
                         "zeroblob(200000))", (number,))
    database.execute("WITH RECURSIVE e (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM e WHERE n < 99) "
                     "INSERT INTO metric SELECT id, 100 + n, 1, 1, 1, 1, 1, 1, 1 FROM run, e")
    database.execute("INSERT INTO instrument (id, name, label, sentence) VALUES (77, 'many', 'many', 'Many.')")
    database.execute("INSERT INTO figure VALUES (77, 77, 'list', 'list', '', 'A list.', 'layer', 0)")
    database.execute("WITH RECURSIVE e (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM e WHERE n < 99) "
                     "INSERT INTO reading_value SELECT id, n, 77, NULL, zeroblob(1000) FROM run, e")
    database.execute("INSERT INTO reading SELECT DISTINCT run, epoch, 77, 0 FROM reading_value WHERE figure = 77")
    database.commit()
    database.close()
    bytes_in_all = os.path.getsize("big.db")
    assert bytes_in_all > 60e6
    last = listed("big.db")[-1]
    assert (last["run"], last["grok_epoch"], last["stable_grok"], last["times_lost"]) == (300, 1630, 1950, 1)
    sanitized = b"san.so" in subprocess.run(["ldd", PROGRAM], capture_output=True, check=True).stdout
    for command in ["list"], ["list", "--json"], ["show", "300"], ["show", "last"]:
        megabytes, read = of_child(*command, "--notebook", "big.db")
        assert read < 3e6, (command, read)
        assert megabytes < 60 or sanitized, (command, megabytes)


def repeat_a_large_sweep():
    """Each of its runs is looked for in what was read once."""
    sweep = ["sweep", *SMALL, "--epochs", "20", "--stencils=baseline", "--notebook", "large.db", "--seeds"]
    run(*sweep, "1,")
    database = sqlite3.connect("large.db")
    columns = ", ".join(name for _, name, *_ in database.execute("PRAGMA table_info(run)")
                        if name not in ("id", "uuid", "config"))
    for seed in range(2, 301):
        database.execute(f"INSERT INTO run (uuid, config, {columns}) SELECT ?, json_set(config, '$.seed', ?), {columns} "
                         "FROM run WHERE id = 1", (f"{seed:032x}", seed))
    database.commit()
    database.close()
    sweep.append(",".join(str(seed) for seed in range(1, 301)))
    said = run(*sweep)
    assert said.startswith("300 of 300 runs are recorded already\n") and " of 300: " not in said, said
    _, read = of_child(*sweep)
    assert read < 5e6, read


def measure_every_part():
    """Of `bench`; not the window, which has a test of its own, nor what takes longest and makes its runs alike."""
    parts = {"probes": ["probe.cost"] * 5, "rivals": ["rival.cost"] * 7,
             "operations": ["operation.sub", "operation.mul", "operation.div"],
             "layers": [f"layers.{depth}.{figure}" for depth in (1, 2, 4, 16) for figure in ("ms", "eff")],
             "small": ["adamw", "checkpoint", "ring"], "reference": ["step.ref.ms"]}
    told = run("bench", "--rounds", "1", "--threads", "2", "--only", ",".join(reversed(parts)), "--json", "-",
               "--oracle", "no such program")
    measured = json.loads(told)["rows"]
    assert [row["name"] for row in measured] == sum(parts.values(), []), told
    assert all(len(row["rounds"]) == 1 and row["median"] == row["rounds"][0] for row in measured), told
    cost = {row["what"]: row["median"] for row in measured if row["unit"] == "x"}
    assert all(0.3 < ratio < 5 for ratio in cost.values()), cost


def show_examples_of_its_own():
    general = run("--help")
    listed_there = general[general.index("Subcommands:"):general.index("Examples:")]
    commands = re.findall(r"^  ([a-z]+)  +[a-z]", listed_there, re.MULTILINE)
    assert {"list", "verify", "presets", "train", "tag"} <= set(commands), commands
    for command in commands:
        said = run(command, "--help")
        examples = re.findall(r"^  grokscope (.*)", said[said.index("Examples:"):], re.MULTILINE)
        assert examples and sum(f" {command}" in f" {one}" for one in examples) >= len(examples) / 2, (command, said)


def end_quietly_with_their_readers():
    for command in (["list"], ["list", "--json"], ["show", "1"], ["show", "1", "--json"],
                    ["export", "1", "--to", "json", "--out", "-"], ["export", "1", "--to", "npz", "--out", "-"],
                    ["inspect", "1", "--json", "--grid"], ["verify", "1", "--quiet"], ["tag", "1"],
                    ["export", "1", "--to", "csv", "--out", "-"], ["export", "1", "--to", "toml", "--out", "-"],
                    ["export", "1", "--to", "progress-csv", "--out", "-"],
                    ["export", "1", "--to", "spectra", "--out", "-"],
                    ["export", "1", "--to", "structure", "--out", "-"]):
        for ignored in (False, True):  # where SIGPIPE is ignored, writing fails instead
            child = subprocess.Popen([PROGRAM, *command, "--notebook", "notes.db"], stdout=subprocess.PIPE,
                                     stderr=subprocess.PIPE, restore_signals=not ignored)
            child.stdout.close()
            said = child.stderr.read()
            child.stderr.close()
            assert (child.wait(PATIENCE), said) in ((0, b""), (141, b"")), (command, ignored, said)
    for command in ["presets"], ["presets", "--json"], ["--help"], ["--man-page"], ["sweep", "--help"], \
            ["--completion", "bash"]:
        for ignored in False, True:
            child = subprocess.Popen([PROGRAM, *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                     restore_signals=not ignored)
            child.stdout.close()
            said = child.stderr.read()
            child.stderr.close()
            assert (child.wait(PATIENCE), said) == (141, b""), (command, ignored, said)


def main():
    os.environ.pop("GROKSCOPE_NOTEBOOK", None)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        os.environ["XDG_DATA_HOME"] = os.path.join(folder, "data")
        nothing_is_recorded_in_memory()
        print_for_programs()
        rename_and_tag()
        delete()
        refuse_to_delete_what_trains()
        verify()
        name_what_is_missing()
        name_the_preset()
        name_the_operation()
        say_what_a_sweep_costs()
        say_what_a_deep_run_needs()
        say_what_a_sweep_has()
        list_without_reading_it_all()
        repeat_a_large_sweep()
        show_examples_of_its_own()
        measure_every_part()
        end_quietly_with_their_readers()
        os.chdir("/")
    print("the commands do what they say")


main()
