"""Signals that users, shells and batch systems send: each that can end a run ends it with a file, from the
first moment of a process to its last."""

import concurrent.futures
import os
import pathlib
import signal
import subprocess
import sys
import time
import unittest

import h5py
import job

SHIM = job.BUILD / "tests" / "libhang_preload.so"
STOPS = ("SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM", "SIGUSR1", "SIGUSR2", "SIGXCPU")
SANITIZED = os.environ.get("TSCOLLECT_SANITIZE")


def blocked(task):
    """The signals that this thread does not take, as the kernel has them; None: it has ended."""
    try:
        lines = (task / "status").read_text().splitlines()
        state = dict(line.split(":", 1) for line in lines)
        if state["State"].split()[0] not in "ZX":  # those have no masks any more, and show none
            return int(state["SigBlk"], 16)
    except (FileNotFoundError, ProcessLookupError):
        pass
    return None


def takes(mask):
    """Those of the signals that stop a run which end the process instead."""
    return [name for name in STOPS if not mask >> (getattr(signal, name) - 1) & 1]


class Signals(job.JobTest):
    def alone(self, name, *options, prefix=(), **env):
        folder = self.folder / name
        folder.mkdir()
        running = subprocess.Popen(
            [*prefix, job.COLLECTOR, "-i", "0.05", "-o", "run.h5", "--ready-file", "ready", *options], cwd=folder,
            env=job.environment(TSCOLLECT_JOURNAL_DIR=str(folder), **env), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.addCleanup(lambda: running.poll() is None and running.kill())
        return running, folder

    def judge(self, running, folder, reason):
        _, words = running.communicate(timeout=60)
        self.assertIn(running.returncode, (0, 4), words)
        self.assertIn(f"stopped by {reason}", words)
        with h5py.File(folder / "run.h5") as file:
            self.assertEqual(file.attrs["stop_reason"].decode(), reason)
            return next(iter(file["hosts"].values()))["time"].shape[0]

    def stop_by(self, name):
        running, folder = self.alone(name)
        self.await_file(folder / "ready")
        time.sleep(0.5)
        running.send_signal(getattr(signal, name))
        self.assertGreater(self.judge(running, folder, name), 3)

    def test_each_of_them_ends_in_a_file_that_names_it(self):
        with concurrent.futures.ThreadPoolExecutor(len(STOPS)) as pool:
            for _ in pool.map(self.stop_by, STOPS):
                pass

    # nohup, and a shell that starts it in the background.
    def test_one_that_is_ignored_from_the_start_stays_ignored(self):
        ignored = (signal.SIGHUP, signal.SIGQUIT)
        running, folder = self.alone("ignored", prefix=["/bin/sh", "-c", "trap '' HUP QUIT; exec \"$@\"", "sh"])
        self.await_file(folder / "ready")
        for number in ignored:
            running.send_signal(number)
        time.sleep(0.3)
        running.send_signal(signal.SIGUSR1)
        self.judge(running, folder, "SIGUSR1")

    # MPI is given its time by an alarm.
    def test_an_alarm_of_somebody_else_does_no_harm(self):
        running, folder = self.alone("alarm")
        self.await_file(folder / "ready")
        running.send_signal(signal.SIGALRM)
        time.sleep(0.3)
        running.send_signal(signal.SIGUSR1)
        self.judge(running, folder, "SIGUSR1")

    # Launchers pass a signal on as soon as the process is there, and its libraries may take long.
    @unittest.skipIf(SANITIZED, "a sanitizer has to come first")
    def test_a_signal_before_main_waits_until_there_is_something_to_stop(self):
        running, folder = self.alone("early", LD_PRELOAD=str(SHIM), HANG_LOAD="2")
        task = pathlib.Path(f"/proc/{running.pid}/task/{running.pid}")
        since = time.monotonic()
        while takes(blocked(task)):
            self.assertLess(time.monotonic() - since, 1.5, "they are not blocked before main")
        self.assertEqual(len(list(task.parent.iterdir())), 1)
        running.send_signal(signal.SIGUSR1)
        self.judge(running, folder, "SIGUSR1")
        self.assertGreater(time.monotonic() - since, 1.5)

    def test_no_thread_takes_one_until_the_process_ends(self):
        running = self.start(2, "-i", 0.05, "-o", "run.h5", "--pose-hosts", "a,b", "-d", 1.5, "--ready-file",
                             "ready", "--stop-file", "stop")
        self.await_file(self.folder / "ready")
        children = self.children_of(running.pid)
        if job.HYDRA:
            children = self.children_of(children[0])
        looks = 0
        while alive := [pid for pid in children if pathlib.Path(f"/proc/{pid}/task").exists()]:
            for pid in alive:
                looks += 1
                try:
                    tasks = list(pathlib.Path(f"/proc/{pid}/task").iterdir())
                except (FileNotFoundError, ProcessLookupError):
                    continue
                for task in tasks:
                    mask = blocked(task)
                    if mask is not None:
                        self.assertEqual(takes(mask), [], task)
            if running.poll() is not None:
                break
            time.sleep(0.002)
        self.assertGreater(looks, 100)
        self.assertIn(self.finish(running).status, (0, 4))


if __name__ == "__main__":
    sys.exit(job.run_side_by_side(job.cases_of(sys.modules["__main__"])))
