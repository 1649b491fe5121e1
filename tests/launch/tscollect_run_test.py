"""tscollect-run against a launcher and a collector that can be told to misbehave."""

import os
import pathlib
import pty
import signal
import subprocess
import time
import unittest

from beside import SCRIPT, Case

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
        self.assertEqual(done.stderr, f"err\ntscollect-run: wrote {self.output} (9 samples)\n")
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
        self.assertIn("k=it's\n \"x\" $y".encode(), self.noted("collector_arguments"))

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
    def test_it_has_no_input_and_its_options(self):
        self.run_beside("true", options=["-i", "0.5", "--output", self.output, "--force"])
        self.assertEqual(self.noted("collector_stdin"), [b"/dev/null"])
        self.assertEqual(self.noted("collector_arguments")[:5],
                         [b"-i", b"0.5", b"--output", str(self.output).encode(), b"--force"])

    def test_it_gets_a_file_name_if_none_was_given(self):
        done = self.run_beside("true", options=[])
        files = list(self.folder.glob("timeseries_*Z.h5"))
        self.assertEqual(done.stderr, f"tscollect-run: wrote {files[0].name} (9 samples)\n")

    def test_its_options_in_the_environment_go_along(self):
        self.run_beside("true", TSCOLLECT_INTERVAL="0.5", TSCOLLECT_RUN_STOP_TIMEOUT="9")
        words = self.noted("launcher_arguments")
        self.assertEqual([words[i + 1] for i, word in enumerate(words) if word == b"-x"],
                         [b"TSCOLLECT_INTERVAL"])

    def test_its_absence_is_told_and_the_command_runs(self):
        self.environment["PATH"] = "/usr/bin:/bin"
        done = self.run_beside("echo", "ran")
        self.assertEqual((done.returncode, done.stdout), (0, "ran\n"))
        self.assertIn("tscollect-mpi was not found", done.stderr)

    def test_an_absent_launcher_is_told_and_the_command_runs(self):
        done = self.run_beside("echo", "ran", TSCOLLECT_RUN_MPIRUN="no-such-mpirun")
        self.assertEqual((done.returncode, done.stdout), (0, "ran\n"))
        self.assertIn("no-such-mpirun", done.stderr)

    def test_one_that_is_never_ready_holds_nothing_up(self):
        done = self.run_beside("echo", "ran", FAKE_MODE="never_ready",
                               TSCOLLECT_RUN_READY_TIMEOUT="1")
        self.assertEqual((done.returncode, done.stdout), (0, "ran\n"))
        self.assertIn("not ready after 1 s", done.stderr)
        self.assertTrue(self.output.exists())

    def test_one_that_does_not_stop_is_ended(self):
        done = self.run_beside("true", FAKE_MODE="deaf", TSCOLLECT_RUN_STOP_TIMEOUT="1")
        self.assertEqual(done.returncode, 0)
        self.assertIn("did not end within 1 s", done.stderr)
        self.assertFalse(pathlib.Path("/proc", *map(os.fsdecode, self.noted("collector_pid")))
                         .exists())
        self.assert_nothing_left()


    def test_a_temporary_folder_without_room_is_not_used(self):
        (self.folder / "tmp").rmdir()
        (self.folder / "tmp").touch()
        done = self.run_beside("sh", "-c", "exit 7")
        self.assertEqual(done.returncode, 7)
        self.assertIn("wrote", done.stderr)
        if os.geteuid() != 0:
            self.skipTest("a small disk takes root to mount")
        (self.folder / "tmp").unlink()
        (self.folder / "tmp").mkdir()
        mount = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "none", self.folder / "tmp"],
                               stderr=subprocess.DEVNULL)
        if mount.returncode != 0:
            self.skipTest("nothing can be mounted here")
        self.output.unlink()
        done = self.run_beside("sh", "-c", "exit 7")
        subprocess.run(["umount", self.folder / "tmp"], check=True)
        self.assertEqual(done.returncode, 7)
        self.assertIn("wrote", done.stderr)

    def test_a_temporary_folder_that_is_cleaned_up_costs_nothing(self):
        done = self.run_beside("sh", "-c", 'rm -rf "$TMPDIR"/tscollect-run.*; exit 7')
        self.assertEqual(done.returncode, 7)
        self.assertIn(f"wrote {self.output}", done.stderr)
        self.assertFalse(pathlib.Path("/proc", *map(os.fsdecode, self.noted("collector_pid")))
                         .exists())
        self.assert_nothing_left()


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

    def test_those_ignored_before_stay_ignored(self):
        script = f"trap '' INT; exec \"$@\""
        done = subprocess.run(
            ["sh", "-c", script, "sh", *self.command("grep", "SigIgn", "/proc/self/status")],
            capture_output=True, text=True, env=self.environment, cwd=self.folder, check=False)
        self.assertTrue(int(done.stdout.split()[1], 16) & 2, done)

    def test_if_we_are_killed_the_collector_still_writes(self):
        process = self.listen()
        process.kill()
        process.wait()
        self.wait_for(lambda: "collector wrote" in self.events())
        self.wait_for(lambda: not any((self.folder / "tmp").iterdir()))
        (self.folder / "go").touch()
        process.communicate()

    def test_control_c_at_a_terminal_reaches_the_command_once(self):
        pid, terminal = pty.fork()
        if pid == 0:
            os.chdir(self.folder)
            os.execvpe(self.shell, self.command("/usr/bin/python3", "-c", LISTENER, self.folder),
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
            (["-o", "x", "--"], "no command after --"),
            (["--hostfile", "--", "true"], "--hostfile needs a value"),
            (["--hostfile", "/no/such", "--", "true"], "cannot read the host file '/no/such'"),
            (["--launcher", "pigeon", "--", "true"], "unknown launcher 'pigeon'; known: slurm"),
        ]:
            with self.subTest(words=words):
                done = subprocess.run([self.shell, str(SCRIPT), *words], capture_output=True,
                                      text=True, env=self.environment, check=False)
                self.assertEqual(done.returncode, 2)
                self.assertIn(message, done.stderr)
                self.assertIn("usage: tscollect-run", done.stderr)

    def test_help_and_version_go_to_standard_output(self):
        for word, text in [("--help", "usage: tscollect-run"), ("--version",
                                                               "tscollect-run 1.2.3\n")]:
            done = subprocess.run([self.shell, str(SCRIPT), word], capture_output=True, text=True,
                                  env=self.environment, check=False)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertTrue(done.stdout.startswith(text))


for base in (Command, Collector, Signals, Usage):
    globals()[base.__name__ + "InBash"] = type(base.__name__ + "InBash", (base,),
                                               {"shell": "bash"})
del base

if __name__ == "__main__":
    unittest.main()
