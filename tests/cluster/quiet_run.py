#!/usr/bin/python3
"""What a quiet run costs: CPU seconds of every rank over a minute at 1 Hz, on three hosts, from the
first sample to just before the stop; as the kernel counts them, MPI's threads included.

    quiet_run.py [seconds]
"""

import os
import pathlib
import signal
import sys
import tempfile
import time

import cluster
import endings


def cpu_seconds(pid):
    """User and system time of all threads, from the scheduler's nanoseconds."""
    return sum(int(task.joinpath("schedstat").read_text().split()[0])
               for task in pathlib.Path(f"/proc/{pid}/task").iterdir()) / 1e9


def main(seconds=60.0):
    with cluster.Cluster(hosts=3) as hosts, tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        mpirun = hosts.start(hosts.user_host, [
            *endings.LAUNCH["mpirun"].split(), endings.COLLECTOR, "-i", "1", "-o", "run.h5",
            "--ready-file", "ready", "--journal-dir", folder], cwd=folder)
        while not (folder / "ready").exists():
            time.sleep(0.05)
        time.sleep(1)
        ranks = {host: pid for host in endings.HOSTS for pid in cluster.pids_in(hosts.network(host))
                 if endings.is_collector(pid, folder)}
        before = {host: cpu_seconds(pid) for host, pid in ranks.items()}
        time.sleep(float(seconds))
        for host, pid in ranks.items():
            spent = cpu_seconds(pid) - before[host]
            print(f"{host}: {spent:.4f} s of CPU in {seconds} s, {100 * spent / float(seconds):.4f} %")
        os.kill(mpirun.pid, signal.SIGUSR1)
        return mpirun.wait()


if __name__ == "__main__":
    cluster.skip_unless_possible()
    sys.exit(main(*sys.argv[1:]))
