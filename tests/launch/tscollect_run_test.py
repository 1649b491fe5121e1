"""tscollect-run against a launcher and a collector that can be told to misbehave."""

import json
import os
import pathlib
import pty
import signal
import subprocess
import time
import unittest

from beside import PROGRAM, Case

# Says when it has begun, then counts the signals that reach it until it is told to go.
LISTENER = """
import os, signal, sys, time
heard = []
for name in ("SIGINT", "SIGTERM", "SIGHUP"):
    signal.signal(getattr(signal, name), lambda number, frame: heard.append(number))
open(sys.argv[1] + "/begun", "w").close()
while not os.path.exists(sys.argv[1] + "/go"):
    time.sleep(0.02)
print(*map(int, heard), flush=True)
sys.exit(7)
"""


class Command(Case):
    def test_its_streams_and_status_are_its_own(self):
        done = self.run_beside("sh", "-c", "cat; echo err >&2; exit 7", stdin="a\n\nb")
        self.assertEqual((done.returncode, done.stdout), (7, "a\n\nb"))
        self.assertEqual(done.stderr, "err\ntscollect-run: wrote run.h5 (complete, 2 of 2 hosts, 9 "
                                      "samples, 1 KiB)\n")
        self.assert_nothing_left()

    def test_its_death_by_a_signal_is_told(self):
        self.assertEqual(self.run_beside("sh", "-c", "kill -9 $$").returncode, 137)

    def test_one_that_does_not_exist_gives_127(self):
        done = self.run_beside("no-such-command-here")
        self.assertEqual(done.returncode, 127)
        self.assertIn("no-such-command-here", done.stderr)
        self.assertTrue(self.output.exists())

    def test_any_argument_arrives_as_it_is(self):
        words = ["a b", "", "'", '"', "new\nline", "end\n", "$HOME `x` \\ *", "--", "-o", "é"]
        script = 'import os, sys; os.write(1, b"\\0".join(map(os.fsencode, sys.argv[1:])))'
        done = self.run_beside("/usr/bin/python3", "-c", script, *words,
                               options=["--output", self.output, "--label", "k=it's\n \"x\" $y"])
        self.assertEqual(done.stdout.split("\0"), words)
        self.assertIn("--label=k=it's\n \"x\" $y".encode(), self.noted("collector_arguments"))

    def test_a_command_with_an_equals_sign_is_a_command(self):
        odd = self.folder / "a=b"
        odd.write_text("#!/bin/sh\necho odd\n")
        odd.chmod(0o755)
        self.assertEqual(self.run_beside("./a=b").stdout, "odd\n")

    def test_it_gets_no_descriptor_of_ours(self):
        done = self.run_beside("/usr/bin/python3", "-BSc",
                               "import os; print(*sorted(os.listdir('/proc/self/fd')))")
        self.assertEqual(done.stdout.split()[:3], ["0", "1", "2"])
        self.assertLessEqual(len(done.stdout.split()), 4)  # the fourth reads the folder

    def test_it_begins_when_the_collector_is_ready_and_ends_before_it_stops(self):
        events = self.folder / "events"
        self.run_beside("sh", "-c", f"echo begin >>'{events}'; sleep 0.3; echo end >>'{events}'")
        self.assertEqual(self.events(), ["collector ready", "begin", "end", "collector SIGUSR1",
                                         "collector wrote"])


