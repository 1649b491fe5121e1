"""tscollect-run with the real mpirun and the real collector on this machine."""

import calendar
import json
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import time
import unittest

PROGRAMS = pathlib.Path(os.environ["TSCOLLECT_BUILD_DIR"], "bin")
# A busy machine may miss ticks: then the run is incomplete, and two lines say so.
WROTE = (r"\Atscollect-run: wrote run.h5 \((complete, .*|incomplete, .* ticks missed\n"
         r"  tscollect-mpi: .* ticks missed)\n")


@unittest.skipUnless((PROGRAMS / "tscollect-mpi").exists(), "built without MPI")
class RealRun(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(self.temporary.name)
        self.environment = {
            name: text for name, text in os.environ.items()
            if not name.startswith(("SLURM_", "TSCOLLECT_"))
        } | {"PATH": f"{PROGRAMS}:{os.environ['PATH']}", "TSCOLLECT_JOURNAL_DIR": str(self.folder)}

    def tearDown(self):
        self.temporary.cleanup()

    def start(self, *words, options=()):
        return subprocess.Popen(
            [str(PROGRAMS / "tscollect-run"), "-i", "0.1", "-o", "run.h5", *options,
             "--", *words],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            cwd=self.folder, env=self.environment, start_new_session=True)

    def finish(self, process, marks=0):
        """`marks`: of killed runs, whose marks stay for their recovery."""
        out, err = process.communicate(timeout=90)
        hidden = [p.name for p in self.folder.iterdir() if p.name.startswith(".")]
        self.assertEqual((len(hidden), [name for name in hidden if not name.endswith(".marks")]), (marks, []))
        return out, err

    def sidecar(self):
        return json.loads((self.folder / "run.json").read_text())

    def test_a_page_is_written_beside_the_file_if_asked_for(self):
        said = subprocess.run([PROGRAMS / "tscollect", "--help"], capture_output=True, text=True, check=True).stdout
        if "report" not in said:
            self.skipTest("built without the chart library")
        process = self.start("sh", "-c", "echo mine; sleep 0.5; exit 3", options=["--report"])
        out, err = self.finish(process)
        self.assertEqual((process.returncode, out), (3, "mine\n"), err)
        self.assertRegex(err, r"\Atscollect-run: wrote run.h5 .*\ntscollect-run: its page is run.html\n\Z")
        page = (self.folder / "run.html").read_text(encoding="utf-8")
        self.assertTrue(page.startswith("<!DOCTYPE html>") and page.endswith("</html>\n"))
        self.assertIn("echo mine", page)

    def test_a_page_that_cannot_be_written_costs_nothing_else(self):
        (self.folder / "run.html").mkdir()
        process = self.start("sh", "-c", "exit 5", options=["--report"])
        out, err = self.finish(process)
        self.assertEqual((process.returncode, out), (5, ""))
        self.assertIn("no page was written", err)
        self.assert_complete()

    def test_the_file_covers_the_command(self):
        process = self.start("sh", "-c", "date +%s.%N; sleep 1; date +%s.%N; exit 7")
        out, err = self.finish(process)
        self.assertEqual(process.returncode, 7, err)
        self.assertRegex(err, WROTE + r"\Z")
        self.assertEqual(self.sidecar()["stop_reason"], "command ended (7)")
        self.assertEqual(self.sidecar()["command"]["exit_status"], 7)
        said = subprocess.run([PROGRAMS / "tscollect", "info", "run.h5"], capture_output=True, text=True,
                              cwd=self.folder, check=True).stdout
        self.assertRegex(said, r"command +sh -c .*exit 7; status 7, after ")
        subprocess.run([PROGRAMS / "tscollect", "validate", "run.h5"], cwd=self.folder, check=True,
                       stdout=subprocess.DEVNULL)
        done = subprocess.run([PROGRAMS / "tscollect", "export", "run.h5"], capture_output=True,
                              text=True, cwd=self.folder, check=True)
        stamps = [sample["timestamp"] for host in json.loads(done.stdout)["samples_by_host"].values()
                  for sample in host]
        began, ended = (time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(float(word)))
                        + word[word.index("."):][:4] + "Z" for word in out.split())
        self.assertLessEqual(stamps[0], began)
        self.assertGreaterEqual(stamps[-1], ended)
        self.assertGreaterEqual(len(stamps), 5)

    def test_an_interrupt_ends_the_command_and_the_file_is_whole(self):
        process = self.start("sh", "-c", "touch begun; exec sleep 60")
        while not (self.folder / "begun").exists():
            self.assertIsNone(process.poll())
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)
        _, err = self.finish(process)
        self.assertEqual(process.returncode, 130, err)
        self.assert_complete()

    def test_a_file_that_cannot_be_written_is_told_and_the_command_runs(self):
        (self.folder / "run.h5").touch()
        process = self.start("echo", "ran")
        out, err = self.finish(process)
        self.assertEqual((process.returncode, out), (0, "ran\n"))
        self.assertIn("tscollect-run: no file was written: cannot write run.h5: it exists", err)

    def test_a_sidecar_whose_name_the_command_takes_costs_only_itself(self):
        process = self.start("sh", "-c", "echo results >run.json")
        _, err = self.finish(process)
        self.assertEqual(process.returncode, 0)
        self.assertRegex(err, WROTE + r"  tscollect-mpi: the sidecar was not written: .*run.json: .*created meanwhile.*; run.h5 is whole.*\n\Z")
        self.assertEqual((self.folder / "run.json").read_text(), "results\n")
        self.assertEqual([path for path in self.folder.iterdir() if path.suffix == ".journal"], [])
        subprocess.run([PROGRAMS / "tscollect", "info", "run.h5"], cwd=self.folder, check=True,
                       stdout=subprocess.DEVNULL)

    def test_a_file_whose_name_the_command_takes_is_told_with_where_the_data_is(self):
        process = self.start("sh", "-c", "echo results >run.h5")
        _, err = self.finish(process, marks=1)
        self.assertEqual(process.returncode, 0)
        told = re.match(r"tscollect-run: no file was written: \S*run.h5: a file of that name .*; the data is in (\S+) on ", err)
        self.assertTrue(told, err)
        rescued = pathlib.Path(told[1])
        self.assertTrue(rescued.is_file())
        for path in (rescued, rescued.with_suffix(".json")):
            path.unlink()

    def test_it_sleeps_while_the_command_runs(self):
        process = self.start("sleep", "12")
        while not (self.folder / "run.h5").exists() and self.of_ours(process) != ["tscollect-keep", *["tscollect-run"] * 2]:
            self.assertIsNone(process.poll())
            time.sleep(0.1)
        while "sleep" not in self.of_ours(process, "sleep"):
            time.sleep(0.1)
        for _ in range(3):  # on a busy machine the last of the start may come late
            before = self.switches(process)
            time.sleep(3)
            if self.switches(process) == before:
                break
        self.assertEqual(self.switches(process), before)  # they have not run at all
        self.finish(process)

    def of_ours(self, process, *names):
        """The processes that belong to it: it, the one that hears signals, the keeper."""
        return sorted(name for _, name in self.session(process) if name in (names or ("tscollect-run",
                                                                                     "tscollect-keep")))

    def session(self, process):
        found, known = [], {process.pid}
        for path in sorted(pathlib.Path("/proc").glob("[0-9]*"), key=lambda path: int(path.name)):
            try:
                name, rest = (path / "stat").read_text().split("(", 1)[1].rsplit(")", 1)
            except OSError:
                continue
            if int(path.name) in known or int(rest.split()[1]) in known:
                known.add(int(path.name))
                found.append((path, name))
        return found

    def switches(self, process):
        return {path.name: [line for line in (path / "status").read_text().splitlines() if "ctxt_switches" in line]
                for path, name in self.session(process) if name in ("tscollect-run", "tscollect-keep")}

    def assert_complete(self):
        """Or incomplete only because this machine was too busy to take every tick."""
        sidecar = self.sidecar()
        if sidecar["completeness"] != "complete":
            self.assertTrue(all(host["missed_ticks"] > 0 for host in sidecar["hosts"].values()), sidecar)

    def run_with_mounts(self, mounts, **variables):
        """In a mount namespace of its own; the folder of the run is none of /tmp's."""
        with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
            environment = {name: text for name, text in self.environment.items()
                           if name not in ("TMPDIR", "TSCOLLECT_JOURNAL_DIR")} | variables
            done = subprocess.run(
                ["unshare", "-m", "sh", "-ec", mounts + '; exec "$@"', "sh", PROGRAMS / "tscollect-run", "-i", "0.1",
                 "-o", "run.h5", "--", "sh", "-c", "sleep 0.3; exit 7"], cwd=folder, env=environment,
                stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=90, check=False)
            self.assertEqual(done.returncode, 7, done.stderr)
            # Another run's journals may lie in /tmp.
            self.assertRegex(done.stderr, WROTE + r"(  tscollect-mpi: runs that ended badly .*\n)?\Z")
            self.assertEqual(sorted(os.listdir(folder)), ["run.h5", "run.json"])

    @unittest.skipUnless(os.geteuid() == 0 and subprocess.run(["unshare", "-m", "true"]).returncode == 0,
                         "mounts need root")
    def test_a_temporary_folder_that_takes_no_files_costs_nothing(self):
        folder = self.folder / "mounted"
        folder.mkdir()
        mount = f"mount -t tmpfs -o mode=1777,{{}} none {folder}"
        full = f"; dd if=/dev/zero of={folder}/all 2>/dev/null || :"
        for name, mounts in (("read-only", mount.format("ro")), ("full", mount.format("size=256k") + full),
                             ("no inodes", mount.format("nr_inodes=1"))):
            with self.subTest(folder=name):
                self.run_with_mounts(mounts, TMPDIR=str(folder))
        with self.subTest(folder="read-only /tmp, which is not named"):
            self.run_with_mounts("mount --bind /tmp /tmp && mount -o remount,bind,ro /tmp")

    def killed(self, label):
        """What a run says whose collector was killed while its command ran."""
        process = self.start("sh", "-c", f"tscollect mark {label}; touch begun; until [ -e go ]; do sleep 0.1; done",
                             options=["--label", f"which={label}"])
        while not (self.folder / "begun").exists():
            self.assertIsNone(process.poll())
            time.sleep(0.05)
        time.sleep(0.5)
        for path, name in self.session(process):
            if name == "tscollect-mpi":
                os.kill(int(path.name), signal.SIGKILL)
        (self.folder / "go").touch()
        _, err = self.finish(process, marks=1 + (label == "younger"))
        for name in ("begun", "go"):
            (self.folder / name).unlink()
        return err

    def test_of_two_dead_runs_each_is_told_its_own_recovery(self):
        said = {label: self.killed(label) for label in ("older", "younger")}
        self.assertEqual(len(list(self.folder.glob("*.journal"))), 2)
        for label in ("younger", "older"):
            with self.subTest(run=label):
                self.assertIn("tscollect-run: no file was written: rank 0 on ", said[label])
                commands = [line.strip() for line in said[label].splitlines() if "tscollect recover" in line]
                self.assertEqual(len(commands), 1, said[label])
                done = subprocess.run(["sh", "-c", commands[0]], cwd=self.folder, env=self.environment,
                                      capture_output=True, text=True, check=False)
                self.assertIn(done.returncode, (0, 4), done.stderr)
                self.assertEqual(self.sidecar()["labels"], {"which": label})
                self.assertEqual([phase["name"] for phase in self.sidecar()["phases"]], [label])
                self.assertIn(f"tscollect mark {label}", self.sidecar()["command"]["line"])
                self.assertEqual(self.sidecar()["command"]["exit_status"], 0, "the command went on")
                for name in ("run.h5", "run.json"):
                    (self.folder / name).unlink()

        subprocess.run([PROGRAMS / "tscollect", "journals", "--journal-dir", ".", "--remove", "--older-than", "0"],
                       cwd=self.folder, check=True, stdout=subprocess.DEVNULL)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_phases_that_the_command_marks_stand_in_the_file(self):
        script = """cd /; tscollect mark 'write "a"'; date +%s.%N; sleep 0.6; tscollect mark --begin check
            sleep 0.3; tscollect mark read; date +%s.%N; sleep 0.6; tscollect mark --end check; date +%s.%N; sleep 0.3"""
        process = self.start("sh", "-c", script)
        out, err = self.finish(process)
        self.assertEqual(process.returncode, 0, err)
        self.assertRegex(err, WROTE + r"\Z")
        phases = {phase["name"]: phase for phase in self.sidecar()["phases"]}
        self.assertEqual([(name, phase["level"]) for name, phase in phases.items()],
                         [('write "a"', 0), ("check", 1), ("read", 2)])
        command = self.sidecar()["command"]
        write, read, end = (float(word) for word in out.split())
        for moment, stamp in ((write, phases['write "a"']["begin"]), (read, phases["read"]["begin"]),
                              (end, phases["check"]["end"]), (end, phases["read"]["end"])):
            told = calendar.timegm(time.strptime(stamp[:19], "%Y-%m-%dT%H:%M:%S")) + float("0." + stamp[20:-1])
            self.assertLess(abs(told - moment), 1, stamp)
            self.assertTrue(command["begin"] <= stamp[:23] + "Z" <= command["end"], (command, stamp))
        info = json.loads(subprocess.run([PROGRAMS / "tscollect", "info", "--json", "run.h5"], capture_output=True,
                                         text=True, cwd=self.folder, check=True).stdout)
        self.assertEqual([(phase["name"], phase["origin"]) for phase in info["phases"]],
                         [("run", "run"), ("command", "command"), ('write "a"', "marked"), ("check", "marked"),
                          ("read", "marked")])
        said = subprocess.run([PROGRAMS / "tscollect", "info", "run.h5"], capture_output=True, text=True,
                              cwd=self.folder, check=True).stdout
        self.assertRegex(said, r'(?m)^  write "a" .*\n    check .*\n      read ')
        subprocess.run([PROGRAMS / "tscollect", "validate", "run.h5"], cwd=self.folder, check=True,
                       stdout=subprocess.DEVNULL)

    def test_after_kill_9_of_everything_command_and_phases_are_recovered(self):
        process = self.start("sh", "-c", "tscollect mark write; touch begun; sleep 60")
        while not (self.folder / "begun").exists():
            self.assertIsNone(process.poll())
            time.sleep(0.05)
        time.sleep(0.5)
        # Stopped first, as none of them would hear of another's end when a node dies.
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for path, _ in self.session(process):
                os.kill(int(path.name), number)
        process.communicate(timeout=30)
        done = subprocess.run([PROGRAMS / "tscollect", "recover", "-o", "run.h5", *self.folder.glob("*.journal")],
                              capture_output=True, text=True, cwd=self.folder, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([phase["name"] for phase in self.sidecar()["phases"]], ["write"])
        self.assertEqual(self.sidecar()["command"]["line"], "sh -c tscollect mark write; touch begun; sleep 60")
        self.assertNotIn("exit_status", self.sidecar()["command"])

    def test_two_at_once_do_not_disturb_each_other(self):
        first = self.start("sleep", "1")
        second = self.start("sleep", "1", options=["--output", "second.h5"])
        for process in (first, second):
            _, err = self.finish(process) if process is second else process.communicate()
            self.assertRegex(err, r"\((complete, 1 of 1 hosts|incomplete, 1 of 1 hosts.* ticks missed)")


if __name__ == "__main__":
    unittest.main()
