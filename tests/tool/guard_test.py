"""Files of strangers: no command takes more memory or time than their size accounts for, or outlives its caller."""

import os
import pathlib
import resource
import signal
import subprocess
import time
import unittest
import zlib

import h5py
import numpy

from tscollect_program import (COMPLETE, DOCUMENTED, GoodRunTest, INCOMPLETE, PROGRAM, USAGE, make_file,
                               peak_mib, tscollect)

READERS = (("info",), ("info", "--json"), ("export",), ("export", "-f", "csv"), ("validate",))
SANITIZED = os.environ.get("TSCOLLECT_SANITIZE")


def children_of(pid):
    return pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


class Guard(GoodRunTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.long = cls.folder / "long.h5"  # 60 MB as it is read
        make_file("write_many_hosts", cls.long, 1, 400_000)

    @unittest.skipIf(SANITIZED, "the sanitizers have their own memory")
    def test_memory_does_not_grow_with_the_length_of_a_run(self):
        few = self.folder / "few.h5"
        make_file("write_many_hosts", few, 1, 3)
        for words in (("info",), ("info", "--json"), ("validate",)):
            expect = INCOMPLETE if words == ("validate",) else COMPLETE  # its block is made by hand
            peaks = [peak_mib(*words, path, expect=expect) for path in (few, self.long)]
            # info sums up at most 131,072 steps of a run (run_sums.hpp), and the long run has more.
            more = 24 if words == ("validate",) else 96
            self.assertLess(peaks[1], peaks[0] + more, (words, "MiB"))

    @unittest.skipIf(SANITIZED, "the sanitizers have their own memory")
    def test_memory_does_not_grow_with_the_number_of_devices(self):
        """1,000 disks and 4,096 samples: 560 MB as they are read at once."""
        path = self.copy()
        self.blow_up_disks(path, 1000, 4096)
        for words in (("info",), ("validate",)):
            self.assertLess(peak_mib(*words, path, expect=COMPLETE if words == ("info",) else INCOMPLETE), 160)

    def test_what_an_attribute_names_many_times_is_refused(self):
        path = self.copy()
        self.blow_up_disks(path, 20_000, 4)
        with h5py.File(path, "r+", libver="latest") as file:
            array = file["hosts/node1/diskstats"]
            del array.attrs["coordinates"]
            array.attrs["coordinates"] = numpy.bytes_(" ".join(["disk_major"] * 60_000))
            other = file["hosts/node2/diskstats"]
            twice = " ".join(["disk_major"] * 2)
            del other.attrs["coordinates"]
            other.attrs["coordinates"] = numpy.bytes_(twice)
        for words in READERS:
            with self.subTest(words):
                if not SANITIZED:
                    self.assertLess(peak_mib(*words, path, expect=self.status(words)), 400)
                done = tscollect(*words, path)
                self.assertIn("has more than 64 lists beside disk", done.stdout + done.stderr)
                if words[0] != "export":  # which ends at the first
                    self.assertIn("names a list beside disk twice", done.stdout + done.stderr)

    def test_lists_that_are_one_are_not_read_once_per_name(self):
        path = self.copy()
        self.blow_up_disks(path, 20_000, 4)
        with h5py.File(path, "r+", libver="latest") as file:
            host = file["hosts/node1"]
            names = [f"disk_x{number}" for number in range(3000)]
            for name in names:
                host[name] = host["disk_major"]
            del host["diskstats"].attrs["coordinates"]
            host["diskstats"].attrs["coordinates"] = numpy.bytes_(" ".join(names))
        for words in READERS:
            done = tscollect(*words, path)
            self.assertEqual(done.returncode, self.status(words), (words, done.stderr))
            self.assertIn("has more than 64 lists beside disk", done.stdout + done.stderr)

    def test_holes_do_not_count(self):
        """A sparse file of a tebibyte, with the lists of times in the hole."""
        path = self.copy()
        with h5py.File(path, "r+") as file:
            host = file["hosts/node1"]
            for name in ("time", "tick", "lateness", "duration"):
                del host[name]
                early = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
                early.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
                early.set_fill_time(h5py.h5d.FILL_TIME_NEVER)
                h5py.h5d.create(host.id, name.encode(), h5py.h5t.STD_I64LE,
                                h5py.h5s.create_simple((1 << 35,)), early)
        self.assertGreater(path.stat().st_size, 1 << 40)
        self.assertLess(path.stat().st_blocks * 512, 8 << 20)
        started = time.monotonic()
        for words in READERS:
            done = tscollect(*words, path)
            self.assertIn(done.returncode, DOCUMENTED, (words, done.stderr))
            self.assertIn("more than the file can hold", done.stdout + done.stderr)
            if not SANITIZED:
                self.assertLess(peak_mib(*words, path, expect=done.returncode), 100)
        self.assertLess(time.monotonic() - started, 120)

    def test_a_sidecar_that_never_ends_is_refused(self):
        path = self.folder / "sparse.json"
        path.write_text("{")
        os.truncate(path, 1 << 40)
        done = tscollect("validate", path)
        self.assertEqual(done.returncode, USAGE)
        self.assertIn("is larger than any sidecar", done.stdout)

    def test_what_takes_too_long_is_ended_with_words(self):
        """Under a limit of the shell that is narrower than the program's own."""
        def one_second():
            resource.setrlimit(resource.RLIMIT_CPU, (1, 1000))

        with open(os.devnull, "w", encoding="utf-8") as nowhere:
            done = tscollect("export", self.long, preexec_fn=one_second, stdout=nowhere)
        self.assertEqual(done.returncode, USAGE, done.stderr)
        self.assertIn("than its size on the disk accounts for", done.stderr)

    def test_nothing_is_left_of_a_command_that_is_killed(self):
        for words in READERS:
            with self.subTest(words), open(os.devnull, "wb") as nowhere, \
                    subprocess.Popen([PROGRAM, *words, self.long], stdout=nowhere, stderr=nowhere) as job:
                left = []
                deadline = time.monotonic() + 20
                while not left and job.poll() is None and time.monotonic() < deadline:
                    left = children_of(job.pid) if job.poll() is None else []
                job.send_signal(signal.SIGKILL)
                job.wait()
                self.assertTrue(left, "it read in no process of its own")
                deadline = time.monotonic() + 20
                while any(self.runs(pid) for pid in left) and time.monotonic() < deadline:
                    time.sleep(0.01)
                self.assertFalse([pid for pid in left if self.runs(pid)])

    def test_child_signals_may_be_ignored_or_blocked(self):
        def ignore():
            signal.signal(signal.SIGCHLD, signal.SIG_IGN)
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})

        for words in READERS:
            done = tscollect(*words, self.good, preexec_fn=ignore)
            self.assertEqual(done.returncode, COMPLETE, (words, done.stderr))

    def test_signals_end_it_as_they_end_any_program(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with open(os.devnull, "wb") as nowhere, subprocess.Popen(
                    [PROGRAM, "export", self.long], stdout=nowhere, start_new_session=True) as job:
                time.sleep(0.3)
                os.killpg(job.pid, number)
                self.assertEqual(job.wait(timeout=30), -number)

    def test_unlimited_reads_without_a_process_of_its_own(self):
        done = tscollect("info", "--unlimited", self.good)
        self.assertEqual((done.returncode, done.stderr), (COMPLETE, ""))

    @staticmethod
    def status(words):
        return {"info": INCOMPLETE, "export": USAGE, "validate": INCOMPLETE}[words[0]]

    @staticmethod
    def runs(pid):
        try:
            return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        except (FileNotFoundError, ProcessLookupError):
            return False

    @staticmethod
    def blow_up_disks(path, disks, samples):
        """Sound arrays of that many disks, all zeros: small in the file."""
        with h5py.File(path, "r+") as file:
            host = file["hosts/node1"]

            def replace(name, data, chunks):
                attributes = dict(host[name].attrs)
                del host[name]
                made = host.create_dataset(name, data=data, chunks=chunks, compression=9, shuffle=True,
                                           dtype=data.dtype if data.dtype != object else h5py.string_dtype())
                for attribute, value in attributes.items():
                    if attribute not in ("DIMENSION_LIST", "REFERENCE_LIST"):
                        made.attrs[attribute] = value

            replace("disk", numpy.array([f"disk{number}" for number in range(disks)], object), (disks,))
            for name in [name for name in host if name.startswith("disk_")]:
                is_text = host[name].dtype == object
                replace(name, numpy.array([""] * disks, object) if is_text else numpy.zeros(disks, "<i8"), (disks,))
            if samples != len(host["time"]):
                for name in ("time", "tick", "lateness", "duration"):
                    replace(name, numpy.arange(samples, dtype="<i8"), (samples,))
                for name in {"meminfo", "vmstat", "loadavg", "netdev", "cpu", "pressure"} & set(host):
                    shape = (samples, *host[name].shape[1:])
                    replace(name, numpy.zeros(shape, host[name].dtype), shape)
            attributes = dict(host["diskstats"].attrs)
            fields = len(host["diskstats_field"])
            del host["diskstats"]
            array = host.create_dataset("diskstats", (samples, disks, fields), "<i8", compression=9,
                                        shuffle=True, chunks=(samples, max(1, 4096 // samples), fields))
            chunk = zlib.compress(bytes(8 * int(numpy.prod(array.chunks))), 9)
            for first in range(0, disks, array.chunks[1]):
                array.id.write_direct_chunk((0, first, 0), chunk)
            for attribute, value in attributes.items():
                if attribute not in ("DIMENSION_LIST", "REFERENCE_LIST"):
                    array.attrs[attribute] = value


if __name__ == "__main__":
    unittest.main()
