#!/usr/bin/env python3
"""Prints each cost target beside its measured figure, and fails if one is over.

    TSCOLLECT_BUILD_DIR=build/bench python3 tests/bench/targets.py [--quick] [--only NAME …]

sh tests/bench/run builds what this needs first. Everything is a ratio within one run, or a count:
this holds on a noisy machine too. What needs root (many devices of the kernel, a network of its
own) is left out without it, saying so.
"""

import argparse
import json
import lzma
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

from collector_run import BENCH, Collector, resident_bytes, threads
from interference import interference

HERE = pathlib.Path(__file__).resolve().parent
MIB = 1 << 20

rows = []


def report(name, target, measured, good, detail=""):
    rows.append((name, good))
    mark = {True: "ok", False: "OVER", None: "-"}[good]
    print(f"{mark:4}  {name:58} {target:>8}  {measured:>14}  {detail}", flush=True)


def output_of(program, *words, **options):
    return subprocess.run([str(BENCH / program), *map(str, words)], check=True, capture_output=True,
                          **options).stdout.decode()


def google_benchmark(program, filter_text="", prefix=()):
    done = subprocess.run([*map(str, prefix), str(BENCH / program), f"--benchmark_filter={filter_text}",
                           "--benchmark_format=json"], check=True, capture_output=True, text=True)
    return {b["name"].split("/")[0]: b for b in json.loads(done.stdout)["benchmarks"]}


def report_sample(name, figures, limit, label=None):
    report(f"{label or name.replace('_', ' ')}, × the bare reads", f"<= {limit}", f"{figures['ratio']:.3f}",
           figures["ratio"] <= limit, f"{figures['ours_us']:.1f} / {figures['floor_us']:.1f} us")


def sample_cost(_args):
    for name, figures in google_benchmark("sample_bench", "sample_|tick_").items():
        report_sample(name, figures, 1.3 if "back" in name else 1.15)


def source_cost(_args):
    """Sources beyond the five, each beside the bare reads of its own files."""
    done = subprocess.run([str(BENCH / "table_bench"), "--benchmark_filter=back_to_back/(cpu|percpu|cpu_and_percpu|pressure)/",
                           "--benchmark_format=json"], check=True, capture_output=True, text=True)
    for figures in json.loads(done.stdout)["benchmarks"]:
        name = figures["name"].split("/")[1].replace("_", " ")
        report(f"{name}, × the bare reads of its files", "<= 1.15", f"{figures['ratio_median']:.3f}",
               figures["ratio_median"] <= 1.15,
               f"{figures['ours_us_median']:.1f} / {figures['floor_us_median']:.1f} us")


def many_devices(_args):
    """500 block devices and 200 interfaces, as ordinary files."""
    for name, figures in google_benchmark("sample_bench", "many_").items():
        report_sample(name, figures, 1.3 if "back" in name else 1.15, f"{name.replace('_', ' ')} (files)")


def many_kernel_devices(_args):
    """The same of the real kernel: loop devices, and pairs of veth in a namespace."""
    name = "sample, 500 block devices and 200 interfaces of the kernel"
    if os.geteuid() != 0 or not os.path.exists("/dev/loop-control"):
        return report(name, "", "-", None, "needs root and /dev/loop-control")
    try:
        found = google_benchmark("sample_bench", "sample_",
                                 ("unshare", "--net", sys.executable, HERE / "busy_devices.py", "500", "200"))
    except subprocess.CalledProcessError as error:
        return report(name, "", "-", None, f"not possible here: {error.stderr.strip()[-60:]}")
    for each, figures in found.items():
        report_sample(each, figures, 1.3 if "back" in each else 1.15,
                      f"{each.replace('_', ' ')}, 500 disks, 200 interfaces")


def journal_cost(_args):
    for name, b in google_benchmark("journal_bench").items():
        limited = "synced" not in name  # what the disk takes is no cost of ours
        report(f"{name.replace('_', ' ')}, × the bare reads", "<= 0.15" if limited else "", f"{b['ratio']:.3f}",
               b["ratio"] <= 0.15 if limited else None, f"{b['journal_us']:.1f} / {b['floor_us']:.1f} us")


