#!/usr/bin/python3
"""How a collector beside a benchmark ends, under every launcher, on three hosts: a table.

    endings.py                        every cell (a quarter of an hour)
    endings.py mpirun                 one launcher's
    endings.py srun SIGTERM …         some cells
    endings.py tscollect-run          how tscollect-run ends: run_endings.py, a minute

In each cell a job script starts the collector in the background, waits until it samples, runs a
benchmark, stops the collector with SIGUSR1 to its launcher, and takes its status. Into this breaks
what the cell is named after. A cell fails if anything hangs, and if it lies: see `untruths`.
"""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import cluster
import h5py
import slurm

BUILD = pathlib.Path(os.environ.get("TSCOLLECT_BUILD_DIR", "build/release")).resolve()
COLLECTOR = BUILD / "bin" / "tscollect-mpi"
PROGRAM = BUILD / "bin" / "tscollect"
HOSTS = ["node01", "node02", "node03"]
INTERVAL = 0.1
LIMIT = 120  # seconds after which a cell counts as hanging
SURVIVES = 6  # seconds that a launcher that was struck is given to end by itself

SCRIPT = """\
#!/bin/bash
cd {folder}
export TSCOLLECT_JOURNAL_DIR={folder}/journals
{launch} {collector} --interval {interval} --timeout 5 --output run.h5 --ready-file ready >log 2>&1 &
collector=$!
echo $collector >launcher
trap 'kill -USR1 $collector' USR1
until [ -e ready ] || ! kill -0 $collector 2>/dev/null; do sleep 0.05; done
bash -c 'until [ -e end ]; do sleep 0.05; done; exit "$(cat end)"' &
benchmark=$!
echo $benchmark >benchmark
while :; do wait $benchmark; status=$?; kill -0 $benchmark 2>/dev/null || break; done
echo $status >benchmark-status
kill -USR1 $collector 2>/dev/null
while :; do wait $collector; ended=$?; kill -0 $collector 2>/dev/null || break; done
echo $ended >collector-status
exit $status
"""

LAUNCH = {
    "mpirun": "mpirun -np 3 --host node01,node02,node03 -x TSCOLLECT_JOURNAL_DIR --bind-to none",
    "mpirun --enable-recovery":
        "mpirun -np 3 --host node01,node02,node03 -x TSCOLLECT_JOURNAL_DIR --bind-to none"
        " --enable-recovery",
    "sbatch mpirun": "mpirun --map-by ppr:1:node -x TSCOLLECT_JOURNAL_DIR --bind-to none",
    "sbatch srun": "env SLURM_PMIX_FENCE=tree srun --overlap --mpi=pmix --ntasks-per-node=1"
                   " --kill-on-bad-exit=0 --no-kill --disable-status",
}

ENDINGS = ["normal end", "SIGUSR1", "SIGINT", "SIGTERM", "scancel", "walltime", "--signal",
           "kill -9 a rank", "kill -9 rank 0", "SIGSTOP a rank", "kill -9 the daemon",
           "kill -9 the launcher", "benchmark fails", "benchmark killed"]
NEEDS_SLURM = {"scancel", "walltime", "--signal"}


