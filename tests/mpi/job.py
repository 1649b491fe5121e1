"""Runs tscollect-mpi under a real mpirun, as its users do: that of the MPI it was built with."""

import concurrent.futures
import contextlib
import os
import pathlib
import select
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

SOURCE = pathlib.Path(os.environ["TSCOLLECT_SOURCE_DIR"])
BUILD = pathlib.Path(os.environ["TSCOLLECT_BUILD_DIR"])
COLLECTOR = BUILD / "bin" / "tscollect-mpi"
PROGRAM = BUILD / "bin" / "tscollect"
FIXTURES = SOURCE / "tests" / "fixtures"
MPIRUN = os.environ.get("TSCOLLECT_MPIEXEC") or "mpirun"
HYDRA = "hydra" in os.path.realpath(shutil.which(MPIRUN) or "")

# Open MPI 5's mpirun does not start if a killed one of the same process id has left its folder.
MPI_FOLDER = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
os.chmod(MPI_FOLDER.name, 0o1777)  # for tests that become another user


def environment(**extra):
    env = {k: v for k, v in os.environ.items() if not k.startswith(("OMPI_", "PMIX_", "PRTE_", "TSCOLLECT_"))}
    env.update(
        OMPI_ALLOW_RUN_AS_ROOT="1",
        OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1",
        OMPI_MCA_rmaps_base_oversubscribe="1",  # 4.1; 5.0:
        PRTE_MCA_rmaps_default_mapping_policy=":oversubscribe",
        PRTE_MCA_prte_tmpdir_base=MPI_FOLDER.name,
        OMPI_MCA_hwloc_base_binding_policy="none",
        OMPI_MCA_btl_vader_single_copy_mechanism="none",
    )
    for name in ("ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"):
        if name in os.environ:
            env[name] = os.environ[name]
    env.update(extra)
    return env


