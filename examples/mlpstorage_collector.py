#!/usr/bin/env python3
"""MLPerf Storage with tscollect in place of its own time series collectors.

    python3 mlpstorage_collector.py training run --hosts node01:4,node02:4 …

runs `mlpstorage training run …` as it is, but samples its hosts with tscollect: all of them at the
same times, without an ssh for each host and sample. Its results folder gets the same file
(…_timeseries.json) as before. With TSCOLLECT_OUTPUT=run.h5 the HDF5 file with everything that was
sampled is kept, too; other settings of tscollect (TSCOLLECT_SOURCES, TSCOLLECT_RUN_MPIRUN, …) count as
they always do.

The two classes have the interface of those in mlpstorage_py/cluster_collector.py and can be used
by themselves. They need tscollect-run and tscollect in PATH, and a mpirun that reaches the hosts.
"""

import importlib
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

READY_SECONDS = 30  # every host must sample by then
STOP_SECONDS = 120  # the file must be written by then


def unique_hosts(hosts):
    """Without ":slots", each once, as the benchmark reads its --hosts."""
    names = [host.split(":")[0].strip() for host in hosts]
    return list(dict.fromkeys(name for name in names if name))


def is_this_host(name):
    own = {"localhost", "127.0.0.1", socket.gethostname().lower(), socket.getfqdn().lower()}
    return name.lower() in own


class Collection:
    """Samples `hosts` by one tscollect-run, from start() to finish()."""

    def __init__(self, hosts, interval_seconds, max_samples, logger):
        self.hosts = unique_hosts(hosts)
        self.interval_seconds = interval_seconds
        self.max_samples = max_samples
        self.logger = logger
        self.start_time = None
        self.end_time = None
        self.samples_by_host = {host: [] for host in self.hosts}
        self._process = None
        self._folder = None
        self._stopped = False

    @property
    def is_running(self):
        return self._process is not None and not self._stopped

    def start(self):
        """Returns when every host samples. Raises RuntimeError if that does not come about."""
        name = type(self).__name__
        if self._stopped:
            raise RuntimeError(f"{name} already stopped; create a new instance")
        if self._process is not None:
            raise RuntimeError(f"{name} already started")
        # The first host writes here: this one, if it is among them.
        self._folder = pathlib.Path(tempfile.mkdtemp(prefix=".tscollect-mlpstorage-", dir=os.getcwd()))
        hostfile = self._folder / "hosts"
        ordered = sorted(self.hosts, key=lambda host: not is_this_host(host))
        hostfile.write_text("".join(f"{host}\n" for host in ordered))
        command = ["tscollect-run", "--interval", str(self.interval_seconds),
                   "--max-samples", str(self.max_samples), "--hostfile", str(hostfile),
                   "--status-file", str(self._folder / "status.json"), "--require", "--no-command",
                   "--ready-timeout", str(READY_SECONDS), "--stop-timeout", str(STOP_SECONDS)]
        if not os.environ.get("TSCOLLECT_OUTPUT"):
            command += ["--output", str(self._folder / "run.h5")]
            if not os.environ.get("TSCOLLECT_SOURCES"):
                command += ["--sources", "reference"]
        # It collects as long as its command runs: until we close the pipe, or end in whatever way.
        with open(self._folder / "words", "wb") as words:
            self._process = subprocess.Popen([*command, "--", "cat"], stdin=subprocess.PIPE,
                                             stdout=subprocess.DEVNULL, stderr=words)
        deadline = time.monotonic() + READY_SECONDS + 5
        while not self._status().get("ready"):
            if self._process.poll() is not None or time.monotonic() > deadline:
                self._stopped = True
                self._end("did not start")
            time.sleep(0.02)
        self.start_time = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        self._say(f"{name} started ({len(self.hosts)} hosts, interval={self.interval_seconds}s)")

    def finish(self):
        """Fills samples_by_host. Raises RuntimeError if there is no file, with the way out."""
        if self._process is None:
            raise RuntimeError(f"{type(self).__name__} not started")
        if self._stopped:
            return
        self._stopped = True
        self._process.stdin.close()
        try:
            self._process.wait(STOP_SECONDS + 5)
        except subprocess.TimeoutExpired:
            self._end("did not stop")
        written = self._status().get("written")
        if not written:
            self._end("wrote no file")
        done = subprocess.run(["tscollect", "export", "-f", "mlpstorage", "--hosts", ",".join(self.hosts),
                               written[0]], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"the file {written[0]} could not be exported: {done.stderr.strip()}")
        data = json.loads(done.stdout)
        self.samples_by_host = data["samples_by_host"]
        self.start_time, self.end_time = data["start_time"], data["end_time"]
        if self._words():
            self._say(self._words())
        shutil.rmtree(self._folder)
        self._say(f"{type(self).__name__} stopped ({data['num_samples']} samples collected)")

    def _status(self):
        try:
            return json.loads((self._folder / "status.json").read_text())
        except (OSError, ValueError):
            return {}

    def _words(self):
        return (self._folder / "words").read_text(errors="replace").strip()

    def _end(self, what):
        """Leaves the folder only where the file may still be written into it, or recovered."""
        recovery = self._status().get("recovery")
        if self._process.poll() is None:
            self._process.terminate()
        elif not recovery:
            words = self._words()
            shutil.rmtree(self._folder)
            raise RuntimeError(f"tscollect {what}: {words}")
        raise RuntimeError(f"tscollect {what}: {self._words()}" +
                           (f"; recover it by: {recovery}" if recovery else ""))

    def _say(self, text):
        if self.logger:
            self.logger.debug(text)


class MultiHostTimeSeriesCollector(Collection):
    """ssh_username, ssh_timeout and max_workers are accepted and not needed: mpirun starts one process
    on each host, once."""

    def __init__(self, hosts, interval_seconds=10.0, max_samples=3600, ssh_username=None,
                 ssh_timeout=30, max_workers=10, logger=None):
        super().__init__(hosts, interval_seconds, max_samples, logger)

    def stop(self):
        """{host: [sample, …]}"""
        self.finish()
        return self.samples_by_host

    def get_hosts_with_data(self):
        return [host for host, samples in self.samples_by_host.items() if samples]


class TimeSeriesCollector(Collection):
    """This host alone. (Not a kind of the other class: the benchmark asks which of the two it has.)"""

    def __init__(self, interval_seconds=10.0, max_samples=3600, logger=None):
        super().__init__([socket.gethostname()], interval_seconds, max_samples, logger)

    def stop(self):
        """[sample, …]"""
        self.finish()
        return self.samples

    @property
    def samples(self):
        return next(iter(self.samples_by_host.values()))


def main():
    base = importlib.import_module("mlpstorage_py.benchmarks.base")
    base.MultiHostTimeSeriesCollector = MultiHostTimeSeriesCollector
    base.TimeSeriesCollector = TimeSeriesCollector
    return importlib.import_module("mlpstorage_py.main").main()


if __name__ == "__main__":
    sys.exit(main())
