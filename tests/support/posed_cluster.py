"""A run of three hosts, sampled by the real collector under mpirun from /proc trees that move.

Each host writes 100 MiB/s to nvme0n1, receives 200 MB/s and sends 50 MB/s on eth0; node03 does all of
it at 0.4 of that. It keeps two cores busy with it, and some task waits for I/O three tenths of the time.
node02 has the least memory, 41 GiB in the middle of the run, and gets its dm-0 late.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "mpi"))

import h5py  # noqa: E402

import job  # noqa: E402

HOSTS = {"node01": 1.0, "node02": 1.0, "node03": 0.4}
SECONDS = 3
INTERVAL = 0.1
NETDEV = """Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo: {lo:12d} 29 0 0 0 0 0 0 {lo:12d} 29 0 0 0 0 0 0
  eth0: {received:12d} 739 0 0 0 0 0 0 {sent:12d} 460 0 0 0 0 0 0
"""


class MovingHost:
    """The files of one host that move, as they are `passed` seconds after the start."""

    def __init__(self, folder, fixture, name, pace):
        self.name, self.pace = name, pace
        self.folder = folder
        shutil.copytree(fixture, folder)
        self.meminfo = (fixture / "meminfo").read_text().splitlines(keepends=True)
        self.files = {}
        for path in ("diskstats", "meminfo", "net/dev", "stat", "pressure/io"):
            self.files[path] = os.open(folder / path, os.O_WRONLY)
        self.move(0)

    def move(self, passed):
        work = self.pace * passed
        written = int(work * 204800)
        disk = (f"{1000 + int(work * 50)} 0 {10**9 + written // 2} 4410 {2000 + int(work * 100)} 0 "
                f"{10**9 + written} 1237 0 {10**6 + int(work * 800)} 54302")
        lines = [f" 259 0 nvme0n1 {disk}\n", f" 259 1 nvme0n1p1 {disk}\n"]
        if self.name != "node02" or passed > SECONDS / 2:
            lines.append(f" 253 0 dm-0 {disk}\n")
        self.put("diskstats", "".join(lines))
        self.put("net/dev", NETDEV.format(lo=10**9 + written, received=10**9 + int(work * 200e6),
                                          sent=10**9 + int(work * 50e6)))
        self.put("stat", f"cpu  {10**6 + int(work * 200)} 0 0 {10**8} 0 0 0 0 0 0\nctxt {10**9}\n")
        self.put("pressure/io", f"some avg10=0.00 total={10**6 + int(work * 300000)}\n"
                                f"full avg10=0.00 total={10**5}\n")
        least = 41 if self.name == "node02" else 52
        away = min(abs(passed - SECONDS / 2) * 2 / SECONDS, 1)
        available = int((least + 8 * away) * 2**20)
        self.put("meminfo", "".join(f"MemAvailable:   {available} kB\n" if "MemAvailable" in line
                                    else line for line in self.meminfo))

    def put(self, path, text):
        """In place, in one write: the collector has the file open."""
        data = text.encode()
        os.pwrite(self.files[path], data, 0)
        os.ftruncate(self.files[path], len(data))

    def close(self):
        for file in self.files.values():
            os.close(file)


def keep_moving(hosts, ready, ended):
    began = None
    while not ended.wait(0.02):
        if began is None and ready.exists():
            began = time.monotonic()
        for host in hosts if began else ():
            host.move(time.monotonic() - began)


def write_sysfs(folder):
    for disk in ("nvme0n1", "nvme0n1p1", "dm-0"):
        (folder / "class/block" / disk).mkdir(parents=True)
    (folder / "class/block/nvme0n1p1/partition").write_text("1\n")


def set_clocks(path):
    """As if somebody had set the hosts' clocks during the run: node01's back an hour, node02's twice,
    so that two samples have the same time."""
    hour = 3600 * 10**9
    with h5py.File(path, "r+") as file:
        time = file["hosts/node01/time"]
        time[len(time) // 2:] = time[len(time) // 2:] - hour
        time = file["hosts/node02/time"]
        time[len(time) // 3:] = time[len(time) // 3:] + 24 * hour
        time[len(time) // 2:] = time[len(time) // 2:] - time[len(time) // 2] + time[2]


def write_run(folder):
    """Writes run.h5 and its sidecar into the folder."""
    fixture = job.FIXTURES / "linux-6.18/proc"
    folder = pathlib.Path(folder)
    write_sysfs(folder / "sysfs")
    hosts = [MovingHost(folder / name, fixture, name, pace) for name, pace in HOSTS.items()]
    ended = threading.Event()
    mover = threading.Thread(target=keep_moving, args=(hosts, folder / "ready", ended))
    mover.start()
    try:
        posed = ",".join(f"{host.name}={host.folder}" for host in hosts)
        done = subprocess.run(
            ["mpirun", "-np", str(len(hosts)), job.COLLECTOR, "-q",
             "-i", str(INTERVAL), "-d", str(SECONDS), "-o", "run.h5", "--pose-hosts", posed,
             "--sysfs", folder / "sysfs", "--ready-file", "ready", "--no-journal"],
            cwd=folder, env=job.environment(), capture_output=True, text=True,
            timeout=100, check=False)
    finally:
        ended.set()
        mover.join()
        for host in hosts:
            host.close()
    # 4: this machine was too busy to take every tick.
    if done.returncode not in (0, 4):
        raise RuntimeError(f"the collector ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return folder / "run.h5"