def is_alive(pid):
    """Whether a process still has its files open: a zombie has not."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def ranks(commands, folder):
    """Words for mpirun: a rank for each of these command lines, in a script in `folder`. Open MPI 5.0's
    mpirun crashes or never starts where ":" stands between them."""
    script = pathlib.Path(folder, "ranks")
    cases = "".join(f"{rank}) exec {shlex.join(map(str, words))} ;;\n" for rank, words in enumerate(commands))
    script.write_text(f"#!/bin/sh\ncase ${{OMPI_COMM_WORLD_RANK:-$PMI_RANK}} in\n{cases}esac\n")
    script.chmod(0o755)
    return ["-n", str(len(commands)), str(script)]


class Finished:
    """Exit status and words of a job that has ended."""

    def __init__(self, status, words):
        self.status, self.words = status, words


class JobTest(unittest.TestCase):
    """A folder of its own for each test, and jobs run in it."""

    LONG = ("none",)  # how the names of tests begin that run_side_by_side() is to begin with

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tscollect-job-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.journals = pathlib.Path(tempfile.mkdtemp(prefix="tscollect-journals-"))
        self.addCleanup(shutil.rmtree, self.journals, ignore_errors=True)

    def start(self, ranks, *options, folder=None, **env):
        env.setdefault("TSCOLLECT_JOURNAL_DIR", str(self.journals))
        return self.launch(["-n", str(ranks), str(COLLECTOR), *map(str, options)], folder=folder, **env)

    def start_on_nodes(self, folders, *options, **env):
        """A rank for each folder, which is its journal folder, as on nodes of their own."""
        return self.launch_each([[COLLECTOR, "--journal-dir", folder, *options] for folder in folders], **env)

    def launch_each(self, commands, **env):
        """A rank for each command line."""
        scripts = tempfile.mkdtemp(prefix="tscollect-ranks-")
        self.addCleanup(shutil.rmtree, scripts, ignore_errors=True)
        return self.launch(ranks(commands, scripts), **env)

    def launch(self, words, folder=None, **env):
        command = [MPIRUN, *words]
        job = subprocess.Popen(
            command, cwd=folder or self.folder, env=environment(**env), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        job.heard = ""
        self.addCleanup(job.stdout.close)
        self.addCleanup(lambda: job.poll() is None and job.kill())
        return job

    def finish(self, job, timeout=60):
        words, _ = job.communicate(timeout=timeout)
        return Finished(job.returncode, job.heard + words)

    def await_words(self, job, *wanted, seconds=60):
        """Listens until the job has said each of these; finish() returns what was heard, too."""
        deadline = time.monotonic() + seconds
        while not all(words in job.heard for words in wanted):
            left = deadline - time.monotonic()
            self.assertGreater(left, 0, f"not heard: {wanted} in {job.heard}")
            if select.select([job.stdout], [], [], left)[0]:
                heard = os.read(job.stdout.fileno(), 1 << 16)
                self.assertTrue(heard, f"it ended without a word of {wanted}: {job.heard}")
                job.heard += heard.decode(errors="replace")

    def run_job(self, ranks, *options, **env):
        return self.finish(self.start(ranks, *options, **env))

    def await_file(self, path, seconds=30):
        deadline = time.monotonic() + seconds
        while not path.exists():
            self.assertLess(time.monotonic(), deadline, f"{path} did not appear")
            time.sleep(0.02)

    def assert_complete(self, finished):
        """Complete, or incomplete only because this machine was too busy to take every tick, or to read in time."""
        self.assertIn(finished.status, (0, 4), finished.words)
        if finished.status == 4:
            self.assertRegex(finished.words, "ticks missed|was not back in time")
            self.assertNotIn("does not contain this host", finished.words)

    def children_of(self, pid):
        return subprocess.run(["pgrep", "-P", str(pid)], stdout=subprocess.PIPE,
                              text=True).stdout.split()

    def kill_all(self, job):
        """As a node's death would: nobody has time for anything."""
        children = self.children_of(job.pid)
        # Hydra has a proxy between mpiexec and the ranks, which would outlive it.
        killed = [*(rank for child in children for rank in self.children_of(child)), *children]
        for child in killed:
            with contextlib.suppress(ProcessLookupError):  # ranks may end with their proxy
                os.kill(int(child), signal.SIGKILL)
        job.kill()
        # Until then a journal is taken for that of a run that goes on.
        deadline = time.monotonic() + 30
        while any(is_alive(child) for child in killed):
            self.assertLess(time.monotonic(), deadline, "ranks survive SIGKILL")
            time.sleep(0.01)
        job.communicate(timeout=60)

    def leftovers(self):
        return sorted(p.name for p in self.folder.iterdir() if p.name.startswith("."))


def cases_of(*modules):
    load = unittest.TestLoader().loadTestsFromModule
    return [case for module in modules for suite in load(module) for case in suite]


def run_side_by_side(cases, workers=6):
    """For tests that mostly sleep: each has its own folder, so that they can run at the same time. Those
    that are named on the command line, or all. Returns the exit status."""
    wanted = sys.argv[1:]
    cases = [case for case in cases if not wanted or any(word in case.id() for word in wanted)]
    cases.sort(key=lambda case: not case.id().split(".")[-1].startswith(case.LONG))

    def run(case):
        begin, result = time.monotonic(), unittest.TestResult()
        case.run(result)
        words = [f"{case.id()}: {time.monotonic() - begin:.1f} s"]
        words += [text for _, text in [*result.failures, *result.errors]]
        words += [f"skipped: {why}" for _, why in result.skipped]
        print("\n".join(words), flush=True)
        return result.wasSuccessful()

    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        good = list(pool.map(run, cases))
    print(f"{sum(good)} of {len(good)} passed", flush=True)
    return 0 if good and all(good) else 1


def send(job, number=signal.SIGUSR1):
    job.send_signal(number)


def stop_for_status(test, running):
    """The clean stop where the exit status counts: Hydra's mpiexec, sent a signal, may forget that of
    its ranks, so there a rank gets it."""
    if not HYDRA:
        return send(running)
    proxy = test.children_of(running.pid)[0]
    return os.kill(int(test.children_of(proxy)[0]), signal.SIGUSR1)
