"""What is installed beside the library: documents whose links lead to something, completion for each program,
a module file that a shell can load, nothing with the build's folders in it."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

BUILD = pathlib.Path(os.environ["TSCOLLECT_BUILD_DIR"])
VERSION = os.environ["TSCOLLECT_VERSION"]
LINK = re.compile(r"\]\(([^)\s]+)\)")


class Installed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        held = tempfile.TemporaryDirectory()
        cls.addClassCleanup(held.cleanup)
        cls.prefix = pathlib.Path(held.name, "prefix")
        for component in ("programs", "module"):
            subprocess.run(["cmake", "--install", BUILD, "--prefix", cls.prefix, "--component", component],
                           stdout=subprocess.DEVNULL, check=True)
        cls.documents = cls.prefix / "share/doc/tscollect"

    def test_each_link_of_the_documents_leads_somewhere(self):
        followed = 0
        for path in self.documents.rglob("*.md"):
            for target in LINK.findall(path.read_text()):
                if "://" in target or target.startswith("#"):
                    continue
                with self.subTest(document=path.name, link=target):
                    self.assertTrue((path.parent / target.partition("#")[0]).exists())
                followed += 1
        self.assertGreater(followed, 20)
        self.assertIn("[launch/launchers](../../../tscollect/launchers)", (self.documents / "docs/launching.md").read_text())
        self.assertIn("(manual)", (self.documents / "README.md").read_text().replace("([manual]", "(linked manual"),
                      "what is not installed is named without a link")

    def test_each_program_has_its_completion(self):
        programs = sorted(path.name for path in (self.prefix / "bin").iterdir())
        self.assertIn("tscollect", programs)
        found = sorted(path.name for path in (self.prefix / "share/bash-completion/completions").iterdir())
        self.assertEqual(found, programs)

    def test_the_module_file_leads_to_what_is_installed(self):
        path = self.prefix / "share/modulefiles/tscollect" / VERSION
        text = path.read_text()
        self.assertTrue(text.startswith("#%Module"))
        self.assertNotIn("@", text)
        (prefix,) = re.findall(r"^set prefix \{(.*)\}$", text, re.MULTILINE)
        self.assertEqual(prefix, str(self.prefix))
        for variable in ("PATH", "MANPATH"):
            (folder,) = re.findall(rf"^prepend-path {variable} (.*)$", text, re.MULTILINE)
            self.assertTrue(pathlib.Path(folder.replace("$prefix", prefix)).is_dir(), folder)
        if shutil.which("tclsh"):
            script = ("proc unknown {args} {}\nproc prepend-path {name folder} {puts \"$name=$folder\"}\n"
                      f"source {path}\n")
            said = subprocess.run(["tclsh"], input=script, stdout=subprocess.PIPE, text=True, check=True).stdout
            self.assertIn(f"PATH={self.prefix}/bin\n", said)


if __name__ == "__main__":
    unittest.main()
