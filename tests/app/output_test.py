"""All that the program writes: onto what, into what, under which names.

Usage: output_test.py GROKSCOPE

Nothing that exists is replaced unasked, what is replaced keeps what belongs to it, streams are written into,
and what cannot be written is refused before anything is trained.
"""
import io
import json
import os
import signal
import stat
import subprocess
import sys
import tempfile
import threading

import numpy as np
import torch

PROGRAM = os.path.abspath(sys.argv[1])
SMALL = ["--p", "13", "--frac", "0.6", "--d-model", "32", "--d-mlp", "64", "--threads", "1"]
SHORT = [*SMALL, "--epochs", "30", "--quiet", "--notebook", "none"]
LONG = [*SMALL, "--epochs", "1000000", "--eval-every", "1000", "--notebook", "none"]
FORMATS = ("csv", "json", "npz", "pt")
PATIENCE = 200


def run(*arguments, code=0, data=None, **more):
    done = subprocess.run([PROGRAM, *arguments], capture_output=True, timeout=PATIENCE, input=data, **more)
    assert done.returncode == code, (arguments, done)
    return done


def refused(*arguments, code=2):
    """The one sentence that says why."""
    said = run(*arguments, code=code).stderr.decode()
    assert said.count("\n") == 1 and said.startswith("grokscope: cannot write "), (arguments, said)
    return said


def shell(script, *arguments, codes=(0,)):
    done = subprocess.run(["bash", "-c", script, "bash", PROGRAM, *arguments], capture_output=True,
                          timeout=PATIENCE)
    assert done.returncode in codes, (script, done)
    return done


def export(form, path, *more):
    return ["export", "1", "--to", form, "--notebook", "notes.db", "--out", path, *more]


def contents(path):
    with open(path, "rb") as file:
        return file.read()


def write(path, data=b"precious"):
    with open(path, "wb") as file:
        file.write(data)


def replaces_nothing_unasked():
    for form in ("csv", "pt"):
        name = "kept." + form
        write(name)
        assert "--force" in refused(*export(form, name))
        assert contents(name) == b"precious"
        run(*export(form, name, "--force"))
        assert contents(name) == contents("whole." + form), form
    options = ["--csv", "kept", "--json", "kept.json", "--progress-csv", "kept.progress"]
    for name in options[1::2]:
        write(name)
    said = run("train", *LONG, *options, code=2).stderr
    assert said.count(b"exists already; choose another name or add --force\n") == 3, said
    assert {contents(name) for name in options[1::2]} == {b"precious"}
    run("train", *SHORT, *options, "--force")
    assert b"precious" not in {contents(name) for name in options[1::2]}
    write("kept")
    assert "--force" in refused("sweep", *SMALL, "--notebook", "sweep.db", "--csv", "kept")
    assert "--force" in refused("bench", "--json", "kept")
    assert contents("kept") == b"precious" and not os.path.exists("sweep.db")


