"""What is stuck, and when: every ending comes within its deadline, with what was sampled written or kept
in journals, and the stuck thing named. `stuck_test.py table` prints all of them, measured."""

import os
import re
import signal
import subprocess
import sys
import time
import unittest

import h5py
import job

SHIM = job.BUILD / "tests" / "libhang_preload.so"
TIMEOUT = 4
INTERVAL = 0.05
# Of --timeout, as docs/launching.md has them, and room for a busy machine.
TO_WRITE = 10
ALL = sys.argv[1:] == ["table"]
ROOM = 60


class Outcome:
    def __init__(self, status, words, seconds, hosts, journals):
        self.status, self.words, self.seconds = status, words, seconds
        self.hosts, self.journals = hosts, journals

    def written(self):
        hosts = ", ".join(f"{name}: {count}" for name, count in self.hosts.items())
        return f"{hosts or 'no file'}; {self.journals} journals stay"


@unittest.skipIf(job.HYDRA, "hands the shim on by Open MPI's variables")
class Stuck(job.JobTest):
    """Each case leaves its outcome in `last`, so that the table shows what the test has judged."""

    def begin(self, ranks, *options, hang="", rank=None, at_once=False, stderr=None, **env):
        self.trigger = self.folder / "hang-now"
        variables = {"LD_PRELOAD": SHIM, "HANG": hang, **env}
        if not at_once:
            variables["HANG_IF"] = self.trigger
        if rank is not None:
            variables["HANG_RANK"] = rank
        common = ["-i", INTERVAL, "-o", "run.h5", "--timeout", TIMEOUT, *options]
        if ranks == 1:
            running = subprocess.Popen(
                [job.COLLECTOR, *map(str, common)], cwd=self.folder,
                env=job.environment(TSCOLLECT_JOURNAL_DIR=str(self.journals),
                                    **{k: str(v) for k, v in variables.items()}),
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE if stderr is None else stderr, text=True)
            running.heard = ""
            if stderr is None:
                self.addCleanup(running.stderr.close)
            self.addCleanup(lambda: running.poll() is None and running.kill())
            return running
        hosts = ",".join("abcdef"[:ranks])
        return self.launch(
            ["-n", str(ranks), str(job.COLLECTOR), *map(str, common),
             "--pose-hosts", hosts],
            TSCOLLECT_JOURNAL_DIR=str(self.journals),
            OMPI_MCA_mca_base_env_list=";".join(f"{k}={v}" for k, v in variables.items()))

    def end(self, running, within, since=None):
        since = since or time.monotonic()
        out, words = running.communicate(timeout=within + 60)
        seconds = time.monotonic() - since
        words = running.heard + (words or "") + (out or "")
        self.assertLess(seconds, within + ROOM, words)
        hosts = {}
        if (self.folder / "run.h5").exists():
            with h5py.File(self.folder / "run.h5") as file:
                hosts = {name: host["time"].shape[0] for name, host in file["hosts"].items()}
        self.last = Outcome(running.returncode, words, seconds, hosts, len(list(self.journals.iterdir())))
        return self.last

    def hang_now(self, running, before_stop=1, then=signal.SIGUSR1):
        """Once it samples: the trigger, half a second, the stop."""
        self.await_file(self.folder / "ready")
        time.sleep(0.5)
        self.trigger.touch()
        time.sleep(before_stop)
        running.send_signal(then)
        return time.monotonic()

    # Reads.

    def read_hangs(self, name, ranks, rank=None):
        running = self.begin(ranks, "--ready-file", "ready", hang=f"read:/{name}", rank=rank)
        outcome = self.end(running, TIMEOUT, self.hang_now(running))
        self.assertEqual(outcome.status, 4, outcome.words)
        self.assertRegex(outcome.words, rf"a read of /proc/{name} has not returned for [0-9.]+ s")
        self.assertEqual(len(outcome.hosts), ranks, outcome.words)
        self.assertGreater(min(outcome.hosts.values()), 3)
        return outcome

    def test_a_read_alone(self):
        self.read_hangs("meminfo", 1)

    def test_a_read_on_rank_0(self):
        self.read_hangs("diskstats", 3, rank=0)

    def test_a_read_on_another_rank(self):
        self.read_hangs("net/dev", 3, rank=1)

    def test_a_read_at_the_start_alone(self):
        running = self.begin(1, hang="read:/vmstat", at_once=True)
        outcome = self.end(running, TIMEOUT)
        self.assertEqual(outcome.status, 5, outcome.words)
        self.assertIn("a read of /proc/vmstat has not returned", outcome.words)

    def test_a_read_at_the_start_of_another_rank(self):
        running = self.begin(2, "-d", 1, hang="read:/loadavg", rank=1, at_once=True)
        outcome = self.end(running, TIMEOUT + 1)
        self.assertEqual(outcome.status, 4, outcome.words)
        self.assertIn("a read of /proc/loadavg has not returned", outcome.words)
        self.assertEqual(list(outcome.hosts), ["a"])

    # Files that the user names.

    def test_a_slow_stop_file_costs_no_tick(self):
        running = self.begin(1, "--stop-file", "stop", "--ready-file", "ready", hang="stat:stop:1.5")
        self.await_file(self.folder / "ready")
        self.trigger.touch()
        time.sleep(4)
        (self.folder / "stop").touch()
        outcome = self.end(running, 5)
        self.assertIn("stopped by stop file stop", outcome.words)
        # One look would have cost thirty of these.
        self.assertGreater(outcome.hosts.popitem()[1], 60, outcome.words)

    def test_a_stop_file_that_hangs(self):
        running = self.begin(2, "--stop-file", "stop", "--ready-file", "ready", hang="stat:stop")
        outcome = self.end(running, TIMEOUT, self.hang_now(running, before_stop=2.5))
        self.assertIn(outcome.status, (0, 4), outcome.words)
        self.assertEqual(len(outcome.hosts), 2)
        self.assertGreater(min(outcome.hosts.values()), 30)

    def test_a_stop_file_that_hangs_at_the_start(self):
        running = self.begin(1, "--stop-file", "stop", "-d", 1, hang="stat:stop", at_once=True)
        outcome = self.end(running, TIMEOUT + 1)
        self.assertIn(outcome.status, (0, 4), outcome.words)
        self.assertIn("--stop-file stop: its folder has not answered", outcome.words)

    def test_a_ready_file_that_hangs(self):
        running = self.begin(2, "--ready-file", "ready.txt", "-d", 5, hang="name:ready.txt", rank=0,
                             at_once=True)
        outcome = self.end(running, TIMEOUT + 2)
        self.assertIn(outcome.status, (0, 4), outcome.words)
        self.assertIn("--ready-file ready.txt: not written yet", outcome.words)
        self.assertEqual(len(outcome.hosts), 2)

    def test_a_ready_file_that_is_a_fifo(self):
        os.mkfifo(self.folder / "ready")
        outcome = self.end(self.begin(1, "--ready-file", "ready", "-d", 2), TIMEOUT + 2)
        self.assertIn(outcome.status, (0, 4), outcome.words)

    def test_a_ready_file_that_is_a_fifo_is_written_to_its_reader(self):
        os.mkfifo(self.folder / "ready")
        running = self.begin(2, "--ready-file", "ready", "-d", 2)
        with open(self.folder / "ready") as reader:
            self.assertEqual(reader.read(), "a\nb\n")
        self.end(running, TIMEOUT + 2)

    def test_stale_files(self):
        (self.folder / "stop").touch()
        outcome = self.end(self.begin(2, "--stop-file", "stop"), TIMEOUT)
        self.assertEqual(outcome.status, 2, outcome.words)
        self.assertIn("--stop-file stop: it is there already", outcome.words)
        (self.folder / "ready").write_text("of yesterday\n")
        running = self.begin(2, "--ready-file", "ready", "-d", 1)
        while (self.folder / "ready").exists() and (self.folder / "ready").read_text() == "of yesterday\n":
            self.assertIsNone(running.poll())
            time.sleep(0.01)
        outcome = self.end(running, TIMEOUT + 1)
        self.assertEqual((self.folder / "ready").read_text(), "a\nb\n", outcome.words)

    # Words.

    def test_standard_error_that_nobody_reads(self):
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        try:
            while os.write(writer, b"x" * 4096):
                pass
        except BlockingIOError:
            pass
        os.set_blocking(writer, True)
        running = self.begin(1, "-v", "--ready-file", "ready", stderr=writer)
        os.close(writer)
        self.addCleanup(os.close, reader)
        outcome = self.end(running, TIMEOUT, self.hang_now(running))
        self.assertIn(outcome.status, (0, 4))
        self.assertEqual(outcome.journals, 0)
        self.assertGreater(outcome.hosts.popitem()[1], 5)

    # The journal's disk.

    def test_a_journal_at_the_start(self):
        running = self.begin(2, "-d", 6, hang=f"open:{self.journals.name}", rank=1,
                             at_once=True)
        outcome = self.end(running, TIMEOUT + 6)
        self.assertEqual(outcome.status, 4, outcome.words)  # it missed the ticks of the wait
        self.assertEqual(len(outcome.hosts), 2)
        self.assertRegex(outcome.words, r"it has not answered for [0-9.]+ s")

    def test_a_journal_while_sampling(self):
        # Where a next part begins.
        running = self.begin(2, "-i", 0.002, "--journal-part", 0.001, "--ready-file", "ready",
                             hang=f"open:{self.journals.name}", rank=1)
        outcome = self.end(running, TIMEOUT, self.hang_now(running, before_stop=8))
        self.assertEqual(outcome.status, 4, outcome.words)
        self.assertRegex(outcome.words, r"b: a write to the journal \S+ has not returned for")
        self.assertEqual(len(outcome.hosts), 2)

    def test_a_journal_at_the_stop(self):
        running = self.begin(2, "--ready-file", "ready", hang="open:.journal", rank=1)
        outcome = self.end(running, 2 * TIMEOUT, self.hang_now(running))
        self.assertIn(outcome.status, (0, 4), outcome.words)
        self.assertEqual(len(outcome.hosts), 2)

    # The output.

    def test_the_output_at_the_start(self):
        outcome = self.end(self.begin(2, hang=f"open:{self.folder.name}/.", rank=0, at_once=True), TIMEOUT)
        self.assertEqual(outcome.status, 2, outcome.words)
        self.assertIn("run.h5: its folder has not answered for 4 s", outcome.words)

    def test_the_output_when_it_is_written(self):
        for call in (f"open:{self.folder.name}/.", "sync:" + self.folder.name, "name:run.h5") if ALL else (
                "sync:" + self.folder.name,):
            with self.subTest(call=call):
                self.journals_before = len(list(self.journals.iterdir()))
                (self.folder / "ready").unlink(missing_ok=True)
                (self.folder / "hang-now").unlink(missing_ok=True)
                running = self.begin(3, "--ready-file", "ready", hang=call, rank=0)
                outcome = self.end(running, TO_WRITE * TIMEOUT, self.hang_now(running))
                self.assertEqual(outcome.status, 3, outcome.words)
                self.assertRegex(outcome.words, r"run\.h5: [a-z ]+ has not returned for 40 s")
                self.assertIn("tscollect recover -o ", outcome.words)
                self.assertEqual(outcome.journals - self.journals_before, 3)

    # Memory.

    def test_no_memory_on_one_host(self):
        for rank in (1, 0):
            with self.subTest(rank=rank):
                (self.folder / "ready").unlink(missing_ok=True)
                (self.folder / "hang-now").unlink(missing_ok=True)
                running = self.begin(3, "--ready-file", "ready", "--force", rank=rank, HANG_NEW=3000)
                outcome = self.end(running, TIMEOUT, self.hang_now(running))
                self.assertNotIn("internal error", outcome.words)
                self.assertEqual(outcome.status, 4 if rank else outcome.status, outcome.words)
                if rank:
                    self.assertEqual(sorted(outcome.hosts), ["a", "c"], outcome.words)
                    self.assertIn("what was sampled here is in its journal", outcome.words)

    # Ranks.

    def stop_a_rank(self, rank):
        running = self.begin(3, "--ready-file", "ready")
        self.await_file(self.folder / "ready")
        pids = {}
        for pid in map(int, self.children_of(running.pid)):
            with open(f"/proc/{pid}/environ", "rb") as variables:
                pids[int(re.search(rb"OMPI_COMM_WORLD_RANK=(\d+)", variables.read()).group(1))] = pid
        os.kill(pids[rank], signal.SIGSTOP)
        running.send_signal(signal.SIGUSR1)
        since = time.monotonic()
        try:
            return self.end(running, 3 * TIMEOUT, since)
        finally:
            for pid in pids.values():
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass

    def test_a_rank_that_is_stopped(self):
        outcome = self.stop_a_rank(1)
        self.assertEqual(outcome.status, 4, outcome.words)
        self.assertEqual(list(outcome.hosts), ["a", "c"])

    def test_rank_0_that_is_stopped(self):
        outcome = self.stop_a_rank(0)
        self.assertEqual(outcome.status, 3, outcome.words)
        self.assertIn("rank 0 has fallen silent", outcome.words)
        self.assertEqual(outcome.journals, 3)


def table():
    print("| what | ends after | status | written | said |\n|---|---|---|---|---|")
    for name in unittest.TestLoader().getTestCaseNames(Stuck):
        case = Stuck(name)
        case.setUp()
        try:
            getattr(case, name)()
            outcome = case.last
        except (AssertionError, subprocess.TimeoutExpired) as error:
            print(f"| {name} | FAILED: {str(error)[:300]} |", flush=True)
            continue
        finally:
            case.doCleanups()
        said = re.findall(r"[^\n]*(?:not returned|not answered|there already|not written yet|silent"
                          r"|did not|failed|memory|stopped by)[^\n]*", outcome.words)
        print(f"| {name.removeprefix('test_').replace('_', ' ')} | {outcome.seconds:.1f} s | {outcome.status} "
              f"| {outcome.written()} | {' / '.join(said)[:300]} |", flush=True)


if __name__ == "__main__":
    if ALL:
        table()
    else:
        unittest.main()
