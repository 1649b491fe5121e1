#!/usr/bin/python3
"""Short runs of three hosts whose clocks differ, are set while they sample, that come late, and that
are suspended. What stands in each file is compared with what was done to its clocks.

    clock_fuzz.py [--runs N] [--seed S] [--parallel N]       the outcome of each run, and a sum

The monotonic clocks differ by time namespaces, the wall clocks by a library (support/other_clock.cpp)
that adds a number which is changed meanwhile: the machine's clock is left alone.
"""

import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import random
import shutil
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import time

import h5py
import job

SHIM = job.BUILD / "tests" / "libother_clock_preload.so"
NS = 1_000_000_000
INTERVAL = 0.1
TIMEOUT = 2
NAMES = ["a", "b", "c"]
# A busy machine: some milliseconds between two clock readings that belong together.
TOLERANCE = 0.02 * NS


def why_not():
    if job.HYDRA:
        return "needs Open MPI's way of naming a program for each rank"
    done = subprocess.run(["unshare", "--time", "--monotonic", "1000", "true"], check=False,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return "" if done.returncode == 0 else "there are no time namespaces here"


class Host:
    """What is done to one host's clocks."""

    def __init__(self, folder, name, mono=0, wall=0.0, nap=0.0):
        self.name, self.mono, self.nap = name, mono, nap
        self.file = folder / f"wall-{name}"
        self.walls = []  # each offset that was in force, in nanoseconds
        self.set_wall(wall)

    def set_wall(self, seconds):
        self.walls.append(int(seconds * NS))
        with open(self.file, "r+b" if self.file.exists() else "wb") as file:
            file.write(struct.pack("<q", self.walls[-1]))

    def command(self, *options):
        words = []
        if self.mono:
            words += ["unshare", "--time", "--monotonic", str(self.mono)]
        words += ["env", f"LD_PRELOAD={SHIM}", f"WALL_OFFSET_FILE={self.file}"]
        if self.nap:
            words += [f"FIRST_NAP={self.nap}"]
        return [*words, str(job.COLLECTOR), *options]


class Plan:
    """One run: the hosts, and what happens when."""

    def __init__(self, folder, seed):
        self.random = random.Random(seed)
        self.folder = folder
        pick = self.random
        self.hosts = [Host(folder, name, mono=pick.choice([0, pick.randrange(1, 30 * 86400)]),
                           wall=pick.choice([0.0, pick.uniform(-86400, 86400)])) for name in NAMES]
        self.duration = pick.uniform(2, 3)
        self.late = pick.choice([None, None, 1, 2])
        if self.late:
            self.hosts[self.late].nap = pick.uniform(0.2, 2 * TIMEOUT)
        self.steps = [(pick.uniform(0, self.duration), pick.randrange(3), pick.uniform(-3600, 3600))
                      for _ in range(pick.choice([0, 1, 2, 3]))]
        self.paused = pick.choice([None, None, [1], [2], [0], [0, 1, 2]])
        self.pause = pick.uniform(0.3, 1.2)
        self.pause_at = pick.uniform(0.2, self.duration - 0.3)

    def __str__(self):
        words = [f"{self.duration:.1f} s"]
        words += [f"{host.name} +{host.mono / 86400:.0f} d" for host in self.hosts if host.mono]
        if self.late:
            words.append(f"{NAMES[self.late]} naps {self.hosts[self.late].nap:.1f} s")
        words += [f"{NAMES[host]} set {by:+.0f} s" for _, host, by in sorted(self.steps)]
        if self.paused:
            words.append(f"{''.join(NAMES[rank] for rank in self.paused)} paused {self.pause:.1f} s")
        return ", ".join(words)

    def run(self):
        options = ["-i", str(INTERVAL), "-d", f"{self.duration:.3f}", "--timeout", str(TIMEOUT), "-o",
                   "run.h5", "--pose-hosts", ",".join(NAMES), "--ready-file", "ready",
                   "--journal-dir", str(self.folder / "journals")]
        (self.folder / "journals").mkdir()
        words = [job.MPIRUN, *job.ranks([host.command(*options) for host in self.hosts], self.folder)]
        with open(self.folder / "log", "w") as log:
            process = subprocess.Popen(words, cwd=self.folder, env=job.environment(),
                                       stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            self.disturb(process)
            self.status = process.wait(timeout=60)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
        self.words = (self.folder / "log").read_text()

    def disturb(self, process):
        while not (self.folder / "ready").exists() and process.poll() is None:
            time.sleep(0.01)
        begin = time.monotonic()
        events = [(at, lambda host=host, by=by: self.hosts[host].set_wall(
            self.hosts[host].walls[-1] / NS + by)) for at, host, by in self.steps]
        if self.paused:
            ranks = self.ranks()
            paused = [ranks[rank] for rank in self.paused if rank in ranks]
            events.append((self.pause_at, lambda: self.send(paused, signal.SIGSTOP)))
            events.append((self.pause_at + self.pause, lambda: self.send(paused, signal.SIGCONT)))
        for at, event in sorted(events, key=lambda entry: entry[0]):
            time.sleep(max(0, begin + at - time.monotonic()))
            event()

    def ranks(self):
        """The process of each rank, found by its clock's file."""
        found = {}
        for folder in pathlib.Path("/proc").iterdir():
            try:
                if folder.name.isdigit() and os.readlink(folder / "exe") == str(job.COLLECTOR.resolve()):
                    variables = (folder / "environ").read_bytes()
                    for rank, host in enumerate(self.hosts):
                        if f"WALL_OFFSET_FILE={host.file}\0".encode() in variables:
                            found[rank] = int(folder.name)
            except OSError:
                continue
        return found

    @staticmethod
    def send(processes, number):
        for process in processes:
            try:
                os.kill(process, number)
            except ProcessLookupError:
                pass  # it has ended

    # --- what the file says -----------------------------------------------------------------------
    def untruths(self):
        if self.status not in (0, 4):
            return [f"status {self.status}"]
        wrong = []
        done = subprocess.run([job.PROGRAM, "validate", "run.h5"], cwd=self.folder,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode != 0:
            wrong.append(f"validate: {done.stdout.strip()}")
        self.truth = {}
        with h5py.File(self.folder / "run.h5") as file:
            names = [name.decode() for name in file["host_table/host"][:]]
            column = {key: dict(zip(names, file[f"host_table/{key}"][:]))
                      for key in file["host_table"] if key != "host"}
            for rank, host in enumerate(self.hosts):
                if host.name in file["hosts"]:
                    wrong += self.untruths_of(rank, host, file["hosts"][host.name], column)
                elif not (rank == self.late and host.nap > TIMEOUT / 2):  # it may come too late
                    wrong.append(f"{host.name} is missing: {column['why'][host.name]}")
            wrong += self.untruths_of_times(file, column)
        wrong += self.untruths_between(column)
        if self.status == 0 and list((self.folder / "journals").iterdir()):
            wrong.append("complete, and journals stayed")
        return wrong

    def untruths_of(self, rank, host, group, column):
        wrong = []
        ticks = [int(tick) for tick in group["tick"][:]]
        lateness = [int(late) for late in group["lateness"][:]]
        times = [int(moment) for moment in group["time"][:]]
        value = {key: values[host.name] for key, values in column.items()}
        self.truth[rank] = (ticks, lateness, times)
        if ticks != sorted(set(ticks)) or ticks[0] < 0:
            wrong.append(f"{host.name}: ticks {ticks}")
        absent = ticks[-1] + 1 - len(ticks)
        if value["missed"] != absent:
            wrong.append(f"{host.name}: {value['missed']} ticks missed, and {absent} are absent")
        disturbed = rank == self.late or (self.paused and rank in self.paused)
        # Half a run: what a busy machine may cost.
        if not disturbed and absent > len(ticks):
            wrong.append(f"{host.name}: was not disturbed and lost {absent} of {ticks[-1] + 1} ticks")
        for when, index in (("start", 0), ("stop", -1)):
            uncertainty = value[f"clock_uncertainty_{when}"]
            if uncertainty < 0:
                wrong.append(f"{host.name}: clocks not measured at {when}")
                continue
            mono = (host.mono - self.hosts[0].mono) * NS
            walls = {other - own for other in host.walls for own in self.hosts[0].walls} \
                if when == "stop" or self.late == rank else {host.walls[0] - self.hosts[0].walls[0]}
            if f"monotonic_offset_{when}" not in value:
                wrong.append("no monotonic offsets")
            elif abs(value[f"monotonic_offset_{when}"] - mono) > uncertainty + TOLERANCE:
                wrong.append(f"{host.name}: monotonic offset at {when} "
                             f"{value[f'monotonic_offset_{when}']}, set {mono}")
            if min(abs(value[f"clock_offset_{when}"] - wall) for wall in walls) > \
                    uncertainty + TOLERANCE:
                wrong.append(f"{host.name}: offset at {when} {value[f'clock_offset_{when}']}, "
                             f"set {walls}")
        return wrong

    def untruths_between(self, column):
        """Tick 0 was the same moment everywhere."""
        zeros = {}
        for rank, (ticks, lateness, times) in self.truth.items():
            host = self.hosts[rank]
            expected = [moment - late - tick * INTERVAL * NS
                        for moment, late, tick in zip(times, lateness, ticks)]
            # Which offset was in force at a sample is known best from the sample itself.
            zeros[rank] = [min((zero - wall for wall in host.walls), key=lambda zero: abs(
                zero - self.reference())) for zero in expected]
        wrong = []
        for rank, found in zeros.items():
            apart = statistics.median(found) - self.reference()
            uncertainty = column["clock_uncertainty_start"][self.hosts[rank].name]
            if abs(apart) > uncertainty + TOLERANCE:
                wrong.append(f"{NAMES[rank]}: its grid is {apart / NS:.3f} s off")
        return wrong

    def reference(self):
        """When tick 0 was due, on the machine's clock, by rank 0's first sample."""
        ticks, lateness, times = self.truth[0]
        return times[0] - self.hosts[0].walls[0] - lateness[0] - ticks[0] * INTERVAL * NS

    def untruths_of_times(self, file, column):
        def elapsed(rank, index):
            ticks, lateness, _ = self.truth[rank]
            return ticks[index] * INTERVAL + lateness[index] / NS
        lasted = max(elapsed(rank, -1) for rank in self.truth) - \
            min(elapsed(rank, 0) for rank in self.truth)
        said = self.seconds(file.attrs["end_time"]) - self.seconds(file.attrs["start_time"])
        wrong = []
        if abs(said - lasted) > 0.003:
            wrong.append(f"lasted {lasted:.3f} s, and the file says {said:.3f} s")
        begun = (self.reference() + self.hosts[0].walls[0]) / NS + \
            min(elapsed(rank, 0) for rank in self.truth)
        if abs(self.seconds(file.attrs["start_time"]) - begun) > TOLERANCE / NS:
            wrong.append(f"start_time {file.attrs['start_time']}, begun at {begun}")
        longest = self.duration + (self.pause if self.paused else 0) + 1.5
        if not self.duration - 0.2 <= max(elapsed(rank, -1) for rank in self.truth) <= longest:
            wrong.append(f"lasted {lasted:.3f} s instead of {self.duration:.3f} s")
        return wrong

    @staticmethod
    def seconds(text):
        text = text.decode() if isinstance(text, bytes) else str(text)
        whole, fraction = text.rstrip("Z").split(".")
        return (time.mktime(time.strptime(whole + "UTC", "%Y-%m-%dT%H:%M:%S%Z")) - time.timezone +
                float("0." + fraction))


def one_run(seed, keep=None):
    """The plan, what is untrue, and a line on it."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="tscollect-clocks-"))
    try:
        plan = Plan(folder, seed)
        try:
            plan.run()
            wrong = plan.untruths()
        except subprocess.TimeoutExpired:
            plan.status, wrong = -1, ["did not end within 60 s"]
        if wrong and keep:
            shutil.copytree(folder, pathlib.Path(keep) / str(seed), dirs_exist_ok=True)
        return plan, wrong
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--parallel", type=int, default=2)
    parser.add_argument("--keep", help="folder for the files of runs that were untrue")
    arguments = parser.parse_args()
    if why_not():
        print(f"skipped: {why_not()}")
        return 77
    sums = collections.Counter()
    with concurrent.futures.ThreadPoolExecutor(arguments.parallel) as pool:
        seeds = range(arguments.seed, arguments.seed + arguments.runs)
        for seed, (plan, wrong) in zip(seeds, pool.map(lambda s: one_run(s, arguments.keep), seeds)):
            sums["untrue" if wrong else f"true, status {plan.status}"] += 1
            print(f"{seed}: status {plan.status}: {plan}" + "".join(f"\n   {each}" for each in wrong),
                  flush=True)
    print(json.dumps(sums))
    return 1 if sums["untrue"] else 0


if __name__ == "__main__":
    sys.exit(main())
