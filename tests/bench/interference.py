"""How much a collector slows down work that fills every core, in pairs of runs with and without it."""

import math
import statistics
import subprocess
import tempfile

from collector_run import BENCH, Collector

# Rounds of one run: a quarter of a second or so. Short pairs see the same neighbours.
ROUNDS = {"cpu": 100, "memory": 8}


class Workload:
    def __init__(self, kind):
        self.process = subprocess.Popen([str(BENCH / "workload"), kind, str(ROUNDS[kind])],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()

    def seconds(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline().split()[0])


def slowdowns(workload, collector, pairs):
    """Percent, pair by pair; without the collector means that its ranks are stopped."""
    found = []
    for pair in range(pairs):
        times = {}
        for beside in ((False, True), (True, False))[pair % 2]:
            collector.go_on() if beside else collector.pause()
            times[beside] = workload.seconds()
        found.append((times[True] / times[False] - 1) * 100)
    collector.go_on()
    return found


def interference(args, report):
    pairs = 10 if args.quick else 40
    for kind in ROUNDS:
        for rate in (1, 10, 100):
            with tempfile.TemporaryDirectory() as folder, Workload(kind) as workload, \
                    Collector(folder, "-i", 1 / rate, "-m", 0) as collector:
                workload.seconds()
                found = slowdowns(workload, collector, pairs)
                collector.stop()
            mean = statistics.mean(found)
            half = 1.96 * statistics.stdev(found) / math.sqrt(pairs)
            report(f"slowdown of {kind} work by a collector at {rate} Hz, %", "", f"{mean:+.2f} ± {half:.2f}",
                   None, f"{pairs} pairs, 95 % confidence; median {statistics.median(found):+.2f}")