class Collector(Case):
    def test_it_has_no_input_no_descriptor_of_ours_and_its_options(self):
        lock = os.open(self.folder / "lock", os.O_CREAT | os.O_RDWR)
        os.set_inheritable(lock, True)
        process = self.start("true", close_fds=False)
        process.communicate()
        os.close(lock)
        self.assertEqual(self.noted("collector_stdin"), [b"/dev/null"])
        # Three streams, and the folder that it reads.
        self.assertEqual((self.folder / "collector_descriptors").read_text(), "0 1 2 3")

    def test_options_are_read_as_the_collector_reads_them(self):
        (self.folder / "my.conf").write_text("interval=0.25\nlabel=a=1\n")
        self.run_beside("true", options=["--config", "my.conf", "-qo", "q.h5", "--force"],
                        TSCOLLECT_TIMEOUT="7", TSCOLLECT_RUN_STOP_TIMEOUT="9")
        words = self.noted("collector_arguments")
        for word in (b"--interval=0.25", b"--label=a=1", b"--output=q.h5", b"--force=true",
                     b"--timeout=7", b"--quiet=true"):
            self.assertIn(word, words)
        self.assertFalse([word for word in words if b"--config" in word or b"stop-timeout" in word])
        self.assertTrue((self.folder / "q.h5").exists())

    def test_the_command_is_told_to_it(self):
        self.run_beside("sh", "-c", "exit 7")
        told = self.noted_command()
        self.assertEqual((told["line"], told["exit_status"]), ("sh -c exit 7", 7))
        self.assertLessEqual(told["begin"], told["end"])
        self.run_beside("true", options=["--force", "--no-command", "-o", self.output])
        self.assertEqual((self.noted_command().get("line"), self.noted_command()["exit_status"]), (None, 0))

    def test_the_command_can_mark_and_is_told_of_before_it_ends(self):
        marks = ('test -f "$TSCOLLECT_MARKS" && until grep -q command "$TSCOLLECT_MARKS"; do sleep 0.02; done; '
                 f'"{PROGRAM.parent}/tscollect" mark write')
        done = self.run_beside("sh", "-c", f"cd / && {marks}")
        self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)
        head, begin, mark, end = map(json.loads, (self.folder / "marks").read_text().splitlines())
        self.assertEqual(head["run"], "7")
        self.assertIn("mark write", begin["command"]["line"])
        self.assertNotIn("end", begin["command"])
        self.assertEqual((mark["mark"], mark["name"]), ("next", "write"))
        self.assertEqual(end["command"]["exit_status"], 0)
        self.assert_nothing_left()

    def test_a_command_that_is_not_collected_marks_nothing_and_goes_on(self):
        done = self.run_beside(f"{PROGRAM.parent}/tscollect", "mark", "write",
                               TSCOLLECT_RUN_COLLECTOR="no-such-collector", TSCOLLECT_MARKS="/nowhere")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("nothing is collected (TSCOLLECT_MARKS is empty): not marked", done.stderr)

    def test_its_absence_is_told_and_the_command_runs(self):
        done = self.run_beside("echo", "ran", TSCOLLECT_RUN_COLLECTOR="no-such-collector")
        self.assertEqual((done.returncode, done.stdout), (0, "ran\n"))
        self.assertIn("runs without the collector: the collector 'no-such-collector' cannot be run",
                      done.stderr)

    def test_require_refuses_to_run_the_command_uncollected(self):
        for variables in ({"TSCOLLECT_RUN_COLLECTOR": "no-such-collector"}, {"FAKE_MODE": "fails"},
                          {"FAKE_MODE": "never_ready", "TSCOLLECT_RUN_READY_TIMEOUT": "1"}):
            with self.subTest(variables=variables):
                done = self.run_beside("touch", "ran", options=["--require", "-o", self.output],
                                       **variables)
                self.assertEqual(done.returncode, 2)
                self.assertFalse((self.folder / "ran").exists())
                self.assertIn("the command was not run", done.stderr)
                self.assert_nothing_left()

    def test_a_folder_that_takes_no_files_is_told_and_the_command_runs(self):
        done = self.run_beside("echo", "ran", options=["-o", "/proc/run.h5"])
        self.assertEqual((done.returncode, done.stdout), (0, "ran\n"))
        self.assertIn("runs without the collector: no file can be created in the output's folder, choose another with "
                      "--output: /proc/", done.stderr)
        done = self.run_beside("echo", "ran", options=["--require", "-o", "/proc/run.h5"])
        self.assertEqual((done.returncode, done.stdout), (2, ""))

    def test_an_absent_launcher_is_told_and_the_command_runs(self):
        done = self.run_beside("echo", "ran", TSCOLLECT_RUN_MPIRUN="no-such-mpirun")
        self.assertEqual((done.returncode, done.stdout), (0, "ran\n"))
        self.assertIn("no-such-mpirun", done.stderr)

    def test_one_that_is_never_ready_holds_nothing_up(self):
        done = self.run_beside("echo", "ran", FAKE_MODE="never_ready",
                               TSCOLLECT_RUN_READY_TIMEOUT="3")
        self.assertEqual((done.returncode, done.stdout), (0, "ran\n"))
        self.assertIn("not ready after 3 s", done.stderr)
        self.assertTrue(self.output.exists())

    def test_one_that_does_not_stop_is_ended(self):
        done = self.run_beside("true", FAKE_MODE="deaf", TSCOLLECT_RUN_STOP_TIMEOUT="1")
        self.assertEqual(done.returncode, 0)
        self.assertIn("did not end in time", done.stderr)
        self.assertFalse(pathlib.Path("/proc", *map(os.fsdecode, self.noted("collector_pid")))
                         .exists())
        # The marks of a run that was killed stay for its recovery.
        marks, = self.hidden()
        self.assertTrue(marks.endswith(".marks"))
        (self.folder / marks).unlink()
        self.assert_nothing_left()


    def test_the_launcher_gets_a_temporary_folder_that_takes_files(self):
        for folder in (self.folder / "none", "/proc", "/dev/full"):
            self.run_beside("true", options=["--force", "-o", self.output], TMPDIR=str(folder))
            self.assertIn(b"TMPDIR=/tmp", self.noted("launcher_environment"))
        self.run_beside("true", options=["--force", "-o", self.output])
        self.assertIn(f"TMPDIR={self.folder}/tmp".encode(), self.noted("launcher_environment"))

    def test_no_temporary_folder_is_needed(self):
        (self.folder / "tmp").rmdir()
        (self.folder / "tmp").touch()
        done = self.run_beside("sh", "-c", "exit 7")
        self.assertEqual(done.returncode, 7)
        self.assertIn("wrote", done.stderr)

    def test_nothing_but_the_launcher_is_needed_in_path(self):
        programs = self.folder / "programs"
        programs.mkdir()
        (programs / "mpirun").write_text(
            "#!/bin/sh\nif [ $1 = --version ]; then echo 'Open MPI'; exit; fi\n"
            "shift 5\nexec /usr/bin/python3 -BS \"$@\"\n")
        (programs / "mpirun").chmod(0o755)
        done = self.run_beside("/bin/sh", "-c", "exit 7", PATH=str(programs))
        self.assertEqual(done.returncode, 7)
        self.assertIn("wrote", done.stderr)


