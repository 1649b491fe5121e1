"""A real Slurm on the hosts of cluster.py: munged, slurmctld and one slurmd per node. The
controller and the user are on a host of their own, `login`, as on a real machine.

    with slurm.Slurm(hosts=3) as slurm:
        job = slurm.submit("#!/bin/bash\n…", folder, "--nodes=3", …)
        state = slurm.wait(job)                    # its exit status, words and seconds
"""

import os
import pathlib
import re
import time

import cluster

TOOLS = ["munged", "slurmctld", "slurmd", "sbatch", "srun"]

# Nothing of the machine is asked or touched: no cgroups, no accounting, no resource limits. TmpFS
# per node, because mpi/pmix keeps its sockets there and the hosts share /tmp.
CONFIGURATION = """\
ClusterName=tscollect
SlurmctldHost=login({login})
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
# A requeued job waits until its credentials have expired.
AuthInfo=socket={folder}/munge.socket,cred_expire=20
CryptoType=crypto/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool-%n
TmpFS={folder}/tmp-%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd-%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
MpiDefault=none
ReturnToService=2
PropagateResourceLimits=NONE
KillWait={kill_wait}
MinJobAge=300
OverTimeLimit=0
{nodes}
PartitionName=all Nodes=ALL Default=YES State=UP MaxTime=INFINITE
"""


# All others may turn into one of these: SIGNALING stands there while a job gets a signal.
FINISHED = {"BOOT_FAIL", "CANCELLED", "COMPLETED", "DEADLINE", "FAILED", "NODE_FAIL", "OUT_OF_MEMORY",
            "PREEMPTED", "TIMEOUT"}


class Ended:
    """How a job ended: the batch script's exit status (128 + n after signal n), Slurm's state for
    it, what the job said, and the seconds from the moment somebody began to wait."""

    def __init__(self, status, state, words, seconds):
        self.status, self.state, self.words, self.seconds = status, state, words, seconds


class Slurm(cluster.Cluster):
    def __init__(self, hosts=3, cores=4, kill_wait=30, settings=""):
        """`settings`: further lines of slurm.conf."""
        super().__init__(hosts, others=["login"])
        self.cores, self.kill_wait, self.settings = cores, kill_wait, settings
        self.daemons = []

    def up(self):
        super().up()
        (self.folder / "munge.key").write_bytes(os.urandom(128))
        (self.folder / "munge.key").chmod(0o600)
        for name in ["state", *(f"{kind}-{node}" for node in self.nodes for kind in ("spool", "tmp"))]:
            (self.folder / name).mkdir(mode=0o755)
        nodes = "\n".join(f"NodeName={node} NodeHostname={node} NodeAddr={self.address(node)}"
                          f" CPUs={self.cores} RealMemory=1000 State=UNKNOWN" for node in self.nodes)
        (self.folder / "slurm.conf").write_text(CONFIGURATION.format(
            login=self.address("login"), folder=self.folder, kill_wait=self.kill_wait, nodes=nodes) + self.settings)
        if self.version() >= (23, 11):
            # Else slurmd wants cgroups, which a container or chroot may lack. Older ones know no such line.
            (self.folder / "cgroup.conf").write_text("CgroupPlugin=disabled\n")
        self.daemon("login", "munged", "--foreground", "--force", f"--key-file={self.folder}/munge.key",
                    f"--socket={self.folder}/munge.socket", f"--pid-file={self.folder}/munged.pid",
                    f"--log-file={self.folder}/munged.log", f"--seed-file={self.folder}/munged.seed")
        self.await_true(lambda: (self.folder / "munge.socket").exists(), "munged")
        self.daemon("login", "slurmctld", "-D", "-i")
        for node in self.nodes:
            self.daemon(node, "slurmd", "-D", "-N", node)
        self.await_true(lambda: self.idle_nodes() == len(self.nodes), "the nodes are not idle")
        return self

    def version(self):
        """(22, 5), of "slurm-wlm 22.05.8"."""
        _, words = self.run("login", ["sinfo", "--version"])
        return tuple(int(number) for number in re.search(r"(\d+)\.(\d+)", words).groups())

    def daemon(self, host, *command):
        with open(self.folder / f"{command[0]}-{host}.out", "ab") as words:
            self.daemons.append(self.start(host, command, stdout=words, stderr=words, start_new_session=True,
                                           cwd=self.folder))

    def down(self):
        super().down()
        for daemon in self.daemons:
            daemon.wait()

    def environment(self, **extra):
        return super().environment(**{"SLURM_CONF": str(self.folder / "slurm.conf"), **extra})

    def idle_nodes(self):
        status, words = self.run("login", ["sinfo", "-h", "-N", "-o", "%t"])
        return words.split().count("idle") if status == 0 else 0

    def await_true(self, condition, what, seconds=30):
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                logs = "".join(f"\n== {log.name}\n{log.read_text(errors='replace')[-2000:]}"
                               for log in [*self.folder.glob("*.log"), *self.folder.glob("*.out")])
                raise RuntimeError(f"{what}{logs}")
            time.sleep(0.1)

    # --- jobs -------------------------------------------------------------------------------------
    def submit(self, script, folder, *options, env=()):
        """A batch job of that text, or of that file if `script` is a path; its id."""
        if not isinstance(script, pathlib.Path):
            path = pathlib.Path(folder) / "job.sbatch"
            path.write_text(script)
            script = path
        status, words = self.run("login", ["sbatch", "--parsable", *options, script], env, cwd=folder)
        if status != 0:
            raise RuntimeError(f"sbatch: {words}")
        return words.split()[-1]

    def show(self, job):
        """What Slurm knows of the job; of an array job, one for each of its tasks."""
        status, words = self.run("login", ["scontrol", "-o", "show", "job", job])
        lines = [line for line in words.splitlines() if line.startswith("JobId=")]
        return [dict(re.findall(r"(\w+)=(\S*)", line)) for line in lines] if status == 0 else []

    def is_over(self, job):
        """Not if Slurm gives no answer, as a busy one does now and then."""
        found = self.show(job)
        return bool(found) and all(each["JobState"] in FINISHED for each in found)

    def cancel(self, job, *options):
        self.run("login", ["scancel", *options, job])

    def wait(self, job, timeout=120):
        """Of an array job, the worst status and everybody's words."""
        began = time.monotonic()
        while not self.is_over(job):
            if time.monotonic() - began > timeout:
                raise RuntimeError(f"job {job} is not over after {timeout} s: {self.show(job)}")
            time.sleep(0.1)
        seconds, words, worst = time.monotonic() - began, "", (0, "COMPLETED")
        for each in self.show(job):
            status, number = (int(part) for part in each["ExitCode"].split(":"))
            worst = max(worst, (128 + number if number else status, each["JobState"]))
            output = pathlib.Path(each["StdOut"])
            words += output.read_text(errors="replace") if output.exists() else ""
        return Ended(*worst, words, seconds)
