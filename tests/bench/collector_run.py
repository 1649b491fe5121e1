"""tscollect-mpi under mpirun, from its first sample to its clean stop, for the benchmarks."""

import json
import os
import pathlib
import signal
import subprocess
import time

BUILD = pathlib.Path(os.environ.get("TSCOLLECT_BUILD_DIR", "build/bench")).resolve()
BENCH = BUILD / "tests" / "bench"
COLLECTOR = BUILD / "bin" / "tscollect-mpi"
MPIRUN = os.environ.get("TSCOLLECT_MPIEXEC") or "mpirun"


def environment():
    env = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
    env.setdefault("OMPI_MCA_rmaps_base_oversubscribe", "1")
    env.setdefault("PRTE_MCA_rmaps_default_mapping_policy", ":oversubscribe")
    env.setdefault("OMPI_MCA_hwloc_base_binding_policy", "none")
    return env


class Collector:
    """Use it in a with statement; stop() ends it cleanly and gives the sidecar."""

    def __init__(self, folder, *options, ranks=1, prefix=()):
        self.folder = pathlib.Path(folder)
        ready = self.folder / "ready"
        ready.unlink(missing_ok=True)
        self.log = self.folder / "log"
        self.job = subprocess.Popen(
            [*prefix, MPIRUN, "-n", str(ranks), str(COLLECTOR), "-q", "--force", "-o",
             str(self.folder / "run.h5"), "--journal-dir", str(self.folder), "--ready-file", str(ready),
             *map(str, options)],
            env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=self.log.open("w"))
        deadline = time.monotonic() + 60
        while not ready.exists():
            if time.monotonic() > deadline or self.job.poll() is not None:
                self.end()
                raise SystemExit(f"the collector did not come up: {self.log.read_text()}")
            time.sleep(0.02)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def end(self):
        if self.job.poll() is None:
            self.job.kill()
            self.job.wait()

    def ranks(self):
        """The /proc folders of its ranks."""
        found = []
        for path in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                words = (path / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if words[0] == str(COLLECTOR).encode() and str(self.folder / "run.h5").encode() in words:
                found.append(path)
        return found

    def pause(self):
        for process in self.ranks():
            os.kill(int(process.name), signal.SIGSTOP)

    def go_on(self):
        for process in self.ranks():
            os.kill(int(process.name), signal.SIGCONT)

    def stop(self):
        self.job.send_signal(signal.SIGUSR1)
        self.job.wait(timeout=120)
        return json.loads((self.folder / "run.json").read_text())


def threads(process):
    """Thread id to (nanoseconds on a core, times it went to sleep)."""
    found = {}
    for task in (process / "task").iterdir():
        on_core = int((task / "schedstat").read_text().split()[0])
        switches = next(int(line.split()[1]) for line in (task / "status").read_text().splitlines()
                        if line.startswith("voluntary_ctxt_switches"))
        found[task.name] = (on_core, switches)
    return found


def resident_bytes(process):
    return int((process / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