class Streams(Case):
    def run_with(self, redirection):
        done = subprocess.run(
            ["sh", "-c", f'"$@" {redirection}', "sh", *self.command("sh", "-c", "exit 7")],
            env=self.environment, cwd=self.folder, timeout=60, check=False, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE)
        self.assertEqual(done.returncode, 7, redirection)
        self.assertTrue(self.output.exists(), redirection)
        self.assert_nothing_left()
        self.output.unlink()

    def test_closed_or_full_ones_cost_nothing(self):
        for redirection in ("<&-", ">&-", "2>&-", "<&- >&- 2>&-", ">/dev/full", "2>/dev/full",
                            "< /", "2</dev/null"):
            self.run_with(redirection)

    def test_the_command_has_them_as_they_were(self):
        done = subprocess.run(
            ["sh", "-c", '"$@" <&-', "sh",
             *self.command("/usr/bin/python3", "-BSc",
                           "import os; print(*sorted(os.listdir('/proc/self/fd')))")],
            env=self.environment, cwd=self.folder, check=False, capture_output=True, text=True)
        # Python opens the folder as the lowest number that is free.
        self.assertEqual(done.stdout.split()[:3], ["0", "1", "2"])
        self.assertLessEqual(len(done.stdout.split()), 3)

    def test_a_reader_that_does_not_read_costs_the_words_and_no_more(self):
        reading, writing = os.pipe()
        os.set_blocking(writing, False)
        try:
            while os.write(writing, b"x" * 4096):
                pass
        except BlockingIOError:
            os.set_blocking(writing, True)
        process = self.start("sh", "-c", "exit 7", stderr=writing)
        self.assertEqual(process.wait(timeout=30), 7)
        os.close(reading)
        os.close(writing)

    def test_a_reader_of_its_output_does_not_wait_for_the_collector(self):
        self.environment["FAKE_MODE"] = "deaf"
        process = self.start("sleep", "60")
        self.wait_for(lambda: "collector ready" in self.events())
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=5)
        os.kill(int((self.folder / "collector_pid").read_text()), signal.SIGKILL)


