"""A sweep through docs/sweep.sbatch on a Slurm cluster of one node, made for the occasion.

usage: slurm_test.py PROGRAM SCRIPT

Munge, controller and node run as this user, in a folder of their own, on ports of their own. The merged
table must be that of the same sweep in one process. Needs the packages slurm-wlm and munge, and root: a
node starts jobs as the users who submitted them.
"""

import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

SWEEP = ["--stencils", "0;-1,0,1", "--seeds", "2", "--p", "23", "--frac", "0.8", "--epochs", "1000",
         "--progress-every", "0"]
CONTROLS = ["--controls", "frozen-probe"]
PARTS = 3
RUNS = 2 * 4  # two seeds of the baseline, two stencils, one control
LIMIT = 240  # seconds for the whole job array
ENDLESS = ["--stencils", "0", "--seeds", "1", "--frac", "0.1", "--epochs", "1000000", "--progress-every", "0"]


def tool(name):
    found = shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin:/sbin")
    if not found:
        sys.exit(f"{name} is missing: install the packages slurm-wlm and munge (./test --slurm does)")
    return found


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


class Cluster:
    """One node, one partition, three daemons."""

    def __init__(self, folder):
        self.folder = folder
        self.daemons = []
        for name in ("state", "spool", "run"):
            (folder / name).mkdir()
        host = socket.gethostname().split(".")[0]
        controller, node = free_ports(2)
        key = folder / "munge.key"
        key.write_bytes(os.urandom(1024))
        key.chmod(0o400)
        self.socket = folder / "munge.socket"
        cpus = os.cpu_count()
        (folder / "slurm.conf").write_text(f"""\
ClusterName=grokscope
SlurmctldHost={host}(127.0.0.1)
SlurmUser={user_name()}
SlurmdUser={user_name()}
SlurmctldPort={controller}
SlurmdPort={node}
AuthType=auth/munge
AuthInfo=socket={self.socket}
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/run/slurmctld.pid
SlurmdPidFile={folder}/run/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SwitchType=switch/none
ReturnToService=2
SchedulerType=sched/builtin
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
MailProg=/bin/true
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} State=UNKNOWN
PartitionName=all Nodes={host} Default=YES MaxTime=INFINITE State=UP
""")
        # Without a cgroup.conf the node's daemon would look for the machine's own.
        (folder / "cgroup.conf").write_text("CgroupPlugin=cgroup/v1\n")
        self.environment = dict(os.environ, SLURM_CONF=str(folder / "slurm.conf"))

    def __enter__(self):
        try:
            self.start_all()
        except Exception as error:
            self.__exit__(type(error), error, None)
            raise
        return self

    def start_all(self):
        self.start([tool("munged"), "--foreground", "--force", f"--socket={self.socket}",
                    f"--key-file={self.folder}/munge.key", f"--log-file={self.folder}/munge.log",
                    f"--pid-file={self.folder}/run/munged.pid",
                    f"--seed-file={self.folder}/munge.seed"], "munged.out")
        self.wait(lambda: self.socket.exists(), "munge's socket", 20)
        self.start([tool("slurmctld"), "-D", "-i"], "slurmctld.out")
        self.start([tool("slurmd"), "-D"], "slurmd.out")
        self.wait(lambda: "idle" in self.output("sinfo", "-h", "-o", "%T"), "an idle node", 60)

    def __exit__(self, kind, value, trace):
        for daemon in reversed(self.daemons):
            daemon.send_signal(signal.SIGTERM)
        for daemon in self.daemons:
            try:
                daemon.wait(15)
            except subprocess.TimeoutExpired:
                daemon.kill()
        if kind:
            for log in sorted(self.folder.glob("*.log")) + sorted(self.folder.glob("*.out")):
                print(f"--- {log.name}\n{log.read_text(errors='replace')[-3000:]}")

    def start(self, command, log):
        with open(self.folder / log, "wb") as stream:
            self.daemons.append(subprocess.Popen(command, stdout=stream, stderr=stream,
                                                 env=self.environment))

    def output(self, name, *arguments):
        result = subprocess.run([tool(name), *arguments], env=self.environment, text=True,
                                capture_output=True, timeout=60)
        return result.stdout if result.returncode == 0 else ""

    def wait(self, condition, what, seconds):
        end = time.monotonic() + seconds
        while not condition():
            for daemon in self.daemons:
                if daemon.poll() is not None:
                    raise RuntimeError(f"{daemon.args[0]} has ended while waiting for {what}")
            if time.monotonic() > end:
                raise RuntimeError(f"no {what} within {seconds} s")
            time.sleep(0.2)


