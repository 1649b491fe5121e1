#!/usr/bin/python3
"""What examples/mlpstorage_collector.py costs a host, beside a Python thread that opens, reads and takes apart
the same five files at each tick, as the collector in whose place it is does. Both at once:
CPU time per sample, of every process that stays while it samples, and memory per sample.

    PATH=build/release/bin:$PATH mlpstorage_cost.py [seconds [interval]]
"""

import os
import pathlib
import sys
import tempfile
import threading
import time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(SOURCE / "tests" / "tool"), str(SOURCE / "examples")]

import mlpstorage_collector  # noqa: E402
import proc_text  # noqa: E402


def cpu_seconds(pid):
    """User and system time of all threads, from the scheduler's nanoseconds."""
    return sum(int(task.joinpath("schedstat").read_text().split()[0])
               for task in pathlib.Path(f"/proc/{pid}/task").iterdir()) / 1e9


def family(pid):
    """The process and its descendants, by their names."""
    children = {}
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            words = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(words[1]), []).append(int(stat.parent.name))
    found = [pid]
    for parent in found:
        found += children.get(parent, [])
    return {one: pathlib.Path(f"/proc/{one}/comm").read_text().strip() for one in found}


def resident():
    return int(pathlib.Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")


class Plain(threading.Thread):
    """The plain way: a thread in the benchmark's own process."""

    def __init__(self, interval):
        super().__init__()
        self.interval, self.samples, self.cpu, self.ended = interval, [], 0.0, threading.Event()

    def run(self):
        begin = time.thread_time()
        while not self.ended.wait(self.interval):
            self.samples.append(proc_text.sample(pathlib.Path("/proc")))
        self.cpu = time.thread_time() - begin


def main(seconds=30, interval=0.1):
    seconds, interval = float(seconds), float(interval)
    os.chdir(tempfile.mkdtemp())
    ours = mlpstorage_collector.TimeSeriesCollector(interval)
    ours.start()
    time.sleep(1)  # until its start is over
    processes = family(ours._process.pid)
    before = {pid: cpu_seconds(pid) for pid in processes}
    memory = resident()
    plain = Plain(interval)
    plain.start()
    time.sleep(seconds)
    spent = {pid: cpu_seconds(pid) - before[pid] for pid in processes}
    plain.ended.set()
    plain.join()
    ticks = seconds / interval
    print(f"{seconds:.0f} s, a sample each {interval} s")
    print(f"a Python thread      {plain.cpu / len(plain.samples) * 1e6:8.0f} µs a sample"
          f"   {(resident() - memory) / len(plain.samples):8.0f} bytes a sample")
    print(f"tscollect, in all    {sum(spent.values()) / ticks * 1e6:8.0f} µs a sample")
    for pid, name in processes.items():
        print(f"    {name:16} {spent[pid] / ticks * 1e6:8.0f} µs a sample")
    begin = time.monotonic()
    samples = ours.stop()
    print(f"stop() gave {len(samples)} samples in {time.monotonic() - begin:.2f} s")


if __name__ == "__main__":
    main(*sys.argv[1:])
