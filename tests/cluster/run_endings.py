"""How tscollect-run ends in a Slurm job, whatever strikes it: what is in the folder, what is said, what
stays on the nodes. The jobs run side by side on one cluster, for most of the time they wait.

    endings.py tscollect-run          prints the table
"""

import concurrent.futures
import json
import os
import pathlib
import shutil
import signal
import tempfile
import threading
import time

import cluster
import endings

RUN = endings.BUILD / "bin" / "tscollect-run"
CORES = 24  # of each node, so that all jobs fit at once
STARTS_AT_ONCE = 2  # jobs whose ranks start: more would take longer than tscollect-run waits

SCRIPT = """\
#!/bin/bash
cd {folder}
export TSCOLLECT_JOURNAL_DIR={folder}/journals TSCOLLECT_RUN_READY_TIMEOUT=120
set -m
{run} -i 0.1 --timeout 5 -o run-%j-r%r.h5 -- \\
  bash -c 'echo $$ >command; until [ -e end ]; do sleep 0.05; done; exit "$(cat end)"' 2>log.$SLURM_RESTART_COUNT &
echo $! >runner
wait $!
echo $? >status
until [ -e leave ]; do sleep 0.05; done
"""


class Job:
    """A Slurm job with tscollect-run in a folder of its own."""

    def __init__(self, hosts, name):
        self.hosts, self.name = hosts, name
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tscollect-ending-"))
        (self.folder / "journals").mkdir()
        self.job = None
        self.stays = []  # what was still there when everything should have gone

    def submit(self, script, *options):
        self.job = self.hosts.submit(script, self.folder, *options)

    def begin(self, *options):
        """Submits the job above and returns when its command runs."""
        self.submit(SCRIPT.format(folder=self.folder, run=RUN), "--nodes=3", "--ntasks-per-node=1",
                    "--output=job.log", *options)
        self.await_command()

    def await_true(self, condition, what, limit=120):
        deadline = time.monotonic() + limit
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.name}: {what} did not come within {limit} s: {self.words()}")
            time.sleep(0.1)

    def await_command(self, limit=120):
        self.await_true(lambda: (self.folder / "command").exists()
                        and (self.folder / "command").read_text().strip(), "the command's start", limit)

    def number(self, name):
        return int((self.folder / name).read_text())

    def end_command(self, status=0):
        (self.folder / "end").write_text(str(status))

    def leave(self):
        (self.folder / "leave").touch()

    def await_end(self, limit=120):
        self.await_true(lambda: self.hosts.is_over(self.job), "the job's end", limit)

    def await_nothing_left(self, limit=40):
        """Of this run: processes on the nodes, hidden files, journals."""
        deadline = time.monotonic() + limit
        while (left := self.left_behind()) and time.monotonic() < deadline:
            time.sleep(0.1)
        self.stays = left

    def left_behind(self):
        return self.processes() + self.hidden() + sorted(os.listdir(self.folder / "journals"))

    def processes(self):
        """Those that work in our folder, and are tscollect's or a launcher's."""
        found = []
        for host in self.hosts.nodes:
            for pid in cluster.pids_in(self.hosts.network(host)):
                try:
                    name = pathlib.Path(f"/proc/{pid}/comm").read_text().strip()
                    ours = os.readlink(f"/proc/{pid}/cwd") == str(self.folder)
                except OSError:
                    continue
                if ours and (name.startswith("tscollect") or name == "srun"):
                    found.append(f"{name} on {host}")
        return found

    def hidden(self):
        return sorted(path.name for path in self.folder.iterdir() if path.name.startswith("."))

    def files(self):
        """{name: ({host: samples}, completeness)}."""
        return {path.name: endings.samples_in(path) for path in sorted(self.folder.glob("*.h5"))}

    def sidecars(self):
        return [json.loads(path.read_text()) for path in sorted(self.folder.glob("*.json"))]

    def status(self):
        path = self.folder / "status"
        return path.read_text().strip() if path.exists() else "–"

    def words(self):
        logs = [*sorted(self.folder.glob("log.*")), *sorted(self.folder.glob("*.out"))]
        return "".join(path.read_text(errors="replace") for path in logs)

    def row(self):
        held = "; ".join(f"{name}: {complete}: {endings.counts(samples)}"
                         for name, (samples, complete) in self.files().items()) or "none"
        said = [line for line in self.words().splitlines() if line.startswith("tscollect-run")]
        reasons = sorted({each["stop_reason"] for each in self.sidecars()})
        return [self.name, self.status(), held, ", ".join(reasons), said[-1][:100] if said else "–",
                ", ".join(self.stays) or "nothing"]


# --- what strikes it --------------------------------------------------------------------------------
def strike(job, how):
    time.sleep(1)
    how()
    job.await_nothing_left()


