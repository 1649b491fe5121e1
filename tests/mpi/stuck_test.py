"""What is stuck, and when: every ending comes within its deadline, with what was sampled written or kept
in journals, and the stuck thing named. `stuck_test.py table` prints all of them, measured."""

import concurrent.futures
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

    LONG = ("test_the_output_when", "test_rank_0", "test_a_journal_while")

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
        # Much of one source is missing; the rest is there to the end.
        self.assertEqual(outcome.status, 4, outcome.words)
        self.assertRegex(outcome.words, rf"is missing in \d+ of \d+ samples: a read of /proc/{name} does not return")
        self.assertEqual(len(outcome.hosts), ranks, outcome.words)
        self.assertGreater(min(outcome.hosts.values()), 15)
        self.assertEqual(outcome.journals, 0)
        return outcome

    def test_a_read_alone(self):
        self.read_hangs("meminfo", 1)

    def test_a_read_on_rank_0(self):
        self.read_hangs("diskstats", 3, rank=0)

    def test_a_read_on_another_rank(self):
        self.read_hangs("net/dev", 3, rank=1)

    def test_a_read_at_the_start_alone(self):
        running = self.begin(1, "-d", 1, hang="read:/vmstat", at_once=True)
        outcome = self.end(running, TIMEOUT + 1)
        self.assertEqual(outcome.status, 4, outcome.words)
        self.assertIn("vmstat: a read of /proc/vmstat has not returned", outcome.words)
        self.assertEqual(len(outcome.hosts), 1)

    def test_a_read_at_the_start_of_another_rank(self):
        running = self.begin(2, "-d", 1, hang="read:/meminfo", rank=1, at_once=True)
        outcome = self.end(running, TIMEOUT + 1)
        self.assertEqual(outcome.status, 4, outcome.words)
        self.assertIn("meminfo: a read of /proc/meminfo has not returned", outcome.words)
        self.assertEqual(list(outcome.hosts), ["a", "b"])

    def test_all_reads_at_the_start_of_another_rank(self):
        running = self.begin(2, "-d", 1, hang="read:/proc/", rank=1, at_once=True)
        outcome = self.end(running, TIMEOUT + 1)
        self.assertEqual(outcome.status, 4, outcome.words)
        self.assertIn("a read of /proc/meminfo has not returned", outcome.words)
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
        self.assertGreater(max(outcome.hosts.values()), 50, outcome.words)

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
        self.assertGreater(max(outcome.hosts.values()), 5)

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

    def output_hangs(self, call):
        running = self.begin(3, "--ready-file", "ready", hang=call, rank=0)
        outcome = self.end(running, TO_WRITE * TIMEOUT, self.hang_now(running))
        self.assertEqual(outcome.status, 3, outcome.words)
        self.assertRegex(outcome.words, r"run\.h5: [a-z ]+ has not returned for 40 s")
        self.assertIn("tscollect recover -o ", outcome.words)
        self.assertIn("the journals of this run stay, with every sample, on a, b, c", outcome.words)
        self.assertEqual(outcome.journals, 3)

    def test_the_output_when_it_is_created(self):
        self.output_hangs(f"open:{self.folder.name}/.")

    def test_the_output_when_it_is_synced(self):
        self.output_hangs("sync:" + self.folder.name)

    def test_the_output_when_it_gets_its_name(self):
        self.output_hangs("name:run.h5")

    # Memory.

    def lose_memory(self, rank, **env):
        running = self.begin(3, "--ready-file", "ready", rank=rank, **env)
        return self.end(running, TIMEOUT, self.hang_now(running))

    def test_no_memory_on_another_rank(self):
        outcome = self.lose_memory(1, HANG_NEW=3000)
        self.assertEqual(outcome.status, 4, outcome.words)
        self.assertEqual(sorted(outcome.hosts), ["a", "c"], outcome.words)
        self.assertIn("the samples of this host are in its journal", outcome.words)

    def assert_all_in_journals(self, outcome, status):
        self.assertEqual(outcome.status, status, outcome.words)
        self.assertEqual((outcome.hosts, outcome.journals), ({}, 3), outcome.words)
        self.assertIn("out of memory", outcome.words)
        self.assertRegex(outcome.words, r"the journals of this run stay[^\n]* To write the file from them.*"
                                        r"\n  tscollect recover -o \S+run.h5 \S+\.journal\n")

    def test_no_memory_on_rank_0_to_write(self):
        self.assert_all_in_journals(self.lose_memory(0, HANG_NEW=3000), 3)

    def test_no_memory_on_rank_0_for_anything(self):
        self.assert_all_in_journals(self.lose_memory(0, HANG_NEW=300), 70)

    def test_memory_on_rank_0_that_what_is_kept_in_reserve_makes_up_for(self):
        outcome = self.lose_memory(0, HANG_NEW=3000, HANG_NEW_TIMES=1)
        self.assertIn(outcome.status, (0, 4), outcome.words)
        self.assertEqual(sorted(outcome.hosts), ["a", "b", "c"], outcome.words)

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
        # The job's end wakes it, and it has its own samples only: a file of them would belie the status.
        self.assertEqual(outcome.hosts, {}, outcome.words)
        self.assertNotIn("wrote ", outcome.words)


def table(words):
    """A row for each case, six at a time."""
    def row(case):
        try:
            case.setUp()
            getattr(case, case._testMethodName)()
            outcome = case.last
        except (AssertionError, subprocess.TimeoutExpired) as error:
            return f"FAILED: {str(error)[:300]} |"
        finally:
            case.doCleanups()
        said = re.findall(r"[^\n]*(?:not return|not answered|there already|not written yet|silent"
                          r"|did not|failed|memory|stopped by)[^\n]*", outcome.words)
        said = " / ".join(line.replace("tscollect-mpi: ", "") for line in said)
        return f"{outcome.seconds:.1f} s | {outcome.status} | {outcome.written()} | {said[:300]} |"

    print("| what | ends after | status | written | said |\n|---|---|---|---|---|")
    cases = [case for case in job.cases_of(sys.modules["__main__"])
             if not words or any(word in case.id() for word in words)]
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        for case, text in zip(cases, pool.map(row, cases)):
            name = case._testMethodName.removeprefix("test_").replace("_", " ")
            print(f"| {name} | {text}", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["table"]:
        table(sys.argv[2:])
    else:
        sys.exit(job.run_side_by_side(job.cases_of(sys.modules["__main__"])))
