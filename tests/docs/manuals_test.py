"""Manual pages and README name the options that the programs have, and no others."""

import os
import pathlib
import re
import shutil
import subprocess
import unittest

SOURCE = pathlib.Path(os.environ["TSCOLLECT_SOURCE_DIR"])
BUILD = pathlib.Path(os.environ["TSCOLLECT_BUILD_DIR"])
PAGES = sorted((SOURCE / "docs/man").glob("*.1"))
PROGRAMS = {
    "tscollect-mpi": [[]],
    "tscollect": [["sample"], ["info"], ["rates"], ["compare"], ["report"], ["export"], ["recover"], ["validate"], ["journals"], ["mark"], []],
    "tscollect-run": [[]],
}
OPTIONAL = {"report"}  # where the chart library was missing when it was built


def help_of(name, words=()):
    done = subprocess.run([BUILD / "bin" / name, *words, "--help"], capture_output=True, text=True,
                          check=not OPTIONAL & set(words))
    return done.stdout


def options_of(name):
    """The long options of --help, and its subcommands'."""
    found = set()
    for words in PROGRAMS[name]:
        for line in help_of(name, words).splitlines():
            if match := re.match(r"\s*(?:-\w,\s*)?--([a-z][a-z-]*)", line):
                found.add(match[1])
    return found


def subcommands_of(text):
    block = text.partition("ubcommands:")[2]
    return set(re.findall(r"^  ([a-z]+)\s", block, re.MULTILINE))


def documented(name):
    text = (SOURCE / f"docs/man/{name}.1").read_text()
    heads = re.findall(r"^\.It (Fl .*)$", text, re.MULTILINE)
    return {option for head in heads for option in re.findall(r"Fl -([a-z][a-z-]*)", head)}


class Manuals(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.names = [name for name in PROGRAMS if (BUILD / "bin/tscollect-mpi").exists()
                     or name == "tscollect"]

    def test_each_option_of_help_is_in_the_manual_and_no_other(self):
        for name in self.names:
            with self.subTest(program=name):
                self.assertEqual(documented(name), options_of(name))

    def test_each_subcommand_is_in_the_manual(self):
        said = subcommands_of(help_of("tscollect")) | OPTIONAL
        text = (SOURCE / "docs/man/tscollect.1").read_text()
        self.assertEqual(said, {words[0] for words in PROGRAMS["tscollect"] if words})
        self.assertEqual(sorted(said),
                         sorted(re.findall(r"^\.Ss ([a-z]+)$", text, re.MULTILINE)))

    def test_each_variable_of_help_is_in_the_manual_and_no_other(self):
        for name in self.names:
            with self.subTest(program=name):
                variables = set(re.findall(r"TSCOLLECT_[A-Z_]+[A-Z]", help_of(name)))
                if name == "tscollect-run":  # the others are the collector's
                    variables = {each for each in variables if each.startswith("TSCOLLECT_RUN_")}
                text = (SOURCE / f"docs/man/{name}.1").read_text()
                named = set(re.findall(r"TSCOLLECT_[A-Z_]+[A-Z]", text))
                # No options': one says where options are, the other is set for the command.
                others = {"TSCOLLECT_SITE_CONFIG", "TSCOLLECT_MARKS"}
                if name == "tscollect":  # the collector's, which say where journals are
                    others |= {"TSCOLLECT_JOURNAL_DIR", "TSCOLLECT_CONFIG"}
                self.assertEqual(named - others, variables)

    def test_mandoc_finds_nothing_to_say(self):
        mandoc = shutil.which("mandoc")
        if not mandoc:
            self.skipTest("no mandoc here")
        said = subprocess.run([mandoc, "-T", "lint", *PAGES], capture_output=True, text=True,
                              check=False).stdout
        lines = [line for line in said.splitlines() if "referenced manual not found" not in line]
        self.assertEqual(lines, [])

    def test_command_lines_in_the_documents_use_options_that_exist(self):
        known = {name: options_of(name) for name in self.names}
        if "tscollect-run" in known:
            known["tscollect-run"] |= known["tscollect-mpi"]
        documents = [*SOURCE.glob("*.md"), *(SOURCE / "docs").rglob("*.md"), *PAGES,
                     *(SOURCE / "examples").glob("*.sbatch"), SOURCE / "launch/quickstart"]
        for path in documents:
            text = path.read_text().replace("\\\n", " ")
            for name, words in re.findall(r"(?:^|[\s/$(])(tscollect(?:-mpi|-run)?) (-[^\n#&|]*)",
                                          text):
                used = re.findall(r"(?<!\S)--([a-z][a-z-]*)", words.partition(" -- ")[0])
                with self.subTest(document=path.name, line=words):
                    self.assertLessEqual(set(used), known.get(name, set(used)))


if __name__ == "__main__":
    unittest.main()
