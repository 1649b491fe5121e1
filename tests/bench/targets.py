#!/usr/bin/env python3
"""Prints each cost target beside its measured figure, and fails if one is over.

    TSCOLLECT_BUILD_DIR=build/release python3 tests/bench/targets.py [--quick] [--only NAME …]

Everything is a ratio within one run, or a count: this holds on a noisy machine too. What needs root
(many devices in namespaces, a network of its own) is left out without it, saying so.
"""

import argparse
import json
import math
import os
import pathlib
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

BUILD = pathlib.Path(os.environ.get("TSCOLLECT_BUILD_DIR", "build/release")).resolve()
BENCH = BUILD / "tests" / "bench"
COLLECTOR = BUILD / "src" / "app" / "tscollect-mpi"
FIXTURE = pathlib.Path(__file__).resolve().parents[1] / "fixtures" / "linux-6.18" / "proc"

rows = []


def report(name, target, measured, good, detail=""):
    rows.append((name, good))
    mark = {True: "ok", False: "OVER", None: "-"}[good]
    print(f"{mark:4}  {name:52} {target:>16}  {measured:>16}  {detail}", flush=True)


def environment():
    env = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
    env.setdefault("OMPI_MCA_rmaps_base_oversubscribe", "1")
    env.setdefault("OMPI_MCA_hwloc_base_binding_policy", "none")
    return env


