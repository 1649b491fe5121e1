"""Journals in a folder where everybody may write, and another user out to harm: two real users, a real
sticky folder. What the other user puts there is left alone, and neither stops nor leads astray the
recovery of ours."""

import contextlib
import fcntl
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import zlib

import h5py

import job
from kill_test import CRC24

VICTIM, OTHER = 54321, 65534  # no names in the password file are needed


def crc24(check, data):
    for byte in data:
        check = (check << 8 & 0xFFFFFF) ^ CRC24[check >> 16 ^ byte]
    return check


def forge(journal, **changes):
    """The journal's bytes with another head, and every check right."""
    size = int.from_bytes(journal[12:16], "little")
    head = dict(json.loads(journal[16:16 + size]), **changes)
    text = json.dumps(head).encode()
    front = journal[:12] + len(text).to_bytes(4, "little") + text
    front += zlib.crc32(front).to_bytes(4, "little")
    made, check, at = [front], int.from_bytes(front[-4:], "little") & 0xFFFFFF, 16 + size + 4
    while at < len(journal) and journal[at] != 0:
        begin, length, shift = at, 0, 0
        while True:
            length |= (journal[at] & 0x7F) << shift
            shift, at = shift + 7, at + 1
            if journal[at - 1] < 0x80:
                break
        record = journal[begin:at + length]
        check = crc24(check, record)
        made += [record, check.to_bytes(3, "little")]
        at += length + 3
    return b"".join(made)


