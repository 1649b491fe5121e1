#!/usr/bin/python3
"""What a quiet run costs: CPU seconds of every rank over a minute at 1 Hz, on three hosts, from the
first sample to just before the stop; as the kernel counts them, MPI's threads included. Beside it,
in the same minute on the same hosts, nothing but the reads of the five files, if the benchmarks are
built (cmake -DTSCOLLECT_BUILD_BENCHMARKS=ON).

    quiet_run.py [seconds]
"""

import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

import cluster
import endings

BARE = endings.BUILD / "tests" / "bench" / "bare_ticks"


def cpu_seconds(pid):
    """User and system time of all threads, from the scheduler's nanoseconds."""
    return sum(int(task.joinpath("schedstat").read_text().split()[0])
               for task in pathlib.Path(f"/proc/{pid}/task").iterdir()) / 1e9


def start_bare(hosts, host, seconds):
    return hosts.start(host, [BARE, 1, int(seconds), "read"], stdout=subprocess.PIPE, text=True)


def main(seconds=60):
    seconds = int(seconds)
    with cluster.Cluster(hosts=3) as hosts, tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        mpirun = hosts.start(hosts.user_host, [
            *endings.LAUNCH["mpirun"].split(), endings.COLLECTOR, "-i", "1", "-o", "run.h5",
            "--ready-file", "ready", "--journal-dir", folder], cwd=folder)
        while not (folder / "ready").exists():
            if mpirun.poll() is not None:
                return mpirun.returncode
            time.sleep(0.05)
        time.sleep(1)
        ranks = {host: pid for host in endings.HOSTS for pid in cluster.pids_in(hosts.network(host))
                 if endings.is_collector(pid, folder)}
        before = {host: cpu_seconds(pid) for host, pid in ranks.items()}
        bare = {host: start_bare(hosts, host, seconds) for host in ranks} if BARE.exists() else {}
        time.sleep(seconds)
        print(f"CPU seconds in {seconds} s at 1 Hz    a rank       %   bare reads       %")
        for host, pid in ranks.items():
            words = [f"{host:30}", *share(cpu_seconds(pid) - before[host], seconds)]
            if host in bare:
                words += ["  ", *share(int(bare[host].communicate()[0].split()[2]) / 1e9, seconds)]
            print(*words)
        os.kill(mpirun.pid, signal.SIGUSR1)
        return mpirun.wait()


def share(spent, seconds):
    return f"{spent:8.4f}", f"{100 * spent / seconds:7.4f}"


if __name__ == "__main__":
    cluster.skip_unless_possible()
    sys.exit(main(*sys.argv[1:]))
