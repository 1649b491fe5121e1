"""Output and journal on disks that fill up at every possible write, or that go away."""

import contextlib
import os
import pathlib
import shlex
import shutil
import subprocess
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor

import h5py

import job

KIB = 1024
HOSTS = ["a", "b"]
AT_ONCE = 4  # most of a case is waiting

# From nothing at all to more than the file and its sidecar take.
KIB_LEFT = [*range(0, 64, 4), 1000]


class SmallDisk:
    """A folder that is a disk of its own, until it is destroyed."""

    def __init__(self, test, kib, ext4=False):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="tscollect-disk-"))
        test.addCleanup(os.rmdir, self.path)
        mount = ["mount", "-t", "tmpfs", "-o", f"size={kib}k", "tmpfs", self.path]
        if ext4:
            image = self.path.with_suffix(".image")
            with open(image, "wb") as file:
                file.truncate(kib * KIB)
            test.addCleanup(os.unlink, image)
            self.run_or_skip(test, ["/sbin/mkfs.ext4", "-q", "-m", "0", image])
            mount = ["mount", "-o", "loop", image, self.path]
        self.run_or_skip(test, mount)
        test.addCleanup(subprocess.run, ["umount", "-l", self.path])

    @staticmethod
    def run_or_skip(test, command):
        try:
            done = subprocess.run(command, stderr=subprocess.PIPE, text=True)
        except FileNotFoundError as fault:
            test.skipTest(f"cannot make a small disk: {fault}")
        if done.returncode != 0:
            test.skipTest(f"cannot make a small disk: {done.stderr.strip()}")

    def fill(self, leave_kib):
        (self.path / "filler").unlink(missing_ok=True)
        free = os.statvfs(self.path)
        bytes_left = free.f_bavail * free.f_frsize - leave_kib * KIB
        # The file system may need some of it for itself.
        with contextlib.suppress(OSError), open(self.path / "filler", "wb", 0) as filler:
            filler.write(bytes(max(0, bytes_left)))

    def names(self):
        return sorted(path.name for path in self.path.iterdir()
                      if path.name not in ("filler", "lost+found"))


class DiskTest(job.JobTest):
    def setUp(self):
        super().setUp()
        if os.geteuid() != 0:
            self.skipTest("a small disk takes root to mount")

    def start_sampling(self, folder, *options, **env):
        """Two hosts with everything but the output in `folder`."""
        folder.mkdir(exist_ok=True)
        ready = folder / "ready"
        running = self.start(2, "-i", 0.02, "--pose-hosts", ",".join(HOSTS), "--ready-file", ready,
                             "--journal-dir", folder, *options, TMPDIR=str(folder), **env)
        self.await_file(ready)
        job.time.sleep(0.3)
        return running

    def stop(self, running):
        job.stop_for_status(self, running)
        return self.finish(running)

    def assert_whole_or_absent(self, target):
        self.assertEqual([p.name for p in target.parent.iterdir() if p.name.startswith(".")], [])
        if target.exists():
            with h5py.File(target) as file:
                self.assertEqual(list(file["hosts"]), HOSTS)
                for host in file["hosts"].values():
                    self.assertEqual(host["vmstat"][:].shape[0], host["time"].shape[0])

    def assert_saved(self, finished, folder, target):
        """Not written, nothing half-written, and everything recovered by the printed command."""
        self.assertEqual(finished.status, 3, finished.words)
        self.assertEqual(len(list(folder.glob("*.journal"))), 2, finished.words)
        saved = folder / "saved.h5"
        done = self.paste(finished.words, target, saved)
        self.assertEqual(done.returncode, 0, done.stdout)
        with h5py.File(saved) as file:
            self.assertEqual(list(file["hosts"]), HOSTS)
            for host in file["hosts"].values():
                self.assertGreater(host["time"].shape[0], 3)

    def paste(self, words, instead_of, target):
        """Runs the recovery command as printed, but for the output."""
        command = next(line for line in words.splitlines() if line.startswith("  tscollect recover"))
        self.assertIn(shlex.quote(str(instead_of)), command)
        command = command.replace(str(instead_of), str(target))
        path = f"{job.PROGRAM.parent}:{os.environ['PATH']}"
        return subprocess.run(command, shell=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, env=dict(os.environ, PATH=path))