class Collector:
    """tscollect-mpi under mpirun, from its first sample to its clean stop."""

    def __init__(self, folder, *options, ranks=1, prefix=()):
        self.folder = folder
        ready = folder / "ready"
        ready.unlink(missing_ok=True)
        self.job = subprocess.Popen(
            [*prefix, "mpirun", "-np", str(ranks), str(COLLECTOR), "-q", "--force", "-o",
             str(folder / "run.h5"), "--ready-file", str(ready), *map(str, options)],
            env=environment(), stdin=subprocess.DEVNULL)
        deadline = time.monotonic() + 30
        while not ready.exists():
            if time.monotonic() > deadline or self.job.poll() is not None:
                raise SystemExit("the collector did not come up")
            time.sleep(0.02)

    def ranks(self):
        found = []
        for path in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                command = (path / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if command[0] == str(COLLECTOR).encode() and str(self.folder).encode() in b" ".join(command):
                found.append(path)
        return found

    def stop(self):
        self.job.send_signal(signal.SIGUSR1)
        self.job.wait(timeout=60)
        return json.loads((self.folder / "run.json").read_text())


def threads(process):
    """Thread id to (nanoseconds on a core, voluntary switches)."""
    found = {}
    for task in (process / "task").iterdir():
        on_core = int((task / "schedstat").read_text().split()[0])
        switches = next(int(line.split()[1]) for line in (task / "status").read_text().splitlines()
                        if line.startswith("voluntary_ctxt_switches"))
        found[task.name] = (on_core, switches)
    return found


def google_benchmark(program, *names, env=None, repeats=1):
    done = subprocess.run(
        [str(BENCH / program), f"--benchmark_filter={'|'.join(names)}", "--benchmark_format=json"],
        env=dict(os.environ, **(env or {})), check=True, capture_output=True, text=True)
    return {b["name"].split("/")[0]: b for b in json.loads(done.stdout)["benchmarks"]}


def sample_cost(_args):
    found = google_benchmark("sample_bench", "sample_back_to_back", "sample_paced_at_10_hz")
    for name, limit in (("sample_back_to_back", 1.3), ("sample_paced_at_10_hz", 1.15)):
        b = found[name]
        report(f"{name.replace('_', ' ')}, × the bare reads", f"<= {limit}", f"{b['ratio']:.3f}",
               b["ratio"] <= limit, f"{b['ours_us']:.1f} / {b['floor_us']:.1f} us")


def journal_cost(_args):
    found = google_benchmark("journal_bench", "journal_back_to_back", "journal_paced_at_10_hz")
    for name, b in found.items():
        report(f"{name.replace('_', ' ')}, × the bare reads", "<= 0.15", f"{b['ratio']:.3f}",
               b["ratio"] <= 0.15, f"{b['journal_us']:.1f} / {b['floor_us']:.1f} us")


def many_devices(_args):
    """500 block devices and 200 interfaces of the real kernel: loop devices, dummies in a namespace."""
    name = "sample back to back, 500 disks and 200 interfaces"
    if os.geteuid() != 0:
        return report(name, "<= 1.3", "needs root", None)
    script = """
      set -e
      for i in $(seq 200); do ip link add d$i type dummy && ip link set d$i up; done
      exec "$@"
    """
    made = make_block_devices(500)
    done = subprocess.run(
        ["unshare", "--net", "sh", "-c", script, "sh", str(BENCH / "sample_bench"),
         "--benchmark_filter=sample_", "--benchmark_format=json"],
        capture_output=True, text=True)
    remove_block_devices(500)
    if done.returncode != 0 or made < 100:
        return report(name, "<= 1.3", "not possible here", None, done.stderr.strip()[-60:])
    for b in json.loads(done.stdout)["benchmarks"]:
        limit = 1.3 if "back" in b["name"] else 1.15
        report(f"{b['name'].split('/')[0].replace('_', ' ')}, {made} disks, 200 interfaces",
               f"<= {limit}", f"{b['ratio']:.3f}", b["ratio"] <= limit,
               f"{b['ours_us']:.0f} / {b['floor_us']:.0f} us")


def make_block_devices(count):
    """As many block devices as the kernel lets us have, by loop-control; how many there are."""
    control = pathlib.Path("/dev/loop-control")
    if control.exists():
        import fcntl
        with open(control) as handle:
            for number in range(8, count):
                try:
                    fcntl.ioctl(handle, 0x4C80, number)  # LOOP_CTL_ADD
                except OSError:
                    pass
    return len(pathlib.Path("/proc/diskstats").read_text().splitlines())


def remove_block_devices(count):
    control = pathlib.Path("/dev/loop-control")
    if control.exists():
        import fcntl
        with open(control) as handle:
            for number in range(8, count):
                try:
                    fcntl.ioctl(handle, 0x4C81, number)  # LOOP_CTL_REMOVE
                except OSError:
                    pass


def quiet_run(args):
    seconds = 20 if args.quick else 60
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        collector = Collector(folder, "-i", 1, "--pose-hosts", "a,b", ranks=2)
        time.sleep(3)
        before = {p: threads(p) for p in collector.ranks()}
        time.sleep(seconds)
        shares, helpers, wakes = [], [], []
        for process, old in before.items():
            now = threads(process)
            main = process.name
            shares.append(sum(now[t][0] - old[t][0] for t in old) / (seconds * 1e9) * 100)
            helpers.append(sum(now[t][0] - old[t][0] for t in old if t != main) / (seconds * 1e9) * 100)
            wakes.append(sum(now[t][1] - old[t][1] for t in old) / seconds)
        collector.stop()
    report("CPU of a rank at 1 Hz, % of one core", "< 0.03", f"{max(shares):.4f}", max(shares) < 0.03,
           "worst of 2 ranks, all threads")
    report("  of which MPI's own threads", "", f"{max(helpers):.4f}", None)
    report("wake-ups a second at 1 Hz", "<= 3", f"{max(wakes):.2f}", max(wakes) <= 3, "ticks plus two")


def silent_network(args):
    seconds = 10 if args.quick else 30
    if os.geteuid() != 0:
        return report("packets between start and stop", "0", "needs root", None)
    space = f"tscollect-bench-{os.getpid()}"
    subprocess.run(["ip", "netns", "add", space], check=True)
    try:
        inside = ("ip", "netns", "exec", space)
        subprocess.run([*inside, "ip", "link", "set", "lo", "up"], check=True)

        def packets():
            text = subprocess.run([*inside, "cat", "/proc/net/dev"], capture_output=True, text=True).stdout
            return int(text.split("lo:")[1].split()[1])

        with tempfile.TemporaryDirectory() as name:
            collector = Collector(pathlib.Path(name), "-i", 1, "--pose-hosts", "a,b", ranks=2, prefix=inside)
            time.sleep(3)
            before = packets()
            time.sleep(seconds)
            sent = packets() - before
            collector.stop()
    finally:
        subprocess.run(["ip", "netns", "del", space])
    report("packets between start and stop", "0", str(sent), sent == 0, f"2 ranks, {seconds} s")


def lateness(args):
    interval, count = 0.1, 200 if args.quick else 600
    with tempfile.TemporaryDirectory() as name:
        collector = Collector(pathlib.Path(name), "-i", interval)
        bare = subprocess.run([str(BENCH / "bare_ticks"), str(interval), str(count)], check=True,
                              capture_output=True, text=True)
        host = next(iter(collector.stop()["hosts"].values()))
    bare_p99 = int(bare.stdout.split()[1])
    ours = host["lateness"]["p99_ns"] if "p99_ns" in host["lateness"] else host["lateness"]["p99"]
    report("p99 lateness at 10 Hz, × bare clock_nanosleep", "<= 2", f"{ours / bare_p99:.2f}",
           ours <= 2 * bare_p99, f"{ours / 1e3:.0f} / {bare_p99 / 1e3:.0f} us")


def memory(args):
    for samples in (3600, 36000 if args.quick else 360000):
        done = subprocess.run([str(BENCH / "memory_bench"), "/proc", str(samples)], check=True,
                              capture_output=True, text=True)
        each, resident = done.stdout.split()
        limit = 16 << 20
        good = int(resident) <= limit if samples == 3600 else None
        report(f"memory of {samples} samples, MiB", "<= 16" if good is not None else "",
               f"{int(resident) / 2**20:.1f}", good, f"{each} bytes a sample, back to back")


def interference(args):
    """Paired runs of a fixed workload on every core, without and with a collector."""
    pairs = 8 if args.quick else 30

    def run():
        done = subprocess.run([str(BENCH / "workload"), "60"], check=True, capture_output=True, text=True)
        return float(done.stdout.split()[0])

    for rate in (1, 10, 100):
        slowdowns = []
        with tempfile.TemporaryDirectory() as name:
            for pair in range(pairs):
                times = {}
                for with_collector in ((False, True), (True, False))[pair % 2]:
                    collector = (Collector(pathlib.Path(name), "-i", 1 / rate, "-m", 0)
                                 if with_collector else None)
                    times[with_collector] = run()
                    if collector:
                        collector.stop()
                slowdowns.append((times[True] / times[False] - 1) * 100)
        mean = statistics.mean(slowdowns)
        half = 1.96 * statistics.stdev(slowdowns) / math.sqrt(pairs)
        report(f"slowdown by a collector at {rate} Hz, %", "0 within ci", f"{mean:+.2f} ± {half:.2f}",
               None, f"{pairs} pairs, 95 %; median {statistics.median(slowdowns):+.2f}")


MEASUREMENTS = (sample_cost, journal_cost, many_devices, quiet_run, silent_network, lateness, memory, interference)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="shorter, for a first look")
    parser.add_argument("--only", nargs="+", choices=[m.__name__ for m in MEASUREMENTS])
    args = parser.parse_args()
    if not shutil.which("mpirun"):
        raise SystemExit("targets.py: mpirun is not there")
    print(f"{'':4}  {'what':52} {'target':>16}  {'measured':>16}")
    for measurement in MEASUREMENTS:
        if not args.only or measurement.__name__ in args.only:
            measurement(args)
    over = [name for name, good in rows if good is False]
    if over:
        sys.exit("over the target: " + "; ".join(over))


if __name__ == "__main__":
    main()
