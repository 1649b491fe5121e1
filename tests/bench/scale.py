#!/usr/bin/env python3
"""Prints what gathering and writing many hosts costs beside its targets, and fails if one is over.

    TSCOLLECT_BUILD_DIR=build/release python3 tests/bench/scale.py [--hosts 16 256 1024 4096]

A few ranks stand for many hosts; rank 0 pulls and writes as it does in tscollect-mpi. 4,096 hosts
take 1.5 GB on disk, removed at once. --recording takes the file of another recording than the excerpt
beside this script: text, .xz or not.
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

BUILD = pathlib.Path(os.environ.get("TSCOLLECT_BUILD_DIR", "build/release")).resolve()
BENCH = BUILD / "tests" / "bench" / "scale_bench"
TOOL = BUILD / "bin" / "tscollect"
EXCERPT = pathlib.Path(__file__).resolve().parent / "recording.txt.xz"

MS_PER_HOST = 3.0
MEMORY_GROWTH_MIB = 16
# Samples of a host, hosts of the file, target, and beyond what it fails. At 160 samples (every tenth) the
# values alone, shuffled and deflated, are 213 bytes a sample, and a host's headers and attributes 8 to 10 KB:
# 274 is what there is. A file of one host has the 284 names to itself besides, 26 KB.
BYTES_PER_SAMPLE = ((1600, 1, 130, 130), (1600, 16, 130, 130), (160, 16, 250, 285), (160, 1, None, 450))
INFO_SECONDS = 2.0
MIB = 1 << 20

failures = []


def verdict(name, good):
    if not good:
        failures.append(name)
    return "ok" if good else "OVER"


def run_bench(arguments, folder, recording, hosts, samples, step=1, naive=False):
    """The figures of one run, and its file, to be removed."""
    output = folder / f"run-{hosts}-{samples}.h5"
    environment = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
    environment.setdefault("OMPI_MCA_rmaps_base_oversubscribe", "1")
    environment.setdefault("PRTE_MCA_rmaps_default_mapping_policy", ":oversubscribe")
    environment.setdefault("OMPI_MCA_hwloc_base_binding_policy", "none")
    words = [recording, step, samples, hosts, output] + (["naive"] if naive else [])
    done = subprocess.run(
        ["mpirun", "-np", str(arguments.ranks), BENCH, *map(str, words)],
        env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout), output


def remove(output):
    for path in (output, output.with_suffix(".json")):
        path.unlink(missing_ok=True)


def scale(arguments, folder, recording):
    print(f"\nRank 0, hosts of {arguments.samples} samples, {arguments.ranks - 1} ranks standing for them")
    print(f"{'hosts':>6} {'CPU ms/host':>12} {'with waiting':>13} {'wall ms/host':>13} {'sync s':>7} {'peak MiB':>9} "
          f"{'of it gather':>13} {'bytes/sample':>13} {'target':>16}")
    grown = {}
    for hosts in arguments.hosts:
        figures, output = run_bench(arguments, folder, recording, hosts, arguments.samples)
        cpu = figures["write_cpu_s"] / hosts * 1e3
        waiting = figures["cpu_s"] / hosts * 1e3
        wall = figures["gather_s"] / hosts * 1e3
        grown[hosts] = (figures["memory_peak"] - figures["memory_before"]) / MIB
        limit = MS_PER_HOST * arguments.samples / 3600
        print(f"{hosts:6} {cpu:12.2f} {waiting:13.2f} {wall:13.2f} {figures['close_s']:7.2f} "
              f"{figures['memory_peak'] / MIB:9.1f} {grown[hosts]:13.1f} "
              f"{figures['file_bytes'] / hosts / arguments.samples:13.1f} "
              f"{f'{limit:.1f} ms':>10} {verdict(f'{hosts} hosts: ms a host', cpu <= limit):>5}",
              flush=True)
        if hosts == 1024 and TOOL.exists():
            info(output)
        remove(output)
    growth = grown[max(grown)] - grown[min(grown)]
    print(f"memory, {max(grown)} hosts against {min(grown)}: {growth:+.1f} MiB, target "
          f"{MEMORY_GROWTH_MIB} {verdict('memory of rank 0', growth <= MEMORY_GROWTH_MIB)}")


def info(output):
    # Not the first look, which may find the file still on its way to the disk.
    subprocess.run([TOOL, "info", output], stdout=subprocess.DEVNULL, check=True)
    begin = time.monotonic()
    subprocess.run([TOOL, "info", output], stdout=subprocess.DEVNULL, check=True)
    seconds = time.monotonic() - begin
    print(f"       tscollect info of it: {seconds:.2f} s, target {INFO_SECONDS:.0f} s "
          f"{verdict('tscollect info', seconds <= INFO_SECONDS)}")


def naive(arguments, folder, recording):
    hosts = arguments.naive
    ours, output = run_bench(arguments, folder, recording, hosts, arguments.samples)
    remove(output)
    theirs, output = run_bench(arguments, folder, recording, hosts, arguments.samples, naive=True)
    remove(output)
    mib = [(f["memory_peak"] - f["memory_before"]) / MIB for f in (ours, theirs)]
    print(f"\nThe same {hosts} hosts gathered raw and compressed by HDF5 at rank 0, against ours:")
    print(f"CPU of writing {theirs['write_cpu_s'] / hosts * 1e3:.1f} ms a host, × {theirs['write_cpu_s'] / ours['write_cpu_s']:.0f}; "
          f"wall {theirs['gather_s'] / hosts * 1e3:.1f} ms, × {theirs['gather_s'] / ours['gather_s']:.1f}; "
          f"memory {mib[1]:.0f} MiB, growing with every host ({mib[1] / hosts:.1f} each), "
          f"against {mib[0]:.1f} in all")


def bytes_per_sample(arguments, folder, recording):
    print("Bytes a sample in the file, metadata included")
    for samples, hosts, target, limit in BYTES_PER_SAMPLE:
        step = 1600 // samples
        figures, output = run_bench(arguments, folder, recording, hosts, samples, step)
        remove(output)
        found = figures["file_bytes"] / samples / hosts
        name = f"{samples} samples, {'every tenth, ' if step > 1 else ''}file of {hosts}"
        known = target is not None and target < found <= limit
        print(f"{name:36} {found:8.1f}  target {target or '-':>4}  "
              f"{'over, as known' if known else verdict(name, found <= limit)}", flush=True)


def huge(arguments, folder, recording):
    """One host whose block is beyond 2 GiB: about 6 million samples of the recording."""
    figures, output = run_bench(arguments, folder, recording, 1, arguments.huge)
    remove(output)
    print(f"\nOne host of {arguments.huge} samples: {figures['file_bytes'] / 2**30:.2f} GiB in "
          f"{figures['gather_s']:.1f} s, peak {figures['memory_peak'] / 2**30:.2f} GiB")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hosts", type=int, nargs="+", default=[16, 256, 1024, 4096], metavar="N")
    parser.add_argument("--samples", type=int, default=3600, help="per host [default: %(default)s]")
    parser.add_argument("--ranks", type=int, default=3, help="rank 0 included [default: %(default)s]")
    parser.add_argument("--naive", type=int, default=16, metavar="HOSTS",
                        help="compare with the naive way; 0: do not [default: %(default)s]")
    parser.add_argument("--huge", type=int, default=0, metavar="SAMPLES",
                        help="also one host of that many samples [default: none]")
    parser.add_argument("--recording", type=pathlib.Path, default=EXCERPT)
    parser.add_argument("--folder", type=pathlib.Path, help="for the files [default: temporary]")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as name:
        folder = pathlib.Path(name)
        recording = folder / "recording"
        opened = lzma.open if arguments.recording.suffix == ".xz" else open
        with opened(arguments.recording, "rb") as source, open(recording, "wb") as target:
            shutil.copyfileobj(source, target)
        bytes_per_sample(arguments, folder, recording)
        if arguments.naive:
            naive(arguments, folder, recording)
        if arguments.huge:
            huge(arguments, folder, recording)
        scale(arguments, folder, recording)
    if failures:
        sys.exit("over the target: " + "; ".join(failures))


if __name__ == "__main__":
    main()