class OtherUsers(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tscollect-users-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.folder.chmod(0o755)
        self.shared = self.make("shared", 0, 0o1777)
        self.homes = {user: self.make(str(user), user, 0o700) for user in (VICTIM, OTHER)}

    def make(self, name, user, mode):
        made = self.folder / name
        made.mkdir()
        os.chown(made, user, user)
        made.chmod(mode)
        return made

    def start(self, user, *command, journals=None):
        home = self.homes.get(user, self.folder)
        env = job.environment(HOME=str(home), TMPDIR=str(home),
                              TSCOLLECT_JOURNAL_DIR=str(journals or self.shared))
        who = {} if user == 0 else {"user": user, "group": user, "extra_groups": []}
        return subprocess.Popen(list(map(str, command)), cwd=home, env=env, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **who)

    def run_as(self, user, status, *command, **options):
        running = self.start(user, *command, **options)
        words, _ = running.communicate(timeout=60)
        self.assertEqual(running.returncode, status, words)
        return words

    def journals_of(self, user, folder=None):
        return {path for path in (folder or self.shared).glob("*.journal")
                if not path.is_symlink() and path.stat().st_uid == user and path.is_file()}

    def start_sampling(self, user, *options, folder=None):
        ready = self.homes[user] / "ready"
        ready.unlink(missing_ok=True)
        running = self.start(user, job.COLLECTOR, "-i", 0.01, "-m", 0, "-o", self.homes[user] / "run.h5",
                             "--pose-hosts", "a", "--ready-file", ready, *options, journals=folder)
        self.addCleanup(running.stdout.close)
        self.addCleanup(lambda: running.poll() is None and running.kill())
        deadline = time.monotonic() + 30
        while not ready.exists():
            self.assertIsNone(running.poll(), "it ended")
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.02)
        return running

    def leave_dead_journal(self, user, seconds, folder=None):
        before = self.journals_of(user, folder)
        running = self.start_sampling(user, folder=folder)
        time.sleep(seconds)
        running.send_signal(signal.SIGKILL)
        running.communicate(timeout=30)
        journal, = self.journals_of(user, folder) - before
        return journal

    def put(self, user, name, data):
        """A file of that user in the shared folder, readable by all."""
        path = self.shared / name
        path.write_bytes(data)
        os.chown(path, user, user)
        path.chmod(0o644)
        return path

    def dead_and_forged(self, **changes):
        """The victim's journal, and of the other user a longer one of the same run and host."""
        ours = self.leave_dead_journal(VICTIM, 0.5)
        theirs = self.leave_dead_journal(OTHER, 1.5, self.homes[OTHER])
        run = ours.name.removeprefix("tscollect-").removesuffix("-a.journal")
        head = {"run_id": run, "host": "a", **changes}
        data = forge(theirs.read_bytes(), **head)
        forged = self.put(OTHER, f"tscollect-{head['run_id']}-a+9.journal", data)
        alone = self.homes[VICTIM] / "alone"
        alone.mkdir()
        shutil.copy2(ours, alone)
        os.chown(alone / ours.name, VICTIM, VICTIM)
        return ours, forged, run

    def samples(self, path):
        with h5py.File(path) as file:
            (host,) = file["hosts"].values()
            return host["time"][:].tolist()

    def test_a_longer_forged_copy_is_not_taken(self):
        ours, forged, run = self.dead_and_forged()
        # The forgery is good: whoever asks for it gets it, and it is the longer one.
        self.run_as(0, 0, job.PROGRAM, "recover", "--owner", OTHER, "-o", self.folder / "f.h5", forged)
        home = self.homes[VICTIM]
        words = self.run_as(VICTIM, 0, job.PROGRAM, "recover", "-o", home / "r.h5",
                            *sorted(self.shared.glob(f"tscollect-{run}-*.journal")))
        self.assertIn("1 journal of the user", words)
        self.assertIn("skipped", words)
        self.run_as(VICTIM, 0, job.PROGRAM, "recover", "-o", home / "alone.h5", home / "alone")
        self.assertEqual(self.samples(home / "r.h5"), self.samples(home / "alone.h5"))
        self.assertGreater(len(self.samples(self.folder / "f.h5")),
                           len(self.samples(home / "r.h5")))

    def test_a_forged_run_is_not_recovered_and_names_no_output(self):
        target = self.homes[VICTIM] / "authorized_keys"
        ours, forged, run = self.dead_and_forged(run_id="20990101T000000Z-0badf00d",
                                                 output=str(target),
                                                 start_time_ns=4_070_908_800_000_000_000)
        words = self.run_as(VICTIM, 0, job.COLLECTOR, "--recover")
        self.assertNotIn("20990101", words.replace(forged.name, ""))
        self.assertFalse(target.exists())
        self.assertTrue((self.homes[VICTIM] / f"recovered_{run}.h5").exists())
        # Nor by whom it was not forged for, and who takes it on purpose.
        self.run_as(0, 0, job.COLLECTOR, "--recover", "--owner", OTHER)
        self.assertFalse(target.exists())
        self.assertTrue((self.folder / "recovered_20990101T000000Z-0badf00d.h5").exists())

    def test_a_lock_on_a_forged_journal_holds_nothing_up(self):
        ours, forged, run = self.dead_and_forged()
        with open(forged) as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            words = self.run_as(VICTIM, 0, job.COLLECTOR, "--recover", "-o", "r.h5")
            self.assertNotIn("not over", words)
            again = self.start_sampling(VICTIM)
            again.send_signal(signal.SIGUSR1)
            words, _ = again.communicate(timeout=60)
            self.assertIn("journals of runs that ended badly are on", words)

    def test_what_is_no_file_holds_nothing_up(self):
        ours = self.leave_dead_journal(VICTIM, 0.3)
        run = ours.name.removeprefix("tscollect-").removesuffix("-a.journal")
        for number, make in enumerate((lambda path: os.mkfifo(path), lambda path: path.mkdir(),
                                       lambda path: path.symlink_to(ours),
                                       lambda path: path.symlink_to("/dev/zero"))):
            path = self.shared / f"tscollect-{run}-a+{number + 1}.journal"
            make(path)
            os.chown(path, OTHER, OTHER, follow_symlinks=False)
        private = self.put(OTHER, f"tscollect-{run}-a+8.journal", b"")
        private.chmod(0)
        done = self.run_as(VICTIM, 0, job.PROGRAM, "recover", "-o", "r.h5",
                           *sorted(self.shared.glob("*.journal")))
        self.assertIn("skipped", done)
        self.run_as(VICTIM, 0, job.COLLECTOR, "--recover", "-o", "all.h5")

    def test_root_takes_what_it_is_told_to(self):
        ours = self.leave_dead_journal(VICTIM, 0.3)
        words = self.run_as(0, 2, job.PROGRAM, "recover", "-o", "r.h5", self.shared)
        self.assertIn(f"to use them, if you trust them: --owner {VICTIM}", words)
        self.run_as(0, 2, job.COLLECTOR, "--recover")
        self.run_as(0, 0, job.PROGRAM, "recover", "--owner", VICTIM, "-o", "r.h5", self.shared)
        self.run_as(0, 0, job.COLLECTOR, "--recover", "--owner", VICTIM, "-o", "all.h5")
        self.run_as(0, 2, job.PROGRAM, "recover", "--owner", "nobody-of-this-name", "-o", "x.h5", ours)

    def test_only_what_is_not_ours_is_read_under_limits(self):
        """A few bytes of an honest journal may stand for thousands of idle devices."""
        writer = job.BUILD / "tests" / "support_write_journal"
        subprocess.run([writer, self.shared, "2", "0"], check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        (ours,) = self.journals_of(0)
        for owner, limited in ((0, False), (OTHER, True)):
            os.chown(ours, owner, owner)
            running = self.start(0, job.PROGRAM, "recover", "--owner", owner, "--force", "-o", "r.h5", ours)
            seen = False
            while running.poll() is None:
                with contextlib.suppress(OSError):
                    seen = seen or bool(pathlib.Path(
                        f"/proc/{running.pid}/task/{running.pid}/children").read_text())
                time.sleep(0.002)
            words, _ = running.communicate()
            self.assertIn(running.returncode, (0, 4), words)
            self.assertEqual(seen, limited, f"owner {owner}")

    def test_a_file_to_which_everybody_may_write_is_refused(self):
        ours = self.leave_dead_journal(VICTIM, 0.3)
        ours.chmod(0o666)
        words = self.run_as(VICTIM, 2, job.PROGRAM, "recover", "-o", "r.h5", ours)
        self.assertIn("everybody may write to it", words)

    def test_names_that_are_taken_stop_no_journal(self):
        running = self.start_sampling(VICTIM, "--journal-part", 0.004, "--journal-limit", 0.06,
                                      "-i", 0.002, "--sources", "loadavg")
        first, = self.journals_of(VICTIM)
        for part in range(1, 100):
            self.put(OTHER, first.name.replace(".journal", f"+{part}.journal"), b"in the way")
        deadline = time.monotonic() + 60
        while first.exists():
            self.assertLess(time.monotonic(), deadline, "it goes on in no other part")
            time.sleep(0.05)
        size = sum(path.stat().st_size for path in self.journals_of(VICTIM))
        self.assertLess(size, 0.06 * (1 << 20) + (64 << 10) + 4096)  # and what is laid out ahead
        running.send_signal(signal.SIGKILL)
        running.communicate(timeout=30)
        words = self.run_as(VICTIM, 4, job.PROGRAM, "recover", "-o", "r.h5", self.shared)
        self.assertIn("99 journals of the user", words)
        self.assertIn("samples of earlier parts are missing", words)


def skip_unless_possible():
    def can_run(user):
        return subprocess.run([job.COLLECTOR, "--version"], stdout=subprocess.DEVNULL, user=user,
                              group=user, extra_groups=[]).returncode == 0
    try:
        if os.geteuid() == 0 and can_run(VICTIM) and can_run(OTHER):
            return
        why = "it takes root to be two users" if os.geteuid() != 0 else "others cannot run the programs"
    except OSError as fault:
        why = str(fault)
    print(f"skipped: {why}")
    sys.exit(77)


if __name__ == "__main__":
    skip_unless_possible()
    unittest.main()