def start_training(*arguments):
    """A run that has begun to train."""
    program = subprocess.Popen([PROGRAM, "train", *LONG, *arguments], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
    for line in program.stdout:
        if line.split()[:1] == ["1000"]:
            return program
    raise AssertionError(program.communicate())


def keeps_what_appears_meanwhile():
    os.mkdir("meanwhile")
    program = start_training("--csv", "meanwhile/run.csv", "--json", "meanwhile/run.json")
    write("meanwhile/run.csv", b"somebody else's")
    program.send_signal(signal.SIGTERM)
    _, said = program.communicate(timeout=PATIENCE)
    assert program.returncode == 1 and said.count("\n") == 1, (program.returncode, said)
    assert contents("meanwhile/run.csv") == b"somebody else's"
    kept = said.strip().split("is kept in ")[1]
    assert contents(kept).startswith(b"epoch,train_loss"), "a run's figures are not thrown away"
    assert json.loads(contents("meanwhile/run.json"))["run"]["state"] == "paused"


def removes_what_a_killed_process_left():
    os.mkdir("killed")
    write("killed/run.csv.part")
    write("killed/run.csv.partial-0123456789abcdef")
    program = start_training("--csv", "killed/run.csv")
    assert len(os.listdir("killed")) == 3
    other = start_training("--csv", "killed/run.csv")
    assert len(os.listdir("killed")) == 4, "the temporary file of a living process stays"
    for one in (program, other):
        one.kill()
        one.communicate()
    assert len(os.listdir("killed")) == 4
    run("train", *SHORT, "--csv", "killed/run.csv")
    assert sorted(os.listdir("killed")) == ["run.csv", "run.csv.part",
                                            "run.csv.partial-0123456789abcdef"]


def keeps_what_belongs_to_the_target():
    os.mkdir("own")
    for name, mode in (("own/private.csv", 0o600), ("own/shared.csv", 0o664)):
        write(name)
        os.chmod(name, mode)
        run(*export("csv", name, "--force"))
        assert stat.S_IMODE(os.stat(name).st_mode) == mode, name
    if os.geteuid() == 0:
        os.chown("own/private.csv", 65534, 12345)
        run(*export("csv", "own/private.csv", "--force"))
        status = os.stat("own/private.csv")
        assert (status.st_uid, status.st_gid) == (65534, 12345)
    os.link("own/shared.csv", "own/second name.csv")
    os.symlink("shared.csv", "own/latest.csv")
    write("own/shared.csv", b"x" * 100000)
    run(*export("csv", "own/latest.csv", "--force"))
    assert os.readlink("own/latest.csv") == "shared.csv"
    assert os.path.samefile("own/shared.csv", "own/second name.csv")
    for name in os.listdir("own"):
        assert contents("own/" + name) == contents("whole.csv"), name
    assert len(os.listdir("own")) == 4


def writes_onto_a_mounted_file():
    """As a container has them: the file cannot be replaced, and its folder may be read-only."""
    write("inside.csv")
    write("outside.csv")
    unshare = ["unshare", "--mount", "--map-root-user"]
    mount = "mount --bind outside.csv inside.csv"
    if subprocess.run([*unshare, "sh", "-c", mount], capture_output=True).returncode != 0:
        print("nothing may be mounted here")
        return
    script = mount + ' && exec "$@"'
    done = subprocess.run([*unshare, "sh", "-c", script, "sh", PROGRAM, *export("csv", "inside.csv", "--force")],
                          capture_output=True, timeout=PATIENCE)
    assert done.returncode == 0, done
    assert contents("outside.csv") == contents("whole.csv") and contents("inside.csv") == b"precious"


def writes_to_standard_output():
    for form, target in zip((*FORMATS, "csv", "npz"), ("-", "-", "-", "-", "/dev/stdout", "/dev/fd/1")):
        done = run(*export(form, target))
        assert done.stdout == contents("whole." + form) and done.stderr == b"", (form, target)
    arrays = np.load(io.BytesIO(run(*export("npz", "-")).stdout), allow_pickle=False)
    assert arrays["W_E"].shape == (32, 14) and all(arrays[name].size for name in arrays.files)
    assert torch.load(io.BytesIO(run(*export("pt", "-")).stdout))["W_E"].shape == (32, 14)
    write("log", b"before\n")
    shell('"$@" >> log', *export("csv", "/dev/stdout"))
    assert contents("log") == b"before\n" + contents("whole.csv"), "the file goes on where it stood"
    loud = [option for option in SHORT if option != "--quiet"]
    done = run("train", *loud, "--csv", "-")
    assert done.stdout.startswith(b"epoch,train_loss") and done.stdout.count(b"\n") == 4, done
    assert b"finished" in done.stderr and not os.path.exists("-")
    assert json.loads(run("train", *loud, "--json", "-").stdout)["run"]["state"] == "finished"
    done = run("sweep", *SMALL, "--epochs", "20", "--stencils", "0", "--seeds", "1", "--notebook", "sweep.db",
               "--csv", "-")
    assert done.stdout.startswith(b"variant,") and b"2 of 2" in done.stderr, done
    assert b"standard output" in run(*export("notebook", "-"), code=2).stderr
    for one, other in (("-", "/dev/stdout"), ("a.csv", "./a.csv")):
        assert b"same file" in run("train", *LONG, "--csv", one, "--json", other, code=2).stderr
    assert not os.path.exists("a.csv")


def ends_quietly_when_nobody_reads():
    scripts = ('"$@" | head -c 1', '"$@" | true', "trap '' PIPE; \"$@\" | head -c 1; exit ${PIPESTATUS[0]}")
    for script in scripts:
        for form in ("csv", "npz"):  # a part of what a pipe holds, and more than that
            done = shell(script, *export(form, "-"))
            assert done.stderr == b"" and len(done.stdout) <= 1, (script, form, done)
        # All lines fit the pipe, unless the reader is gone before the last of them: then it ends as by the signal.
        assert shell(script, "train", *SHORT, "--csv", "-", codes=(0, 128 + signal.SIGPIPE)).stderr == b"", script


def writes_into_pipes_and_devices():
    for form in ("csv", "npz"):
        os.mkfifo("fifo")
        received = []
        reader = threading.Thread(target=lambda: received.append(contents("fifo")), daemon=True)
        reader.start()
        run(*export(form, "fifo"))
        reader.join(PATIENCE)
        assert received == [contents("whole." + form)], form
        assert stat.S_ISFIFO(os.stat("fifo").st_mode)
        os.unlink("fifo")
    done = shell('"$@" --csv >(cat > a.out) --json >(cat > b.out); wait', "train", *SHORT)
    shell("until [ -s a.out ] && [ -s b.out ]; do read -t 0.05 <> <(:); done")
    assert contents("a.out").startswith(b"epoch,") and b'"config"' in contents("b.out"), done
    run(*export("csv", "/dev/null"))
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    assert "No space" in refused(*export("csv", "/dev/full"), code=1)
    assert "not open" in refused("train", *LONG, "--csv", "/dev/fd/77", code=2)


def never_overwrites_a_notebook():
    run("train", *SMALL, "--epochs", "20", "--quiet", "--notebook", "busy.db")
    program = subprocess.Popen([PROGRAM, "train", *SMALL, "--epochs", "1000000", "--notebook", "busy.db"],
                               stdout=subprocess.PIPE, text=True)
    next(line for line in program.stdout if line.split()[:1] == ["1000"])
    inode = os.stat("busy.db").st_ino
    os.link("notes.db", "alias.csv")
    for target in ("busy.db", "busy.db-wal", "busy.db-shm", "busy.db-journal", "notes.db", "alias.csv"):
        assert "notebook" in refused(*export("csv", target, "--force")), target
        assert "notebook" in refused("train", *LONG, "--json", target, "--force", code=2)
    assert "notebook" in refused("sweep", *SMALL, "--notebook", "s.db", "--csv", "busy.db", "--force")
    for target in ("new.db", "./new.db-wal"):  # it will be one
        arguments = [*SMALL, "--epochs", "1000000", "--notebook", "new.db", "--csv", target, "--force"]
        assert "notebook" in refused("train", *arguments, code=2)
    assert not os.path.exists("new.db")
    program.send_signal(signal.SIGTERM)
    program.communicate(timeout=PATIENCE)
    assert os.stat("busy.db").st_ino == inode
    listed = run("list", "--notebook", "busy.db").stdout
    assert b" finished " in listed and b" paused " in listed, listed
    os.unlink("alias.csv")


def refuses_before_training():
    os.mkdir("folder")
    os.symlink("loop", "loop")
    cases = {"folder": "is a folder", "folder/": "is a folder", "no/run.csv": "there is no folder",
             "notes.db/run.csv": "", "loop": "symbolic links", "x" * 256: "255 at most",
             "/proc/run.csv": "choose a folder"}
    for (target, words), option in zip(cases.items(), ("--csv", "--json", "--progress-csv") * 3):
        assert words in refused("train", *LONG, option, target, "--force", code=2), target
    assert "no folder" in refused("sweep", *SMALL, "--notebook", "s.db", "--csv", "no/run.csv")
    assert not os.path.exists("s.db")
    for size in (240, 255):
        run("train", *SHORT, "--csv", "y" * size)
        assert contents("y" * size).startswith(b"epoch,")


def knows_the_home_folder():
    home = dict(os.environ, HOME=os.path.abspath("home"))
    os.mkdir("home")
    run("train", *SHORT[:-2], "--notebook=~/runs.db", "--csv=~/a.csv", "--json=~/a.json", env=home)
    run("export", "1", "--to", "csv", "--notebook=~/runs.db", "--out=~/b.csv", env=home)
    run("import", "~/runs.db", "--notebook=~/other.db", env=home)
    listed = run("list", env=dict(home, GROKSCOPE_NOTEBOOK="~/other.db")).stdout
    assert b"finished" in listed
    write("home/c.toml", b"[run]\np = 17\n")
    run("train", *SHORT[2:], "--config=~/c.toml", "--json=~/c.json", env=home)
    assert json.loads(contents("home/c.json"))["config"]["p"] == 17
    assert sorted(os.listdir("home")) == ["a.csv", "a.json", "b.csv", "c.json", "c.toml", "other.db", "runs.db"]
    assert not os.path.exists("~")


def reads_configurations_from_pipes():
    text = b"[run]\np = 17\n"
    for source in ("-", "/dev/stdin"):
        done = run("train", *SHORT[2:], "--config", source, "--json", "-", data=text)
        assert json.loads(done.stdout)["config"]["p"] == 17
    shown = run("show", "1", "--notebook", "notes.db").stdout
    toml = shown[shown.index(b"[run]"):]
    done = run("train", "--epochs", "20", "--quiet", "--notebook", "none", "--config", "-", "--json", "-", data=toml)
    assert json.loads(done.stdout)["config"]["d_model"] == 32


def main():
    os.environ.pop("GROKSCOPE_NOTEBOOK", None)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        os.environ["XDG_DATA_HOME"] = os.path.join(folder, "data")
        run("train", *SMALL, "--stencil=-1,0", "--epochs", "300", "--quiet", "--notebook", "notes.db")
        for form in FORMATS:
            run(*export(form, "whole." + form))
        replaces_nothing_unasked()
        keeps_what_appears_meanwhile()
        removes_what_a_killed_process_left()
        keeps_what_belongs_to_the_target()
        writes_onto_a_mounted_file()
        writes_to_standard_output()
        ends_quietly_when_nobody_reads()
        writes_into_pipes_and_devices()
        never_overwrites_a_notebook()
        refuses_before_training()
        knows_the_home_folder()
        reads_configurations_from_pipes()
        left = [name for name in os.listdir(".") if ".partial-" in name]
        assert not left, left
        os.chdir("/")
    print("everything is written where it belongs")


main()