def bytes_per_sample(args):
    def measure(text, step, what, limits):
        samples, *each = output_of("recording_bench", step, input=text).split()
        for place, measured, limit in zip(("memory", "journal", "file"), each, limits):
            report(f"bytes a sample in {place}, {what} ({samples} samples)", f"<= {limit}" if limit else "",
                   measured, float(measured) <= limit if limit else None)

    if args.recording:
        text = lzma.open(args.recording).read()
        measure(text, 1, "the recording", (110, 110, 130))
        measure(text, 10, "every tenth of it", (None, None, 250))
    else:
        text = lzma.open(HERE / "every_tenth_sample.txt.xz").read()
        measure(text, 1, "every tenth of the recording", (None, None, 250))


def quiet_run(args):
    seconds = 15 if args.quick else 40
    with tempfile.TemporaryDirectory() as folder, \
            Collector(folder, "-i", 1, "--pose-hosts", "a,b", ranks=2) as collector:
        time.sleep(3)
        before = {process: threads(process) for process in collector.ranks()}
        bare = int(output_of("bare_ticks", 1, seconds, "read").split()[2]) / (seconds * 1e9) * 100
        shares, helpers, wakes = [], [], []
        for process, old in before.items():
            now = threads(process)
            spent = {t: (now[t][0] - old[t][0]) / (seconds * 1e9) * 100 for t in old}
            shares.append(sum(spent.values()))
            helpers.append(shares[-1] - spent[process.name])
            wakes.append(sum(now[t][1] - old[t][1] for t in old) / seconds)
        collector.stop()
    report("CPU of a rank at 1 Hz, % of one core", "< 0.03", f"{max(shares):.4f}", max(shares) < 0.03,
           "the worse of 2 ranks, all threads, journal included")
    report("  beyond the bare reads at 1 Hz", "< 0.02", f"{max(shares) - bare:.4f}", max(shares) - bare < 0.02,
           f"a bare reader beside it: {bare:.4f}")
    report("  of which threads of MPI", "", f"{max(helpers):.4f}", None, f"{len(old) - 1} of them")
    report("times a rank wakes in a second at 1 Hz", "<= 3", f"{max(wakes):.2f}", max(wakes) <= 3,
           "all threads; ticks plus two")


def silent_network(args):
    seconds = 20 if args.quick else 40
    what, most = "packets a second between start and stop", 0.4
    if os.geteuid() != 0:
        return report(what, f"<= {most}", "-", None, "needs root")
    space = f"tscollect-bench-{os.getpid()}"
    inside = ("ip", "netns", "exec", space)
    subprocess.run(["ip", "netns", "add", space], check=True)

    def packets():
        text = subprocess.run([*inside, "cat", "/proc/net/dev"], capture_output=True, text=True).stdout
        fields = text.split("lo:")[1].split()
        return int(fields[1]), int(fields[0])

    try:
        subprocess.run([*inside, "ip", "link", "set", "lo", "up"], check=True)
        with tempfile.TemporaryDirectory() as folder:
            # Without shared memory, so that a message between the ranks would be a packet.
            os.environ.update(OMPI_MCA_btl="self,tcp", OMPI_MCA_btl_tcp_if_include="lo")
            with Collector(folder, "-i", 1, "--pose-hosts", "a,b", ranks=2, prefix=inside) as collector:
                time.sleep(3)
                before = packets()
                time.sleep(seconds)
                after = packets()
                collector.stop()
                at_stop = packets()[0] - after[0]
    finally:
        for name in ("OMPI_MCA_btl", "OMPI_MCA_btl_tcp_if_include"):
            os.environ.pop(name, None)
        subprocess.run(["ip", "netns", "del", space], check=False)
    sent, size = after[0] - before[0], after[1] - before[1]
    report(what, f"<= {most}", f"{sent / seconds:.2f}", 0 < sent / seconds <= most,
           f"2 ranks over TCP, {seconds} s, {size} bytes; at stop {at_stop} packets")


