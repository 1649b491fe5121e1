"""The journal on each file system that this machine can make: its writer killed, its file cut to nothing,
its disk full for a second. What was acknowledged is recovered, and what is lost is said to the sample.

Prints a table, and where a file system could not be had, why."""

import os
import pathlib
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import unittest

import h5py

BUILD = pathlib.Path(os.environ["TSCOLLECT_BUILD_DIR"])
WRITER = BUILD / "tests" / "support_write_journal"
PROGRAM = BUILD / "bin" / "tscollect"
SAY = "{:8} {:22} {:>6} {:>13} {:>10} {:>9}"
PAUSE_US = 1000
MIB = 1 << 20
# The smallest that their programs make.
SIZES = {"ext4": 16 * MIB, "xfs": 320 * MIB, "btrfs": 128 * MIB}
MAKE = {"ext4": ["mkfs.ext4", "-q", "-m", "0"], "xfs": ["mkfs.xfs", "-q"], "btrfs": ["mkfs.btrfs", "-q"]}


class CannotBeHad(Exception):
    pass


def run(*command):
    env = dict(os.environ, PATH=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    try:
        done = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, env=env)
    except FileNotFoundError:
        raise CannotBeHad(f"there is no {command[0]}") from None
    if done.returncode != 0:
        raise CannotBeHad(f"{command[0]}: {done.stdout.strip()}")


class Disk:
    """A file system of its own, small enough to be filled."""

    def __init__(self, test, kind):
        self.base = pathlib.Path(tempfile.mkdtemp(prefix=f"tscollect-{kind}-"))
        test.addCleanup(shutil.rmtree, self.base, ignore_errors=True)
        self.test = test
        if kind == "tmpfs":
            self.path = self.mount("disk", "-t", "tmpfs", "-o", "size=1m", "tmpfs")
            self.room = self.path
        elif kind == "overlay":
            self.room = self.loop("ext4")
            for name in ("lower", "upper", "work"):
                (self.room / name).mkdir()
            layers = ",".join(f"{name}dir={self.room / name}" for name in ("lower", "upper", "work"))
            self.path = self.mount("overlay", "-t", "overlay", "-o", layers, "overlay")
        else:
            self.path = self.room = self.loop(kind)

    def loop(self, kind):
        image = self.base / "image"
        with open(image, "wb") as file:
            file.truncate(SIZES[kind])
        run(*MAKE[kind], image)
        return self.mount("disk", "-t", kind, "-o", "loop", image)

    def mount(self, name, *words):
        path = self.base / name
        path.mkdir()
        run("mount", *words, path)
        self.test.addCleanup(subprocess.run, ["umount", "-l", path])
        return path

    def fill(self):
        with open(self.room / "filler", "wb", 0) as file:
            at, piece = 0, 64 * MIB
            while piece >= 4096:
                try:
                    os.posix_fallocate(file.fileno(), at, piece)
                    at += piece
                except OSError:
                    piece //= 2
            try:
                while True:
                    file.seek(0, os.SEEK_END)
                    file.write(bytes(4096))
            except OSError:
                pass
        os.sync()

    def empty(self):
        (self.room / "filler").unlink()
        os.sync()


class FileSystems(unittest.TestCase):
    def test_ext4(self):
        self.check("ext4")

    def test_xfs(self):
        self.check("xfs")

    def test_btrfs(self):
        self.check("btrfs")

    def test_overlay(self):
        self.check("overlay")

    def test_tmpfs(self):
        self.check("tmpfs")

    def check(self, kind):
        try:
            disk = Disk(self, kind)
        except CannotBeHad as why:
            print(SAY.format(kind, "not on this machine:", "", "", "", ""), why)
            self.skipTest(str(why))
        for what in (self.killed, self.cut, self.full_for_a_second):
            folder = disk.path / what.__name__
            folder.mkdir()
            taken, acknowledged, recovered, said = what(disk, folder)
            print(SAY.format(kind, what.__name__.replace("_", " "), taken, acknowledged, recovered, said))
            shutil.rmtree(folder)

    def start(self, folder, seconds):
        running = subprocess.Popen([WRITER, folder, str(seconds), str(PAUSE_US)], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
        self.addCleanup(lambda: running.poll() is None and running.kill())
        return running

    def end(self, running):
        """What the writer says: samples taken and acknowledged, and how many the journal lacks."""
        _, words = running.communicate(timeout=60)
        words = words.decode()
        self.assertEqual(running.returncode, 0, words)
        taken, kept = map(int, re.search(r"taken (\d+) kept (\d+)", words).groups())
        lacks = re.search(r"it lacks (\d+) of", words)
        return taken, kept, int(lacks[1]) if lacks else 0

    def recovered(self, folder):
        target = folder.parent.parent / f"{folder.name}-{time.monotonic_ns()}.h5"
        done = subprocess.run([PROGRAM, "recover", "-o", target, folder], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
        self.assertIn(done.returncode, (0, 4), done.stdout)
        with h5py.File(target) as file:
            ticks = file["hosts/node01/tick"][:].tolist()
        self.assertEqual(ticks, sorted(set(ticks)))
        return ticks

    def killed(self, _, folder):
        running = self.start(folder, 60)
        time.sleep(0.7)
        running.send_signal(signal.SIGKILL)
        acknowledged, _ = running.communicate(timeout=60)
        count = struct.unpack(f"{len(acknowledged) // 8}q", acknowledged)[-1]
        ticks = self.recovered(folder)
        self.assertIn(len(ticks), (count, count + 1))  # the sample in flight
        return count, count, len(ticks), "-"

    def cut(self, _, folder):
        running = self.start(folder, 2)
        time.sleep(0.7)
        journal, = folder.glob("*.journal")
        os.truncate(journal, 0)
        taken, kept, lacks = self.end(running)
        ticks = self.recovered(folder)
        self.assertEqual(len(ticks), taken - lacks)
        self.assertGreater(len(ticks), 0)
        self.assertEqual(ticks[-1], taken - 1)  # it went on to the end
        self.assertEqual(ticks, list(range(ticks[0], taken)))  # and what is lost is what was cut
        return taken, kept, len(ticks), lacks

    def full_for_a_second(self, disk, folder):
        running = self.start(folder, 5)
        time.sleep(0.7)
        disk.fill()
        time.sleep(1.5)
        disk.empty()
        taken, kept, lacks = self.end(running)
        ticks = self.recovered(folder)
        self.assertEqual(len(ticks), kept)
        self.assertEqual(len(ticks), taken - lacks)
        self.assertEqual(ticks[-1], taken - 1)
        return taken, kept, len(ticks), lacks


if __name__ == "__main__":
    if os.geteuid() != 0:
        print("skipped: it takes root to mount a disk")
        sys.exit(77)
    print(SAY.format("", "", "taken", "acknowledged", "recovered", "said lost"), flush=True)
    unittest.main()
