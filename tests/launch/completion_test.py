"""launch/completion/tscollect, read by a real bash, offers what --help of each program and subcommand
names: options, subcommands, values that are listed, files and folders."""

import os
import pathlib
import re
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ["TSCOLLECT_SOURCE_DIR"])
BIN = pathlib.Path(os.environ["TSCOLLECT_BUILD_DIR"]) / "bin"
SCRIPT = SOURCE / "launch/completion/tscollect"


def help_of(*words):
    return subprocess.run([BIN / words[0], *words[1:], "--help"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          text=True, check=True).stdout


def options_in(text):
    found = re.findall(r"^ +(?:(-\w), *)?(--[a-z][a-z-]*)", text, re.MULTILINE)
    return {option for pair in found for option in pair if option}


class Completion(unittest.TestCase):
    def completed(self, *lines, folder=None):
        """What bash offers for each line of words, the last of which is being typed."""
        calls = "".join(
            f"COMP_WORDS=({' '.join(map(repr, line))}) COMP_CWORD={len(line) - 1} COMPREPLY=()\n"
            f"_tscollect {line[0]}\nprintf '%s\\n' \"${{COMPREPLY[@]}}\" @@@@\n" for line in lines)
        done = subprocess.run(["bash", "--norc", "-c", f"source {SCRIPT}\n{calls}"], text=True, cwd=folder,
                              env=os.environ | {"PATH": f"{BIN}:{os.environ['PATH']}"},
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
        self.assertEqual(done.stderr, "")
        offers = [{word for word in part.split("\n") if word} for part in done.stdout.split("@@@@")[:-1]]
        return offers if len(lines) > 1 else offers[0]

    def test_every_option_of_every_program_and_subcommand(self):
        said = help_of("tscollect")
        subcommands = set(re.findall(r"^  ([a-z]+)\s", said.partition("Subcommands:")[2], re.MULTILINE))
        self.assertGreater(len(subcommands), 8)
        self.assertEqual(self.completed(["tscollect", ""]), subcommands)
        programs = [["tscollect"], *(["tscollect", name] for name in sorted(subcommands))]
        programs += [[name] for name in ("tscollect-mpi", "tscollect-run") if (BIN / name).exists()]
        for words, offered in zip(programs, self.completed(*([*words, "-"] for words in programs))):
            with self.subTest(words=words):
                self.assertEqual(offered, options_in(help_of(*words)))
                self.assertIn("--help", offered)

    def test_values_files_and_folders(self):
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "run.h5").touch()
            pathlib.Path(folder, "results").mkdir()
            everything = {"run.h5", "results"}
            formats, rates, prefix, files, output, after = self.completed(
                ["tscollect", "export", "-f", ""], ["tscollect", "rates", "-f", ""],
                ["tscollect", "export", "--format", "op"],
                ["tscollect", "info", ""], ["tscollect", "export", "-o", ""],
                ["tscollect", "export", "--unlimited", ""], folder=folder)
            self.assertEqual(formats, {"json", "csv", "mlpstorage", "openmetrics", "perfetto"})
            self.assertEqual(rates, {"csv", "json"})
            self.assertEqual(prefix, {"openmetrics"})
            self.assertEqual((files, output, after), (everything, everything, everything))
            if (BIN / "tscollect-run").exists():
                folders, command, argument = self.completed(
                    ["tscollect-run", "--launchers", ""], ["tscollect-run", "-i", "1", "--", "tscollect-m"],
                    ["tscollect-run", "--", "cat", "r"], folder=folder)
                self.assertEqual(folders, {"results"})
                self.assertIn("tscollect-mpi", command)
                self.assertEqual(argument, everything)


if __name__ == "__main__":
    unittest.main()