class Output(DiskTest):
    def test_at_each_possible_write(self):
        disks = [SmallDisk(self, 1024) for _ in KIB_LEFT]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            rows = list(pool.map(self.fill_up, KIB_LEFT, disks))
        print("KiB left  status  left behind               journals  what failed")
        for row in rows:
            print("{:8}  {:6}  {:24}  {:8}  {}".format(*row))
        self.assertEqual(rows[0][1], 3)
        self.assertIn(rows[-1][1], (0, 4))
        failures = {row[4] for row in rows}
        self.assertGreater(len(failures), 2, "the disk was full at too few different writes")

    def fill_up(self, leave_kib, disk):
        folder = self.folder / str(leave_kib)
        target = disk.path / "run.h5"
        running = self.start_sampling(folder, "-o", target)
        disk.fill(leave_kib)
        finished = self.stop(running)
        left = disk.names()
        self.assert_whole_or_absent(target)
        journals = len(list(folder.glob("*.journal")))
        why = "-"
        if finished.status == 3:
            self.assertIn("No space left", finished.words)
            self.assertNotIn("HDF5:", finished.words)
            why = next(line.split(": ", 2)[-1] for line in finished.words.splitlines()
                       if "No space left" in line)
            self.assertNotIn("run.json", left)
            self.assert_saved(finished, folder, disk.path / "run-recovered.h5" if target.exists()
                              else target)
        else:
            self.assert_complete(finished)
            self.assertEqual(left, ["run.h5", "run.json"])
            self.assertEqual(journals, 0)
        return leave_kib, finished.status, ", ".join(left) or "nothing", journals, why

    def test_in_a_folder_that_goes_away(self):
        target = self.folder / "out" / "run.h5"
        target.parent.mkdir()
        running = self.start_sampling(self.journals, "-o", target)
        shutil.rmtree(target.parent)
        finished = self.stop(running)
        self.assertIn("the journals of this run stay, with every sample, on a, b.", finished.words)
        self.assert_saved(finished, self.journals, target)

    def test_in_the_current_folder_that_goes_away(self):
        folder = self.folder / "current"
        folder.mkdir()
        running = self.start(2, "-i", 0.02, "--pose-hosts", ",".join(HOSTS), "-o", "run.h5",
                             "--ready-file", self.folder / "ready", folder=folder)
        self.await_file(self.folder / "ready")
        job.time.sleep(0.3)
        shutil.rmtree(folder)
        finished = self.stop(running)
        self.assert_saved(finished, self.journals, folder / "run.h5")

    def test_and_no_temporary_folder(self):
        target = self.folder / "out" / "run.h5"
        target.parent.mkdir()
        (self.folder / "tmp").mkdir()
        running = self.start(2, "-i", 0.02, "--pose-hosts", ",".join(HOSTS), "-o", target,
                             "--ready-file", self.folder / "ready", TMPDIR=str(self.folder / "tmp"))
        self.await_file(self.folder / "ready")
        job.time.sleep(0.3)
        shutil.rmtree(target.parent)
        shutil.rmtree(self.folder / "tmp")
        finished = self.stop(running)
        self.assertIn("the data is in /tmp/rescued-", finished.words)
        for rescued in pathlib.Path("/tmp").glob(f"rescued-*-{target.stem}.*"):
            if str(rescued) in finished.words or str(rescued.with_suffix(".h5")) in finished.words:
                rescued.unlink()
        self.assert_saved(finished, self.journals, target)

    def test_on_a_disk_that_becomes_read_only(self):
        disk = SmallDisk(self, 1024)
        target = disk.path / "run.h5"
        running = self.start_sampling(self.journals, "-o", target)
        subprocess.run(["mount", "-o", "remount,ro", disk.path], check=True)
        self.assert_saved(self.stop(running), self.journals, target)

    def test_in_a_folder_whose_permission_is_lost(self):
        # Root may write everywhere, unless the file system has been told otherwise.
        target = self.folder / "out" / "run.h5"
        target.parent.mkdir()
        running = self.start_sampling(self.journals, "-o", target)
        if subprocess.run(["chattr", "+i", target.parent], stderr=subprocess.DEVNULL).returncode != 0:
            self.stop(running)
            self.skipTest("this file system has no immutable folders")
        self.addCleanup(subprocess.run, ["chattr", "-i", target.parent])
        finished = self.stop(running)
        self.assertIn("Operation not permitted", finished.words)
        self.assert_saved(finished, self.journals, target)


