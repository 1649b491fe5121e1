"""Runs with something on every chart, for the tests of `tscollect report`."""

import h5py
import numpy

from run_texts import write_texts
from tscollect_program import make_file

SAMPLES = 60
SECTORS = 200_000  # a second: 102.4 MB
SLOW = 2           # the host that moves 40 % of what the others do


def busy_run(path, hosts, samples=SAMPLES, pace=1.0, seed=1):
    """A third of writing, a third of reading, a third of nothing; one host is slow."""
    make_file("write_many_hosts", path, hosts, samples)
    random = numpy.random.default_rng(seed)
    second = numpy.arange(samples)
    third = samples // 3
    with h5py.File(path, "r+") as file:
        # The names of fields are shared by all hosts.
        first = next(iter(file["hosts"].values()))
        write_texts(first["diskstats_field"], ["sectors_read", "sectors_written"])
        write_texts(first["meminfo_field"], ["MemAvailable", "Dirty"])
        write_texts(first["loadavg_field"], "load_1min", at=0)
        for number, host in enumerate(file["hosts"].values()):
            own = pace * (0.4 if number == SLOW and hosts > 3 else 1) * SECTORS
            steps = own * random.uniform(0.95, 1.05, samples)
            cells = host["diskstats"][:]
            for field, active in ((1, second < third), (0, (second >= third) & (second < 2 * third))):
                cells[:, 0, field] = numpy.cumsum(numpy.where(active, steps, 0)).astype(int)
                cells[:, 1, field] = 0
            host["diskstats"][:] = cells
            host["vmstat"][:] = 0
            memory = host["meminfo"][:]
            memory[:, 0] = 10**8 + (1000 * numpy.sin(second / 5)).astype(int)
            memory[:, 1] = 5000 + 40 * second
            host["meminfo"][:] = memory
            host["loadavg"][:] = 1.5
    return path