class Signals(Case):
    def listen(self):
        process = self.start("/usr/bin/python3", "-c", LISTENER, self.folder)
        self.wait_for((self.folder / "begun").exists)
        return process

    def finish(self, process):
        time.sleep(0.4)
        (self.folder / "go").touch()
        out, err = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 7, err)
        self.assertEqual(self.events()[-2:], ["collector SIGUSR1", "collector wrote"])
        self.assert_nothing_left()
        return [int(word) for word in out.split()]

    def test_one_to_us_alone_is_passed_on(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            with self.subTest(signal=number.name):
                (self.folder / "go").unlink(missing_ok=True)
                (self.folder / "begun").unlink(missing_ok=True)
                process = self.listen()
                process.send_signal(number)
                self.assertEqual(self.finish(process), [number])

    def test_one_to_the_whole_group_reaches_the_command_once(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            with self.subTest(signal=number.name):
                (self.folder / "go").unlink(missing_ok=True)
                (self.folder / "begun").unlink(missing_ok=True)
                process = self.listen()
                os.killpg(process.pid, number)
                self.assertEqual(self.finish(process), [number])

    def test_usr1_stops_the_collector_and_the_command_goes_on(self):
        for whole_group in (False, True):
            with self.subTest(whole_group=whole_group):
                for name in ("go", "begun", "events"):
                    (self.folder / name).unlink(missing_ok=True)
                # One that hears SIGUSR1 itself would die of it.
                process = self.start("sh", "-c", "trap '' USR1; exec \"$@\"", "sh",
                                     "/usr/bin/python3", "-c", LISTENER, self.folder)
                self.wait_for((self.folder / "begun").exists)
                if whole_group:
                    os.killpg(process.pid, signal.SIGUSR1)
                else:
                    process.send_signal(signal.SIGUSR1)
                self.wait_for(lambda: "collector wrote" in self.events())
                process.send_signal(signal.SIGUSR1)  # a second one changes nothing
                self.assertEqual(self.finish(process), [])

    def test_usr1_before_the_command_waits_until_every_rank_samples(self):
        self.environment["FAKE_MODE"] = "slow"
        process = self.start("sh", "-c", f"until [ -e '{self.output}' ]; do sleep 0.1; done; exit 3")
        self.wait_for((self.folder / "collector_pid").exists)
        process.send_signal(signal.SIGUSR1)
        process.communicate(timeout=30)
        self.assertEqual(process.returncode, 3)
        self.assertEqual(self.events(), ["collector ready", "collector SIGUSR1", "collector wrote"])

    def test_a_command_that_dies_of_one_still_gets_its_file(self):
        process = self.start("sh", "-c", f": >'{self.folder}/begun'; exec sleep 60")
        self.wait_for((self.folder / "begun").exists)
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=30)
        self.assertEqual(process.returncode, 130)
        self.assertTrue(self.output.exists())

    def test_an_interrupt_before_the_command_stops_the_collector(self):
        self.environment["FAKE_MODE"] = "never_ready"
        process = self.start("touch", self.folder / "ran")
        self.wait_for((self.folder / "collector_pid").exists)
        time.sleep(0.4)
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=30)
        self.assertEqual(process.returncode, 130)
        self.assertFalse((self.folder / "ran").exists())
        self.assertIn("collector SIGTERM", self.events())
        self.assert_nothing_left()

    def test_those_ignored_or_blocked_before_stay_so(self):
        script = "trap '' INT HUP; exec \"$@\""
        done = subprocess.run(
            ["sh", "-c", script, "sh", *self.command("grep", "SigIgn", "/proc/self/status")],
            capture_output=True, text=True, env=self.environment, cwd=self.folder, check=False)
        self.assertEqual(int(done.stdout.split()[1], 16), 0b11, done)
        program = ("import os, signal, sys; signal.signal(signal.SIGCHLD, signal.SIG_IGN); "
                   "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM, signal.SIGUSR1]); "
                   "os.execv(sys.argv[1], sys.argv[1:])")
        self.output.unlink()
        done = subprocess.run(
            ["/usr/bin/python3", "-BSc", program, *self.command("grep", "^Sig", "/proc/self/status")],
            capture_output=True, text=True, env=self.environment, cwd=self.folder, check=False)
        masks = dict(line.split(":\t") for line in done.stdout.splitlines())
        bit = lambda number: 1 << (number - 1)
        self.assertEqual(int(masks["SigBlk"], 16), bit(signal.SIGTERM) | bit(signal.SIGUSR1))
        # Python ignores SIGPIPE and SIGXFSZ by itself.
        self.assertTrue(int(masks["SigIgn"], 16) & bit(signal.SIGCHLD))
        self.assertIn("wrote", done.stderr)

    def test_the_command_starts_with_default_signals_if_we_did(self):
        done = self.run_beside("grep", "^Sig[BI]", "/proc/self/status")
        self.assertEqual([int(line.split()[1], 16) for line in done.stdout.splitlines()],
                         [0, int(self.ignored_by_tests(), 16)])

    def ignored_by_tests(self):
        return subprocess.run(["grep", "^SigIgn", "/proc/self/status"], capture_output=True,
                              text=True, check=True).stdout.split()[1]

    def test_timeout_ends_the_command_once(self):
        process = subprocess.Popen(
            ["timeout", "2", *self.command("/usr/bin/python3", "-c", LISTENER, self.folder)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=self.environment,
            cwd=self.folder, start_new_session=True)
        self.wait_for((self.folder / "begun").exists)
        time.sleep(2.2)
        (self.folder / "go").touch()
        out, err = process.communicate(timeout=30)
        self.assertEqual(out.split(), ["15"], err)
        self.assertIn("wrote", err)

    def test_stop_and_continue_leave_everything_as_it_was(self):
        process = self.listen()
        os.killpg(process.pid, signal.SIGSTOP)
        time.sleep(0.3)
        os.killpg(process.pid, signal.SIGCONT)
        self.assertEqual(self.finish(process), [])

    def test_if_we_are_killed_the_collector_writes_and_nothing_stays(self):
        for whole_group in (False, True):
            with self.subTest(whole_group=whole_group):
                for name in ("go", "begun", "events", "run.h5"):
                    (self.folder / name).unlink(missing_ok=True)
                process = self.listen()
                if whole_group:
                    os.killpg(process.pid, signal.SIGKILL)
                else:
                    process.kill()
                process.wait()
                self.wait_for(lambda: "collector wrote" in self.events())
                self.wait_for(lambda: not self.collector_lives() and not self.hidden())
                self.assert_nothing_left()
                (self.folder / "go").touch()
                process.communicate()

    def test_if_the_keeper_is_killed_too_the_collector_still_writes(self):
        process = self.listen()
        keeper = [pid for pid in os.listdir("/proc") if pid.isdigit() and self.is_keeper(pid)]
        self.assertEqual(len(keeper), 1)
        os.kill(int(keeper[0]), signal.SIGKILL)
        self.wait_for(lambda: "collector wrote" in self.events())
        (self.folder / "go").touch()
        _, err = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 7)
        self.assertIn("the state of the collector is unknown", err)

    def is_keeper(self, pid):
        try:
            return (pathlib.Path("/proc", pid, "comm").read_text() == "tscollect-keep\n"
                    and os.readlink(f"/proc/{pid}/cwd") == str(self.folder))
        except OSError:
            return False

    def test_control_c_at_a_terminal_reaches_the_command_once(self):
        pid, terminal = pty.fork()
        if pid == 0:
            os.chdir(self.folder)
            os.execve(PROGRAM, self.command("/usr/bin/python3", "-c", LISTENER, self.folder),
                      self.environment)
        self.wait_for((self.folder / "begun").exists)
        os.write(terminal, b"\x03")
        time.sleep(0.4)
        (self.folder / "go").touch()
        said = b""
        try:
            while block := os.read(terminal, 4096):
                said += block
        except OSError:
            pass  # Linux says EIO at the end of a terminal
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), 7)
        self.assertIn(b"2\r\n", said.replace(b"^C", b""))
        self.assertEqual(self.events()[-1], "collector wrote")
        os.close(terminal)