class Journal(DiskTest):
    def test_on_a_disk_that_fills_up(self):
        self.fill_up(SmallDisk(self, 128))

    def test_on_an_ext4_that_fills_up(self):
        self.fill_up(SmallDisk(self, 4096, ext4=True))

    def fill_up(self, disk):
        running = self.start_sampling(self.folder, "-o", "run.h5", "--journal-dir", disk.path,
                                      "-m", 0, "-i", 0.005)
        disk.fill(0)
        # What was laid out for each journal fills up as fast as this machine is busy.
        ends = [f"{host}: {disk.path}" for host in HOSTS]
        self.await_words(running, *ends)
        held = {path.name: path.read_bytes() for path in disk.path.glob("*.journal")}
        finished = self.stop(running)
        self.assert_complete(finished)
        self.assertIn("No space left on device; sampling goes on in memory", finished.words)
        with h5py.File(self.folder / "run.h5") as file:
            for host in file["hosts"].values():
                self.assertIn(b"No space left", host.attrs["collector_journal_fault"])
        self.assertEqual(list(disk.path.glob("*.journal")), [])
        # What a kill would have left: each part whole up to the sample that did not fit.
        for name, data in held.items():
            (self.folder / name).write_bytes(data)
        done = subprocess.run([job.PROGRAM, "recover", "-o", self.folder / "r.h5", self.folder],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.assertIn(done.returncode, (0, 4), done.stdout)  # 4: it went on, and lacks some between
        self.assertNotIn("dropped", done.stdout)

    def test_on_a_disk_that_is_full_for_a_second(self):
        disk = SmallDisk(self, 256)
        running = self.start_sampling(self.folder, "-o", self.folder / "run.h5",
                                      "--journal-dir", disk.path, "-m", 0, "-i", 0.005)
        disk.fill(0)
        self.await_words(running, *(f"{host}: {disk.path}" for host in HOSTS))
        (disk.path / "filler").unlink()
        self.await_words(running, *(f"{host}: the journal goes on in" for host in HOSTS))
        job.time.sleep(0.5)
        self.kill_all(running)
        done = subprocess.run([job.PROGRAM, "recover", "-o", self.folder / "r.h5", disk.path],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.assertEqual(done.returncode, 4, done.stdout)
        self.assertIn("samples of earlier parts are missing", done.stdout)
        with h5py.File(self.folder / "r.h5") as file:
            for host in file["hosts"].values():
                ticks = host["tick"][:]
                self.assertGreater(ticks[-1] - ticks[0] + 1, len(ticks))  # a gap, and more behind it

    def test_that_ended_early_is_not_said_to_have_every_sample(self):
        disk = SmallDisk(self, 128)
        finished = self.lose_output(
            lambda running: (disk.fill(0),
                             self.await_words(running, *(f"{host}: {disk.path}" for host in HOSTS))),
            "--journal-dir", disk.path, "-i", 0.005)
        lacks = r"it lacks \d+ of \d+ samples \([^)]*No space left on device\)"
        self.assertRegex(finished.words, "the journals of this run stay on a, b, not with every sample "
                                         rf"\(a: {lacks}, b: {lacks}\)\.")

    def test_whose_oldest_part_is_gone_is_not_said_to_have_every_sample(self):
        finished = self.lose_output(self.await_loss_of_first_parts, "--journal-limit", 0.02,
                                    "-i", 0.002, "--sources", "meminfo")
        self.assertRegex(finished.words, r"\(a: the first \d+ samples were removed for its size limit, b: the first "
                                         r"\d+ samples were removed for its size limit\)\. To write the file")

    def test_that_never_was_is_not_said_to_stay(self):
        nowhere = self.folder / "a-file"
        nowhere.touch()
        finished = self.lose_output(lambda _: None, "--journal-dir", nowhere)
        self.assertNotIn("the journals of this run stay", finished.words)

    def await_loss_of_first_parts(self, _):
        deadline = job.time.monotonic() + 60
        while any("+" not in path.name for path in self.folder.glob("*.journal")):
            self.assertLess(job.time.monotonic(), deadline, "the limit never came")
            job.time.sleep(0.1)

    def lose_output(self, wait, *options):
        target = self.folder / "out" / "run.h5"
        target.parent.mkdir()
        running = self.start_sampling(self.folder, "-o", target, "-m", 0, *options)
        wait(running)
        shutil.rmtree(target.parent)
        finished = self.stop(running)
        self.assertEqual(finished.status, 3, finished.words)
        return finished

    def test_on_a_disk_that_is_full_from_the_start(self):
        disk = SmallDisk(self, 64)
        disk.fill(0)
        finished = self.run_job(2, "-i", 0.1, "-d", 2, "-o", "run.h5", "--pose-hosts", "a,b",
                                "--journal-dir", disk.path)
        self.assert_complete(finished)
        self.assertEqual(finished.words.count("without a journal on a, b"), 1, finished.words)
        self.assertEqual(disk.names(), [])


if __name__ == "__main__":
    unittest.main()