class Cell:
    """One run under one launcher with one ending."""

    def __init__(self, hosts, launcher, ending):
        self.hosts, self.launcher, self.ending = hosts, launcher, ending
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tscollect-ending-"))
        (self.folder / "journals").mkdir()
        self.job = self.process = None
        self.seconds = 0.0
        self.hangs = ""
        self.saved = None  # samples by host in the journals that stayed

    # --- the run ----------------------------------------------------------------------------------
    def run(self):
        script = SCRIPT.format(folder=self.folder, launch=LAUNCH[self.launcher], collector=COLLECTOR,
                               interval=INTERVAL)
        if self.launcher.startswith("mpirun"):
            (self.folder / "job.sh").write_text(script)
            self.process = self.hosts.start("node01", ["bash", self.folder / "job.sh"])
        else:
            options = ["--nodes=3", "--ntasks-per-node=1", "--output=job.log"]
            if self.ending in ("walltime", "--signal"):
                options += ["--time=1"]
            if self.ending == "--signal":
                options += ["--signal=B:USR1@30"]
            self.job = self.hosts.submit(script, self.folder, *options)
        try:
            self.await_true(lambda: (self.folder / "benchmark").exists(), "the benchmark's start")
            time.sleep(1)
            self.strike()
            struck = time.monotonic()
            if self.ending not in ("scancel", "walltime", "--signal", "benchmark killed"):
                self.end_benchmark()
            self.await_true(self.is_over, "the end", LIMIT)
            self.seconds = time.monotonic() - (self.let_go or struck)
            self.await_true(lambda: not self.collectors(), "the end of all ranks", 30)
        except TimeoutError as late:
            self.hangs = str(late)
        finally:
            self.clear()
        return self

    def await_true(self, condition, what, limit=60):
        deadline = time.monotonic() + limit
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError(f"{what} did not come within {limit} s")
            time.sleep(0.05)

    let_go = None

    def end_benchmark(self):
        """A launcher that was struck gets the time to end by itself; then the benchmark ends."""
        survives = self.ending.startswith(("kill", "SIGSTOP", "SIGINT", "SIGTERM", "SIGUSR1"))
        launcher = self.number("launcher")
        deadline = time.monotonic() + (SURVIVES if survives else 0)
        while time.monotonic() < deadline and (os.path.exists(f"/proc/{launcher}") or self.collectors()):
            time.sleep(0.05)
        if survives and time.monotonic() >= deadline:
            self.let_go = time.monotonic()
        status = "3" if self.ending == "benchmark fails" else "0"
        (self.folder / "end.new").write_text(status)
        (self.folder / "end.new").rename(self.folder / "end")

    def number(self, name):
        return int((self.folder / name).read_text())

    def strike(self):
        launcher = self.number("launcher")
        if self.ending in ("SIGUSR1", "SIGINT", "SIGTERM"):
            os.kill(launcher, getattr(signal, self.ending))
        elif self.ending == "scancel":
            self.hosts.cancel(self.job)
        elif self.ending == "kill -9 a rank":
            os.kill(self.ranks("node02")[0], signal.SIGKILL)
        elif self.ending == "kill -9 rank 0":
            os.kill(self.ranks("node01")[0], signal.SIGKILL)
        elif self.ending == "SIGSTOP a rank":
            os.kill(self.ranks("node02")[0], signal.SIGSTOP)
        elif self.ending == "kill -9 the daemon":
            os.kill(parent(self.ranks("node02")[0]), signal.SIGKILL)
        elif self.ending == "kill -9 the launcher":
            os.kill(launcher, signal.SIGKILL)
        elif self.ending == "benchmark killed":
            os.kill(self.number("benchmark"), signal.SIGKILL)

    def ranks(self, host):
        return [pid for pid in cluster.pids_in(self.hosts.network(host)) if is_collector(pid, self.folder)]

    def collectors(self):
        return [pid for host in HOSTS for pid in self.ranks(host)]

    def is_over(self):
        if self.process is not None:
            return self.process.poll() is not None
        return self.hosts.is_over(self.job)

    def clear(self):
        if self.job is not None:
            self.hosts.cancel(self.job)
        for pid in self.collectors():
            os.kill(pid, signal.SIGKILL)
        if self.process is not None:
            if self.process.poll() is None:
                self.process.kill()
            self.process.wait()

    # --- what it left -----------------------------------------------------------------------------
    def words(self):
        log = self.folder / "log"
        return log.read_text(errors="replace") if log.exists() else ""

    def status(self, name="collector-status"):
        path = self.folder / name
        return path.read_text().strip() if path.exists() else "–"

    def last_line(self):
        lines = [line for line in self.words().splitlines() if line.strip(" -")]
        return lines[-1] if lines else ""

    def journals(self):
        return sorted((self.folder / "journals").iterdir())

    def recovered(self):
        """Samples by host in what `tscollect recover` makes of the journals that stayed."""
        if self.saved is not None or not self.journals():
            return self.saved or {}
        self.saved = self.recover()
        return self.saved

    def recover(self):
        target = self.folder / "recovered.h5"
        done = subprocess.run([PROGRAM, "recover", "-o", target, self.folder / "journals"],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode not in (0, 4):
            return {f"recover says {done.returncode}: {done.stdout}": 0}
        return samples_in(target)[0]

    def untruths(self):
        """Where what the user is told, the file and the status contradict each other. With
        --enable-recovery mpirun's status is 0 whatever its ranks', and only their words count."""
        found = [self.hangs] if self.hangs else []
        status = self.status()
        if "recovery" in self.launcher and status == "0":
            status = {"complete,": "0", "incomplete,": "4"}.get(
                (re.findall(r"wrote \S+ \((\w+,)", self.words()) or [""])[-1], "3")
        held, completeness = samples_in(self.folder / "run.h5")
        saved = self.recovered()
        if status == "0" and (sorted(held) != HOSTS or completeness != "complete"):
            found.append(f"status 0, but the file is {completeness} and holds {sorted(held)}")
        if status == "4" and not held:
            found.append("status 4, but no file")
        if held and sorted(held) != HOSTS and completeness == "complete":
            found.append(f"the file says complete and holds {sorted(held)}")
        if held and "no file is written" in self.words():
            found.append("somebody says that no file is written, and there is one")
        if sorted(held) == HOSTS and "does not hold" in self.words():
            found.append("somebody says that a host is missing, and it is not")
        for host in HOSTS:
            if held.get(host, 0) == 0 and saved.get(host, 0) == 0:
                found.append(f"the samples of {host} are nowhere")
        if sorted(held) != HOSTS and "tscollect recover" not in self.words():
            found.append("hosts are missing, and nobody told the user how to recover")
        return found

    def row(self):
        held, completeness = samples_in(self.folder / "run.h5")
        file = f"{completeness}: {counts(held)}" if held else "none"
        saved = counts(self.recovered())
        return [self.ending, self.status(), self.status("benchmark-status"), f"{self.seconds:.1f}", file,
                saved or "–", self.last_line()[:110], "; ".join(self.untruths()) or "ok"]


def parent(pid):
    return int(pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])