def user_name():
    import pwd
    return pwd.getpwuid(os.getuid()).pw_name


def table(text):
    """The lines of a sweep's table without the columns of seconds, which nobody can repeat."""
    lines = text.splitlines()
    at = lines[0].split(",").index("seconds")
    rows = [line.rsplit(",", lines[0].count(",")) for line in lines]  # a variant's name has commas
    return [row[:at] + row[at + 1:] for row in rows]


def stop_at_the_time_limit(cluster, folder, script):
    """The script's own --signal: the program hears of the limit ahead of it, and leaves a state to go on from."""
    cluster.environment.update(GROKSCOPE_PARTS=str(folder / "endless"))
    submitted = subprocess.run(
        [tool("sbatch"), "--parsable", "--array=0-0", "--cpus-per-task=1", "--mem-per-cpu=0", "--time=00:01:00",
         f"--output={folder}/endless.txt", script, *ENDLESS],
        env=cluster.environment, cwd=folder, text=True, check=True, capture_output=True)
    job = submitted.stdout.strip().split(";")[0]
    cluster.wait(lambda: not cluster.output("squeue", "-h", "-j", job).strip(), "end of the endless job", LIMIT)
    log = (folder / "endless.txt").read_text()
    state = cluster.output("scontrol", "show", "job", job)
    assert "the same command goes on from here" in log, (log, state)
    assert "TIMEOUT" not in state, state
    listed = subprocess.run([cluster.environment["GROKSCOPE"], "list", "--notebook", str(folder / "endless/part-0.db")],
                            text=True, check=True, capture_output=True, timeout=LIMIT).stdout
    assert " paused " in listed, listed


def main():
    program, script = sys.argv[1:]
    if os.getuid() != 0:
        sys.exit("this test needs root: a Slurm node starts jobs as the users who submitted them")
    # A short path: the name of munge's socket has a limit of some 100 characters.
    folder = pathlib.Path(tempfile.mkdtemp(prefix="gs-slurm-", dir="/tmp"))
    folder.chmod(0o755)
    environment = dict(os.environ, OPENBLAS_NUM_THREADS="1")
    environment.pop("GROKSCOPE_NOTEBOOK", None)

    def run(*arguments):
        return subprocess.run([program, *arguments], env=environment, cwd=folder, text=True,
                              check=True, capture_output=True, timeout=LIMIT).stdout

    try:
        with Cluster(folder) as cluster:
            version = cluster.output("sinfo", "--version").strip()
            cluster.environment.update(GROKSCOPE=program, GROKSCOPE_PARTS=str(folder / "parts"))
            submitted = subprocess.run(
                [tool("sbatch"), "--parsable", f"--array=0-{PARTS - 1}", "--cpus-per-task=1",
                 "--mem-per-cpu=0", "--time=00:10:00", f"--output={folder}/task-%a.txt", script, *SWEEP, *CONTROLS],
                env=cluster.environment, cwd=folder, text=True, check=True, capture_output=True)
            job = submitted.stdout.strip().split(";")[0]
            cluster.wait(lambda: not cluster.output("squeue", "-h", "-j", job).strip(),
                         "end of the job array", LIMIT)
            parts = sorted((folder / "parts").glob("part-*.db"))
            logs = {path.name: path.read_text() for path in folder.glob("task-*.txt")}
            assert len(parts) == PARTS, (parts, logs)
            stop_at_the_time_limit(cluster, folder, script)
        for part in parts:
            run("import", str(part), "--notebook", "all.db")
        merged = run("sweep", *SWEEP, *CONTROLS, "--notebook", "all.db", "--csv", "merged.csv")
        assert not re.search(r"^\d+ of \d+: .* (trains|goes on)", merged, re.M), merged
        run("sweep", *SWEEP, *CONTROLS, "--notebook", "alone.db", "--csv", "alone.csv")
        one = table((folder / "merged.csv").read_text())
        other = table((folder / "alone.csv").read_text())
        assert len(one) == RUNS + 1, one
        assert one == other, (one, other)
        grokked = one[0].index("grokked")
        assert any(row[grokked] == "1" for row in one[1:]), f"no run grokked, too easy: {one}"
        print(f"{version}: {RUNS} runs in {PARTS} tasks, merged; the table is that of one process")
        print(merged)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
