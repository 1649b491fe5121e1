"""Marks that are made while a run goes on, by hand: stored, on rank 0's clock, recovered after kill -9, and
harmless whatever becomes of their file."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time
import unittest

import clock_fuzz
import h5py

import job
from recover_test import recover

EVIL = "\x1b[31m\n\u202e\"'\\"


def mark(folder, *words, around=(), expect=0):
    done = subprocess.run([*around, job.PROGRAM, "mark", *words, "-o", "run.h5"], cwd=folder, check=False,
                          capture_output=True, text=True, timeout=30, env=job.environment())
    if done.returncode != expect:
        raise AssertionError((words, done.returncode, done.stderr))
    return done.stderr


def phases(path):
    """name → (begin, end, host, level), times in seconds since 1970."""
    with h5py.File(path) as file:
        if "phase" not in file:
            return {}
        return {name: (begin / 1e9, end / 1e9, host, int(level)) for name, begin, end, host, level in zip(
            file["phase"].asstr()[:], file["phase_begin"][:], file["phase_end"][:],
            file["phase_host"].asstr()[:], file["phase_level"][:])}


class Marks(job.JobTest):
    def setUp(self):
        super().setUp()
        self.marks = self.folder / ".run.h5.marks"

    def sample(self, ranks=2, *options, **env):
        ready = self.folder / "ready"
        ready.unlink(missing_ok=True)
        running = self.start(ranks, "-i", 0.05, "-o", "run.h5", "--pose-hosts", "auto", "--ready-file", ready,
                             *options, **env)
        self.await_file(ready)
        return running

    def stop(self, running):
        job.send(running)
        return self.finish(running)

    def assert_valid(self, name="run.h5"):
        done = subprocess.run([job.PROGRAM, "validate", self.folder / name], capture_output=True, text=True,
                              check=False)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertNotIn("phase", done.stdout)

    def mark_nested(self):
        """Returns the times before and after each mark, by name."""
        times = {}
        for name, words in (("write", ["write"]), ("round", ["--begin", "round"]), ("inner", ["inner"]),
                            (EVIL, [EVIL]), ("-round", ["--end", "round"]), ("read", ["read"]), ("-", ["--end"])):
            before = time.time()
            mark(self.folder, *words)
            times[name] = before, time.time()
            time.sleep(0.1)
        return times

    def assert_nested(self, path, times):
        found = phases(path)
        self.assertEqual(list(found), ["write", "round", "inner", EVIL, "read"])
        for name, begin, end, level in (("write", "write", "read", 0), ("round", "round", "-round", 1),
                                        ("inner", "inner", EVIL, 2), (EVIL, EVIL, "-round", 2),
                                        ("read", "read", "-", 0)):
            at, until, host, depth = found[name]
            self.assertEqual((host, depth), (os.uname().nodename, level), name)
            for told, mark_name in ((at, begin), (until, end)):
                before, after = times[mark_name]
                self.assertTrue(before - 0.02 <= told <= after + 0.02, (name, told, before, after))

    def test_they_stand_in_the_file_and_the_sidecar_and_are_shown(self):
        running = self.sample()
        times = self.mark_nested()
        self.assert_complete(self.stop(running))
        self.assert_nested(self.folder / "run.h5", times)
        self.assertEqual(self.leftovers(), [])
        told = json.loads((self.folder / "run.json").read_text())["phases"]
        self.assertEqual([(phase["name"], phase["level"]) for phase in told],
                         [("write", 0), ("round", 1), ("inner", 2), (EVIL, 2), ("read", 0)])
        self.assertRegex(told[0]["begin"], r"\.\d{9}Z$")
        self.assert_valid()
        said = subprocess.run([job.PROGRAM, "info", "--json", self.folder / "run.h5"], check=True,
                              stdout=subprocess.PIPE).stdout
        self.assertEqual([(phase["name"], phase["origin"]) for phase in json.loads(said)["phases"]],
                         [("run", "run"), *((name, "marked") for name in ("write", "round", "inner", EVIL, "read"))])

    def test_after_kill_9_they_are_recovered_with_the_samples(self):
        running = self.sample()
        times = self.mark_nested()
        time.sleep(0.2)
        self.kill_all(running)
        self.assertIn("write", self.marks.read_text())
        mark(self.folder, "too late")
        before = self.marks.read_bytes()
        for words, name in ((["-o", self.folder / "by_journal.h5"], "by_journal.h5"),
                            (["-o", self.folder / "by_option.h5", "--marks-file", self.marks], "by_option.h5")):
            done = recover(*words, self.journals)
            self.assertEqual(done.status, 0, done.words)
            self.assertIn("1 mark made after the last sample: too late", done.words)
            self.assert_nested(self.folder / name, times)
            self.assert_valid(name)
        done = self.run_job(2, "--recover", "--pose-hosts", "auto", "-o", "by_ranks.h5")
        self.assertEqual(done.status, 0, done.words)
        self.assert_nested(self.folder / "by_ranks.h5", times)
        self.assertEqual(self.marks.read_bytes(), before)

    def test_recovery_finds_them_beside_the_output_where_the_folder_was_moved(self):
        running = self.sample()
        times = self.mark_nested()
        self.kill_all(running)
        elsewhere = self.folder / "moved"
        elsewhere.mkdir()
        self.marks.rename(elsewhere / self.marks.name)
        done = recover("-o", elsewhere / "run.h5", self.journals)
        self.assertEqual(done.status, 0, done.words)
        self.assert_nested(elsewhere / "run.h5", times)
        done = recover("-o", self.folder / "without.h5", self.journals)
        self.assertEqual((done.status, phases(self.folder / "without.h5")), (0, {}), done.words)
        done = recover("-o", self.folder / "none.h5", "--marks-file", self.folder / "none", self.journals)
        self.assertEqual(done.status, 2, done.words)
        self.assertIn("--marks-file", done.words)

    def test_a_later_run_of_the_same_name_keeps_them_for_recovery(self):
        running = self.sample()
        mark(self.folder, "first")
        time.sleep(0.2)
        self.kill_all(running)
        journals = list(self.journals.iterdir())
        running = self.sample()
        mark(self.folder, "second")
        finished = self.stop(running)
        self.assertIn("the marks of an earlier run are now in ", finished.words)
        self.assertEqual(list(phases(self.folder / "run.h5")), ["second"])
        done = recover("-o", self.folder / "old.h5", *journals)
        self.assertEqual(done.status, 0, done.words)
        self.assertEqual(list(phases(self.folder / "old.h5")), ["first"])

    def test_journals_that_are_removed_take_them_along(self):
        running = self.sample()
        mark(self.folder, "write")
        self.kill_all(running)
        self.assertTrue(self.marks.exists())
        subprocess.run([job.PROGRAM, "journals", "--journal-dir", self.journals, "--remove", "--older-than", "0"], check=True,
                       stdout=subprocess.DEVNULL)
        self.assertEqual((list(self.journals.iterdir()), self.leftovers()), ([], []))

    def test_a_run_without_marks_leaves_nothing_and_has_none(self):
        self.assert_complete(self.stop(self.sample()))
        self.assertEqual((phases(self.folder / "run.h5"), self.leftovers()), ({}, []))
        self.assertNotIn("phases", json.loads((self.folder / "run.json").read_text()))
        self.assertIn("has ended", mark(self.folder, "late", expect=3))

    def test_marks_that_come_as_it_stops_are_taken_or_refused(self):
        running = self.sample()
        taken = refused = 0
        job.send(running)
        while running.poll() is None:
            done = subprocess.run([job.PROGRAM, "mark", f"m{taken}", "-o", "run.h5"], cwd=self.folder, check=False,
                                  capture_output=True, text=True, env=job.environment())
            taken += done.returncode == 0
            refused += done.returncode == 3
        finished = self.finish(running)
        self.assert_complete(finished)
        self.assertGreater(refused, 0)
        left_out = re.search(r"(\d+) marks? made after the last sample", finished.words)
        self.assertEqual(len(phases(self.folder / "run.h5")) + int(left_out[1] if left_out else 0), taken)

    def test_what_stands_in_the_place_of_the_file_costs_the_run_nothing(self):
        def fifo(path):
            path.unlink()
            os.mkfifo(path)

        def link(path):
            path.unlink()
            path.symlink_to("/etc/passwd")

        def other_run(path):
            path.write_text('{"tscollect_marks":1,"run":"another"}\n')

        for number, (change, words) in enumerate((
                (fifo, "it is no regular file"), (link, "it is a link"), (pathlib.Path.unlink, "No such file"),
                (other_run, "it is of another run"), (lambda path: path.write_bytes(os.urandom(100_000)), "it does not begin"))):
            with self.subTest(words=words):
                running = self.sample(1, "--force")
                mark(self.folder, "write")
                change(self.marks)
                begin = time.monotonic()
                finished = self.stop(running)
                self.assertLess(time.monotonic() - begin, 15)
                self.assert_complete(finished)
                self.assertRegex(finished.words, f"tscollect-mpi: its marks are not in the file: .*{words}")
                self.assertEqual(phases(self.folder / "run.h5"), {})
                self.marks.unlink(missing_ok=True)
                (self.folder / "ready").unlink(missing_ok=True)
                self.assertLess(number, 9)

    def test_lines_that_are_no_marks_are_counted_and_named(self):
        running = self.sample(1)
        mark(self.folder, "write")
        with self.marks.open("ab") as file:
            file.write(b"nonsense\n" + b"\xff" * 200_000 + b"\n[" + b"[" * 100_000 + b"\n")
        mark(self.folder, "read")
        finished = self.stop(running)
        self.assert_complete(finished)
        self.assertIn("3 lines of the marks' file cannot be read: line 3: it is no line of JSON", finished.words)
        self.assertEqual(list(phases(self.folder / "run.h5")), ["write", "read"])

    def test_a_folder_that_hangs_keeps_neither_the_start_nor_the_end(self):
        hang = job.BUILD / "tests" / "libhang_preload.so"
        if os.environ.get("TSCOLLECT_SANITIZE"):
            self.skipTest("the sanitizers want to be loaded first")
        ready = self.folder / "ready"
        running = self.launch_each([["env", f"LD_PRELOAD={hang}", f"HANG=open:{self.marks.name}", f"HANG_IF={ready}",
                                     job.COLLECTOR, "-i", "0.05", "-o", "run.h5", "--ready-file", ready, "--timeout", "2"]],
                                   TSCOLLECT_JOURNAL_DIR=str(self.journals))
        self.await_file(ready)
        mark(self.folder, "write")
        time.sleep(0.3)
        begin = time.monotonic()
        finished = self.stop(running)
        self.assertLess(time.monotonic() - begin, 20)
        self.assert_complete(finished)
        self.assertIn("its marks are not in the file: ", finished.words)
        self.assertIn("has not answered for", finished.words)
        self.assertIn("write", self.marks.read_text(), "they are kept")


@unittest.skipIf(clock_fuzz.why_not(), clock_fuzz.why_not())
class Clocks(job.JobTest):
    """Three hosts whose clocks differ, and marks that are made by the clocks of each."""

    def around(self, host):
        words = ["unshare", "--uts"]
        if host.mono:
            words += ["--time", "--monotonic", str(host.mono)]
        return [*words, "sh", "-c", f"hostname {host.name}; exec \"$@\"", "sh", "env",
                f"LD_PRELOAD={clock_fuzz.SHIM}", f"WALL_OFFSET_FILE={host.file}"]

    @unittest.skipIf(os.geteuid() != 0, "gives itself other host names")
    def test_marks_of_every_host_are_on_rank_0_s_clock(self):
        hosts = [clock_fuzz.Host(self.folder, "a", wall=100.0),
                 clock_fuzz.Host(self.folder, "b", mono=10 * 86400, wall=3600.0),
                 clock_fuzz.Host(self.folder, "c", mono=3 * 86400, wall=-7200.0)]
        ready = self.folder / "ready"
        options = ["-i", 0.05, "-o", "run.h5", "--pose-hosts", "a,b,c", "--ready-file", ready, "--journal-dir",
                   self.journals]
        running = self.launch_each([host.command(*options) for host in hosts])
        self.await_file(ready)
        hosts[2].set_wall(5_000.0)  # somebody sets a clock while it samples
        times = []
        for number in range(6):
            host = hosts[number % 3]
            before = time.time()
            mark(self.folder, f"{host.name}{number}", around=self.around(host))
            times.append((f"{host.name}{number}", before + 100, time.time() + 100))
            time.sleep(0.15)
        journals = self.folder / "kept"
        shutil.copytree(self.journals, journals)
        kept = self.folder / "kept.marks"
        shutil.copy(self.folder / ".run.h5.marks", kept)
        job.send(running)
        self.assert_complete(self.finish(running))
        done = recover("-o", self.folder / "recovered.h5", "--marks-file", kept, journals)
        self.assertIn(done.status, (0, 4), done.words)
        for name in ("run.h5", "recovered.h5"):
            found = phases(self.folder / name)
            self.assertEqual(list(found), [told for told, _, _ in times], name)
            for told, before, after in times:
                self.assertEqual(found[told][2], told[0])
                self.assertTrue(before - 0.05 <= found[told][0] <= after + 0.05, (name, told, found[told], before, after))


if __name__ == "__main__":
    sys.exit(job.run_side_by_side(job.cases_of(sys.modules["__main__"]), workers=3))