def is_collector(pid, folder):
    try:
        return (pathlib.Path(f"/proc/{pid}/comm").read_text().strip() == COLLECTOR.name
                and os.readlink(f"/proc/{pid}/cwd") == str(folder))
    except OSError:
        return False


def samples_in(path):
    """({host: samples}, completeness) of a run file; ({}, "") if there is none."""
    if not path.exists():
        return {}, ""
    with h5py.File(path) as file:
        completeness = file.attrs["completeness"]
        if isinstance(completeness, bytes):
            completeness = completeness.decode()
        return {name: host["time"].shape[0] for name, host in file["hosts"].items()}, completeness


def counts(samples):
    return " ".join(f"{host}={count}" for host, count in sorted(samples.items()))


def run_cells(launchers, endings):
    """The cells one after another, on one cluster."""
    with slurm.Slurm(hosts=3, kill_wait=10) as hosts:
        for launcher in launchers:
            for ending in endings:
                if launcher.startswith("mpirun") and ending in NEEDS_SLURM:
                    continue
                cell = Cell(hosts, launcher, ending).run()
                try:
                    yield cell
                finally:
                    shutil.rmtree(cell.folder, ignore_errors=True)


def main(words):
    if words == ["tscollect-run"]:
        import run_endings
        with slurm.Slurm(hosts=3, cores=run_endings.CORES, kill_wait=10) as hosts:
            return 1 if run_endings.print_table(hosts) else 0
    launchers = [word for word in words if word in LAUNCH] or list(LAUNCH)
    endings = [word for word in words if word in ENDINGS] or ENDINGS
    print("| launcher | ending | collector | benchmark | s | file | in journals | last line | |\n" + "|---" * 9 + "|")
    bad = 0
    for cell in run_cells(launchers, endings):
        print("| " + " | ".join([cell.launcher, *cell.row()]) + " |", flush=True)
        bad += bool(cell.untruths())
        if cell.untruths() or os.environ.get("SHOW_WORDS"):
            print(cell.words(), flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    cluster.skip_unless_possible(slurm.TOOLS)
    sys.exit(main(sys.argv[1:]))
