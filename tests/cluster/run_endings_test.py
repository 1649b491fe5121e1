"""How tscollect-run ends in a Slurm job, whatever strikes it: what is in the folder, what is said,
what stays. Prints a row for each ending."""

import json
import os
import pathlib
import shutil
import signal
import tempfile
import time
import unittest

import cluster
import endings
import slurm

RUN = endings.BUILD / "bin" / "tscollect-run"

SCRIPT = """\
#!/bin/bash
cd {folder}
export TSCOLLECT_JOURNAL_DIR={folder}/journals
set -m
{run} -i 0.1 --timeout 5 -o run-%j-r%r.h5 -- \\
  bash -c 'echo $$ >command; until [ -e end ]; do sleep 0.05; done; exit "$(cat end)"' 2>log.$SLURM_RESTART_COUNT &
echo $! >runner
wait $!
echo $? >status
until [ -e leave ]; do sleep 0.05; done
"""


class Ending:
    """One job with tscollect-run in it."""

    def __init__(self, hosts, name, *options):
        self.hosts, self.name = hosts, name
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tscollect-ending-"))
        (self.folder / "journals").mkdir()
        self.job = hosts.submit(SCRIPT.format(folder=self.folder, run=RUN), self.folder, "--nodes=3",
                                "--ntasks-per-node=1", "--output=job.log", *options)
        self.await_command()

    def await_true(self, condition, what, limit=60):
        deadline = time.monotonic() + limit
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.name}: {what} did not come within {limit} s: {self.words()}")
            time.sleep(0.05)

    def await_command(self):
        self.await_true(lambda: (self.folder / "command").exists()
                        and (self.folder / "command").read_text().strip(), "the command's start")
        time.sleep(1)

    def number(self, name):
        return int((self.folder / name).read_text())

    def end_command(self, status=0):
        (self.folder / "end").write_text(str(status))

    def leave(self):
        (self.folder / "leave").touch()

    def await_end(self, limit=90):
        self.await_true(lambda: self.hosts.is_over(self.job), "the job's end", limit)

    def of_ours(self):
        """Processes of tscollect that are left on the nodes."""
        found = []
        for host in self.hosts.nodes:
            for pid in cluster.pids_in(self.hosts.network(host)):
                try:
                    name = pathlib.Path(f"/proc/{pid}/comm").read_text().strip()
                except OSError:
                    continue
                if name.startswith("tscollect") or name == "srun":
                    found.append(f"{name} on {host}")
        return found

    def hidden(self):
        return sorted(path.name for path in self.folder.iterdir() if path.name.startswith("."))

    def files(self):
        return {path.name: endings.samples_in(path) for path in sorted(self.folder.glob("*.h5"))}

    def sidecars(self):
        return [json.loads(path.read_text()) for path in sorted(self.folder.glob("run-*.json"))]

    def status(self):
        path = self.folder / "status"
        return path.read_text().strip() if path.exists() else "–"

    def words(self):
        return "".join(path.read_text(errors="replace") for path in sorted(self.folder.glob("log.*")))

    def row(self):
        held = "; ".join(f"{name}: {complete}: {endings.counts(samples)}"
                         for name, (samples, complete) in self.files().items()) or "none"
        said = self.words().splitlines()
        reasons = ", ".join(each["stop_reason"] for each in self.sidecars())
        return [self.name, self.status(), held, reasons, said[-1][:90] if said else "–",
                ", ".join(self.of_ours() + self.hidden()) or "nothing"]