def command_ends(job):
    job.begin()
    time.sleep(1)
    job.end_command(7)
    job.leave()
    job.await_end()
    job.await_nothing_left()


def command_is_killed(job):
    job.begin()
    strike(job, lambda: os.kill(job.number("command"), signal.SIGKILL))
    job.leave()
    job.await_end()


def run_is_killed(job):
    job.begin()
    strike(job, lambda: os.kill(job.number("runner"), signal.SIGKILL))
    job.end_command()
    job.leave()
    job.await_end()


def group_is_killed(job):
    job.begin()
    strike(job, lambda: os.killpg(job.number("runner"), signal.SIGKILL))
    job.leave()
    job.await_end()


def scancel(job):
    job.begin()
    time.sleep(1)
    job.hosts.cancel(job.job)
    job.await_end()
    job.await_nothing_left()


def walltime(job):
    """A limit is a minute at least; the end that follows from it is brought forward."""
    job.begin("--time=1")
    job.hosts.run("login", ["scontrol", "update", f"JobId={job.job}", "EndTime=now+2"])
    job.await_end(180)
    job.await_nothing_left()


def requeue(job):
    job.begin("--requeue")
    (job.folder / "command").unlink()
    time.sleep(1)
    status, words = job.hosts.run("login", ["scontrol", "requeue", job.job])
    if status != 0:
        raise RuntimeError(words)
    job.await_command(180)
    time.sleep(1)
    job.end_command()
    job.leave()
    job.await_end()
    job.await_nothing_left()


def run_script(job, options, *submit, before="", command="sleep 2"):
    job.submit(f"#!/bin/sh\nexport TSCOLLECT_RUN_READY_TIMEOUT=120\n{before}\n"
               f"exec {RUN} --journal-dir {job.folder}/journals -i 0.1 {options} -- {command}\n", *submit)
    job.await_end(180)
    job.await_nothing_left()


def six_array_tasks(job):
    run_script(job, "", "--array=1-6", "--nodes=1")


def six_of_one_name(job):
    run_script(job, "-o same-%A.h5", "--array=1-6", "--nodes=1")


def heterogeneous(job):
    run_script(job, "-o het.h5", "--nodes=1", ":", "--nodes=2")


def no_environment(job):
    run_script(job, "-o run.h5", "--export=NONE", "--nodes=2", "--ntasks-per-node=1",
               before="export TSCOLLECT_LABEL=from=here", command="sleep 1")


def crash_at_start(job):
    """Of the second rank, before it is out of MPI_Init; at the second start it does not."""
    run_script(job, "-o run.h5", "--nodes=3", "--ntasks-per-node=1",
               before=f"export LD_PRELOAD={endings.BUILD}/tests/libmpi_trouble_preload.so CRASH_ONCE={job.folder}/crashed")


ALL = {
    "crash at the start": crash_at_start,
    "command ends with 7": command_ends,
    "command killed": command_is_killed,
    "kill -9 tscollect-run": run_is_killed,
    "kill -9 its process group": group_is_killed,
    "scancel": scancel,
    "walltime": walltime,
    "requeue": requeue,
    "six array tasks at once": six_array_tasks,
    "six of one name": six_of_one_name,
    "heterogeneous job": heterogeneous,
    "--export=NONE": no_environment,
}


def run_all(hosts, names=tuple(ALL)):
    """{name: the Job, at its end, or the exception that it ended with}. Those that take longest begin
    first; few start at once."""
    gate = threading.Semaphore(STARTS_AT_ONCE)

    def run_one(name):
        job = Job(hosts, name)
        begin = job.await_command

        def begin_and_let_in(*words):
            begin(*words)
            opened.set()

        opened = threading.Event()
        job.await_command = begin_and_let_in
        gate.acquire()
        release = threading.Thread(target=lambda: (opened.wait(60), gate.release()))
        release.start()
        try:
            ALL[name](job)
            return job
        except (TimeoutError, RuntimeError) as error:
            job.error = error
            return job
        finally:
            opened.set()
            release.join()
            hosts.cancel(job.job)

    order = sorted(names, key=lambda name: name not in ("walltime", "requeue"))
    with concurrent.futures.ThreadPoolExecutor(len(order)) as pool:
        return dict(zip(order, pool.map(run_one, order)))


def print_table(hosts, names=tuple(ALL)):
    print("| ending | status | file | stop reason | last line | stays |\n" + "|---" * 6 + "|")
    done = run_all(hosts, names)
    for name in names:
        print("| " + " | ".join(done[name].row()) + " |", flush=True)
        if hasattr(done[name], "error"):
            print(done[name].error)
        shutil.rmtree(done[name].folder, ignore_errors=True)
    return any(hasattr(job, "error") or job.stays for job in done.values())