class Usage(Case):
    def test_mistakes_are_told_with_status_2(self):
        for words, message in [
            (["-o", "x", "true"], "put -- before the command"),
            ([], "no command: tscollect-run [OPTIONS] -- command"),
            (["--status-file", "/no/such/status", "--", "true"], "--status-file: /no/such/status: "),
            (["-o", "x", "--"], "no command after --"),
            (["--hostfile", "--", "true"], "--hostfile"),
            (["--hostfile", "/no/such", "--", "true"], "cannot read the host file '/no/such'"),
            (["--launcher", "pigeon", "--", "true"], "unknown launcher 'pigeon'; known: slurm"),
            (["--interval", "0", "--", "true"], "--interval"),
            (["--no-such", "--", "true"], "--no-such"),
        ]:
            with self.subTest(words=words):
                done = subprocess.run([PROGRAM, *words], capture_output=True, text=True,
                                      env=self.environment, cwd=self.folder, check=False)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertIn(message, done.stderr)

    def test_help_and_version_go_to_standard_output(self):
        for word, text in [("--help", "tscollect-run [OPTIONS] -- command"),
                           ("--version", f"tscollect-run {os.environ['TSCOLLECT_VERSION']}\n")]:
            done = subprocess.run([PROGRAM, word], capture_output=True, text=True,
                                  env=self.environment, check=False)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertTrue(done.stdout.startswith(text), done.stdout)


if __name__ == "__main__":
    unittest.main()