class RunEndings(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.hosts = slurm.Slurm(hosts=3, kill_wait=10).__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.hosts.__exit__(None, None, None)

    def begin(self, name, *options):
        ending = Ending(self.hosts, name, *options)
        self.addCleanup(shutil.rmtree, ending.folder, ignore_errors=True)
        self.addCleanup(self.hosts.cancel, ending.job)
        return ending

    def finish(self, ending):
        ending.await_true(lambda: not ending.of_ours() and not ending.hidden(), "that nothing stays", 30)
        print(*ending.row(), sep=" | ", flush=True)

    def check_whole(self, ending, names=1):
        files = ending.files()
        self.assertEqual(len(files), names, ending.words())
        for held, _ in files.values():
            self.assertEqual(sorted(held), endings.HOSTS, ending.words())

    def test_the_commands_end(self):
        ending = self.begin("command ends with 7")
        ending.end_command(7)
        ending.leave()
        ending.await_end()
        self.finish(ending)
        self.check_whole(ending)
        self.assertEqual(ending.status(), "7")
        run = ending.sidecars()[0]
        self.assertEqual(run["stop_reason"], "command ended (7)")
        self.assertEqual(run["command"]["exit_status"], 7)
        self.assertIn("bash -c", run["command"]["line"])

    def test_sigkill_of_it_and_of_its_process_group(self):
        for name in ("kill -9 tscollect-run", "kill -9 its process group"):
            with self.subTest(ending=name):
                ending = self.begin(name)
                runner = ending.number("runner")
                if "group" in name:
                    os.killpg(runner, signal.SIGKILL)
                else:
                    os.kill(runner, signal.SIGKILL)
                self.finish(ending)
                self.check_whole(ending)
                ending.end_command()
                ending.leave()
                ending.await_end()

    def test_scancel(self):
        ending = self.begin("scancel")
        self.hosts.cancel(ending.job)
        ending.await_end()
        self.finish(ending)
        self.check_whole(ending)

    def test_walltime(self):
        ending = self.begin("walltime", "--time=1")
        ending.await_end(limit=180)
        self.finish(ending)
        self.check_whole(ending)

    def test_a_requeued_job_keeps_both_attempts(self):
        ending = self.begin("requeue", "--requeue")
        (ending.folder / "command").unlink()
        status, words = self.hosts.run("login", ["scontrol", "requeue", ending.job])
        self.assertEqual(status, 0, words)
        ending.await_true(lambda: (ending.folder / "command").exists(), "the second attempt", 180)
        time.sleep(1)
        ending.end_command()
        ending.leave()
        ending.await_end()
        self.finish(ending)
        self.check_whole(ending, names=2)
        self.assertEqual(sorted(ending.files()), [f"run-{ending.job}-r0.h5", f"run-{ending.job}-r1.h5"])


class Names(unittest.TestCase):
    def setUp(self):
        output = tempfile.TemporaryDirectory(prefix="tscollect-run-")
        self.addCleanup(output.cleanup)
        self.folder = pathlib.Path(output.name)

    def run_jobs(self, options, *submit):
        with slurm.Slurm(hosts=3) as hosts:
            job = hosts.submit(f"#!/bin/sh\nexec {RUN} --no-journal -i 0.1 {options} -- sleep 2\n",
                               self.folder, *submit)
            return job, hosts.wait(job)

    def written(self):
        self.assertEqual([path for path in self.folder.iterdir() if path.name.startswith(".")], [])
        return sorted(path.name for path in self.folder.glob("*.h5"))

    def test_six_array_tasks_in_one_second_each_have_a_file(self):
        job, ended = self.run_jobs("", "--array=1-6", "--nodes=1")
        names = self.written()
        print("six array tasks |", *names, flush=True)
        self.assertEqual([name.split(f"_{job}_")[1] for name in names],
                         [f"{task}.h5" for task in range(1, 7)], ended.words)

    def test_six_that_want_one_name_each_have_their_own(self):
        job, ended = self.run_jobs("-o same-%A.h5", "--array=1-6", "--nodes=1")
        self.assertEqual(self.written(), sorted([f"same-{job}.h5"] + [
            f"same-{job}-{number}.h5" for number in range(2, 7)]), ended.words)

    def test_a_heterogeneous_job_is_sampled_on_all_components(self):
        job, ended = self.run_jobs("-o het.h5", "--nodes=1", ":", "--nodes=2")
        held, completeness = endings.samples_in(self.folder / "het.h5")
        print("heterogeneous job |", completeness, endings.counts(held), flush=True)
        self.assertEqual(sorted(held), endings.HOSTS, ended.words)

    def test_a_job_without_exported_environment_keeps_its_settings(self):
        with slurm.Slurm(hosts=3) as hosts:
            job = hosts.submit("#!/bin/sh\nexport TSCOLLECT_INTERVAL=0.2\n"
                               f"exec {RUN} --no-journal -o run.h5 -- sleep 1\n", self.folder,
                               "--export=NONE", "--nodes=2", "--ntasks-per-node=1")
            ended = hosts.wait(job)
        sidecar = json.loads((self.folder / "run.json").read_text())
        self.assertEqual(sidecar["collection_interval_seconds"], 0.2, ended.words)


if __name__ == "__main__":
    cluster.skip_unless_possible(slurm.TOOLS)
    unittest.main()
