#!/usr/bin/env python3
"""Peak memory and time of the stop, and of each command that reads, by devices and samples.

    TSCOLLECT_BUILD_DIR=build/bench python3 tests/bench/memory_table.py [--disks N …] [--samples N …]

Prints MiB and seconds of a host whose disks are idle (--changing 100: busy), in Markdown.
"""

import argparse
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

from collector_run import BENCH, BUILD

TOOL = BUILD / "bin" / "tscollect"
MIB = 1 << 20
ENOUGH_SECONDS = 600


def measured(*command):
    """"MiB / s" of a command, or how it ended."""
    begin = time.monotonic()
    process = subprocess.Popen([*map(str, command)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    while True:
        done, status, usage = os.wait4(process.pid, os.WNOHANG)
        if done:
            break
        if time.monotonic() - begin > ENOUGH_SECONDS:
            process.kill()
            os.wait4(process.pid, 0)
            process.returncode = -9
            return f"> {ENOUGH_SECONDS} s"
        time.sleep(0.01)
    process.returncode = os.waitstatus_to_exitcode(status)
    # Of the largest of its processes: `validate` has a child.
    ended = "" if process.returncode in (0, 4) else f" (status {process.returncode})"
    return f"{usage.ru_maxrss / 1024:.0f} / {time.monotonic() - begin:.1f}{ended}"


def stop(*words):
    done = subprocess.run([BENCH / "stop_bench", *map(str, words)], check=True, capture_output=True, text=True)
    samples, block, beyond, elapsed = map(int, done.stdout.split())
    return f"{beyond / MIB:.0f} beyond {(samples + block) / MIB:.1f} / {elapsed / 1e9:.1f}"


def row(disks, samples, changing):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        subprocess.run([BENCH / "many_disks", str(disks), str(samples), str(changing), folder], check=True)
        run = folder / "run.h5"
        return [stop(disks, samples, changing),
                measured(TOOL, "recover", folder / "journals", "-o", folder / "recovered.h5"),
                measured(TOOL, "info", run), measured(TOOL, "validate", run),
                measured(TOOL, "export", "-f", "csv", run)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--disks", type=int, nargs="+", default=[10, 100, 1000])
    parser.add_argument("--samples", type=int, nargs="+", default=[5000, 100000])
    parser.add_argument("--changing", type=int, default=0, help="of a hundred disks")
    args = parser.parse_args()
    if not shutil.which(TOOL):
        raise SystemExit(f"memory_table.py: there is no {TOOL}")
    print("| disks | samples | stop | recover | info | validate | export -f csv |\n|---|---|---|---|---|---|---|")
    for disks in args.disks:
        for samples in args.samples:
            print(f"| {disks} | {samples} | {' | '.join(row(disks, samples, args.changing))} |", flush=True)


if __name__ == "__main__":
    main()