def lateness(args):
    interval, count = 0.1, 150 if args.quick else 400
    with tempfile.TemporaryDirectory() as folder, Collector(folder, "-i", interval) as collector:
        bare = output_of("bare_ticks", interval, count).split()
        host = next(iter(collector.stop()["hosts"].values()))
    ours, floor = host["lateness"]["p99"], int(bare[1])
    report("p99 lateness at 10 Hz, × bare clock_nanosleep", "<= 2", f"{ours / floor:.2f}", ours <= 2 * floor,
           f"{ours / 1e3:.0f} / {floor / 1e3:.0f} us; median {host['lateness']['p50'] / 1e3:.0f} / "
           f"{int(bare[0]) / 1e3:.0f} us, {host['samples']} ticks, {host['missed_ticks']} missed")


def drift(args):
    """Ticks are absolute, so the median lateness at the end of a run is that of its beginning."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        with Collector(folder, "-i", 0.02, "-d", 20 if args.quick else 40, "-m", 0) as collector:
            collector.job.wait(timeout=120)
        import h5py

        with h5py.File(folder / "run.h5") as file:
            late = sorted_parts(next(iter(file["hosts"].values()))["lateness"][:-1])
    moved = (late[-1] - late[0]) / 1e3
    report("drift of the ticks over the run, us", "< 1000", f"{moved:+.1f}", abs(moved) < 1000,
           f"median lateness of the last tenth minus that of the first; {len(late)} tenths")


def sorted_parts(values, parts=10):
    size = len(values) // parts
    return [float(sorted(values[i * size:(i + 1) * size])[size // 2]) for i in range(parts)]


def memory(args):
    for samples in (3600, 36000 if args.quick else 360000):
        each, added = output_of("memory_bench", "/proc", samples).split()
        good = int(added) <= 16 * MIB if samples == 3600 else None
        report(f"memory of {samples} samples, MiB", "<= 16" if good is not None else "",
               f"{int(added) / MIB:.1f}", good, f"{each} bytes a sample, back to back on this machine")
    bare = int(output_of("bare_mpi"))
    with tempfile.TemporaryDirectory() as folder, Collector(folder, "-i", 0.001, "-m", 3600) as collector:
        time.sleep(5)
        resident = max(resident_bytes(process) for process in collector.ranks())
        collector.stop()
    extra = (resident - bare) / MIB
    report("memory of a rank with 3600 samples beyond MPI's, MiB", "<= 16", f"{extra:.1f}", extra <= 16,
           f"{resident / MIB:.1f} / {bare / MIB:.1f} MiB")


def stop(_args):
    """Of a host with a thousand disks, at the stop or in a recovery."""
    for changing, samples in ((0, 5000), (100, 1500)):
        _, _, beyond, elapsed = map(int, output_of("stop_bench", 1000, samples, changing).split())
        name = f"{'busy' if changing else 'idle'} disks × {samples} samples"
        report(f"memory of the stop, 1000 {name}, MiB", "<= 64", f"{beyond / MIB:.1f}", beyond <= 64 * MIB,
               "beyond the samples and the finished block")
        _, _, _, fewer = map(int, output_of("stop_bench", 250, samples, changing).split())
        report(f"time of the stop, 1000 {name}, × that of 250", "<= 6", f"{elapsed / fewer:.1f}",
               elapsed <= 6 * fewer, f"{elapsed / 1e9:.1f} / {fewer / 1e9:.1f} s")


def slowdown(args):
    interference(args, report)


MEASUREMENTS = (sample_cost, source_cost, many_devices, many_kernel_devices, journal_cost, bytes_per_sample,
                quiet_run, silent_network, lateness, drift, memory, stop, slowdown)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="shorter, for a first look")
    parser.add_argument("--only", nargs="+", choices=[m.__name__ for m in MEASUREMENTS])
    parser.add_argument("--recording", help="the whole recording (xz), whose tenth is in this folder")
    args = parser.parse_args()
    if not shutil.which("mpirun"):
        raise SystemExit("targets.py: mpirun is not there")
    print(f"{'':4}  {'what':58} {'target':>8}  {'measured':>14}")
    for measurement in MEASUREMENTS:
        if not args.only or measurement.__name__ in args.only:
            measurement(args)
    over = [name for name, good in rows if good is False]
    if over:
        sys.exit("over the target: " + "; ".join(over))


if __name__ == "__main__":
    main()
