"""Runs as a cluster under a parallel benchmark fills them, written by tests/support/write_busy_hosts.

Phases of writing, exchanging and reading; hosts differ by some percent, a few lag behind; one host is
missing, one skips ticks, the disk of one begins again.
"""

import os
import pathlib
import subprocess

import h5py


def write_run(path, hosts, samples=600):
    """Returns the names of the hosts that lag behind."""
    program = pathlib.Path(os.environ["TSCOLLECT_BUILD_DIR"], "tests/support_write_busy_hosts")
    subprocess.run([program, path, str(hosts), str(samples)], check=True)
    with h5py.File(path) as file:
        return {name for name in file.attrs.get("label_slow", b"").decode().split() if name}


if __name__ == "__main__":
    import sys

    print("lag behind:", *write_run(sys.argv[1], int(sys.argv[2])))
