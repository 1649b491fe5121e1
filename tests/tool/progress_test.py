"""The progress line: on a terminal after a second, gone at the end, and nowhere else."""

import os
import pathlib
import pty
import re
import subprocess
import tempfile
import threading
import time
import unittest

from tscollect_program import COMPLETE, PROGRAM, make_file

SLOW = 1.6  # seconds for which nobody reads the output; the line comes after one


class Screen:
    """Collects what a program writes to a terminal."""

    def __init__(self):
        self.master, self.slave = pty.openpty()
        self.text = ""
        self.reader = threading.Thread(target=self._read)
        self.reader.start()

    def _read(self):
        while True:
            try:
                part = os.read(self.master, 4096)
            except OSError:  # the last one who had it open has closed it
                return
            if not part:
                return
            self.text += part.decode()

    def close(self):
        os.close(self.slave)
        self.reader.join(timeout=30)
        os.close(self.master)


class Progress(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.path = pathlib.Path(cls.folder.name, "run.h5")
        make_file("write_many_hosts", cls.path, 300)

    def export(self, stderr, wait):
        """Exports to a pipe that is read only after a while: how long it takes is ours to say."""
        job = subprocess.Popen([PROGRAM, "export", self.path], stdout=subprocess.PIPE, stderr=stderr)
        time.sleep(wait)
        output = job.stdout.read()
        job.stdout.close()
        self.assertEqual(job.wait(timeout=60), COMPLETE)
        return output

    def on_a_terminal(self, wait):
        screen = Screen()
        try:
            self.export(screen.slave, wait)
        finally:
            screen.close()
        return screen.text

    def test_comes_on_a_terminal_and_goes(self):
        text = self.on_a_terminal(SLOW)
        self.assertRegex(text, r"\rexporting \[=* *\] \d+ of 897 samples(, \d+ (s|min) left)?")
        self.assertRegex(text, r"\r +\r$", "the line is wiped at the end")
        self.assertNotIn("\n", text)
        for line in text.split("\r"):
            self.assertLess(len(line), 80)

    def test_is_cut_to_the_width_of_the_terminal(self):
        screen = Screen()
        try:
            subprocess.run(["stty", "cols", "30"], stdin=screen.slave, check=True)
            self.export(screen.slave, SLOW)
        finally:
            screen.close()
        self.assertIn("\rexporting [", screen.text)
        for line in screen.text.split("\r"):
            self.assertLess(len(line), 30)

    def test_is_silent_where_there_is_no_terminal(self):
        with tempfile.TemporaryFile() as errors:
            self.export(errors, SLOW)
            errors.seek(0)
            self.assertEqual(errors.read(), b"")

    def test_is_silent_when_the_output_goes_to_the_same_screen(self):
        screen = Screen()
        try:
            subprocess.run([PROGRAM, "export", self.path], stdout=screen.slave, stderr=screen.slave,
                           check=True, timeout=60)
        finally:
            screen.close()
        self.assertNotIn("exporting", screen.text)
        self.assertTrue(re.search(r"\}\r?\n$", screen.text))


if __name__ == "__main__":
    unittest.main()
