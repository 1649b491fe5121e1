"""Reads what `tscollect rates` says of a run into NumPy arrays: a row per host, a column per tick.

    run = Run("run.h5")
    written = run.rate("disk.write.throughput")     # bytes/s, [n_hosts × n_columns]
    run.names, run.times                            # its rows, its columns (UTC)

What is not known is NaN. `tscollect rates --list` has the metrics; each is of a host, where every
byte counts once. Needs pandas, and tscollect in PATH (or its path in $TSCOLLECT). A starting point
for your own analysis: docs/reading.md says how to read a run with less.
"""

import io
import json
import os
import re
import subprocess

import numpy as np
import pandas as pd

MOST_COLUMNS = 4000  # of a table; a longer run is averaged over some ticks at a time


def tscollect(*words):
    """What the command prints; ValueError with its last words if it fails."""
    program = os.environ.get("TSCOLLECT", "tscollect")
    try:
        done = subprocess.run([program, *map(str, words)], capture_output=True, check=False)
    except FileNotFoundError:
        raise ValueError(f"{program}: not found; set TSCOLLECT to the path of tscollect") from None
    incomplete = 4  # a host could not be read, but the others were
    if done.returncode not in (0, incomplete):
        words = done.stderr.decode(errors="replace").strip().splitlines()
        raise ValueError(words[-1] if words else f"{program} ended with {done.returncode}")
    return done.stdout


def natural(name):
    """node2 before node10."""
    return [int(word) if word.isdigit() else word for word in re.split(r"(\d+)", name)]


class Run:
    """The hosts that have samples, on common ticks. `metrics`: names or patterns that will be asked for."""

    def __init__(self, path, metrics=("*",)):
        info = json.loads(tscollect("info", "--json", path))
        self.completeness = info["completeness"]
        self.samples = info["num_samples"]
        self.hosts = sorted((host for host in info["hosts"] if host["samples"] > 0),
                            key=lambda host: natural(host["name"]))
        if not self.hosts:
            raise ValueError("it holds no samples")
        self.names = [host["name"] for host in self.hosts]
        self.absent = sorted(info["hosts_missing"], key=natural)
        interval = info["collection_interval_seconds"]
        ticks = max(round(info["duration_seconds"] / interval), 1)
        self.ticks_per_column = -(-ticks // MOST_COLUMNS)
        self._read(path, metrics, interval * self.ticks_per_column)

    def _read(self, path, metrics, seconds):
        words = ["rates", path, "--per", "host", "-m", ",".join(metrics)]
        if self.ticks_per_column > 1:
            words += ["--every", seconds]
        table = pd.read_csv(io.BytesIO(tscollect(*words)))
        # One that spans ticks without a sample is no value of the tick that ends it, and the last
        # sample, taken at the stop, may come so soon that its rate is only noise.
        table = table[table.seconds.between(seconds / 4, seconds * 2.5)]
        end = pd.to_datetime(table.time, utc=True).dt.tz_localize(None).to_numpy(dtype="datetime64[ns]")
        first = end.min() if len(end) else np.datetime64("1970-01-01", "ns")
        # A sample may be late, and the last one early.
        column = np.floor((end - first) / np.timedelta64(1, "ns") / 1e9 / seconds + 0.25).astype(int)
        self.columns = int(column.max()) + 1 if len(column) else 1
        self.times = first + (np.arange(self.columns) * seconds * 1e9).astype("timedelta64[ns]")
        self._table = table.assign(column=column)

    def rate(self, metric):
        """[n_hosts × n_columns]; None if no host has it."""
        rows = self._table[self._table.metric == metric]
        if rows.empty:
            return None
        values = rows.pivot_table(index="host", columns="column", values="value", aggfunc="mean")
        return values.reindex(index=self.names, columns=range(self.columns)).to_numpy()

    def missed_ticks(self):
        """By host."""
        return [host["missed_ticks"] for host in self.hosts]

    def with_resets(self):
        """Names of the hosts of which a counter began again."""
        return [host["name"] for host in self.hosts if host["counter_resets"]]
