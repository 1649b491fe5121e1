"""The layers of src/ stand in reading order, and includes only ever point up that order."""

import os
import pathlib
import re
import unittest

SOURCE = pathlib.Path(os.environ.get("TSCOLLECT_SOURCE_DIR", pathlib.Path(__file__).parents[1]))
ORDER = ["base", "procfs", "table", "sources", "stream", "sampling", "block", "marks", "gather", "store", "journal",
         "analysis", "options", "collect", "run", "tool"]
STRANGERS = [{"gather", "store"},  # they meet only in the host block
             {"collect", "run"}, {"collect", "tool"}, {"run", "tool"}]  # programs
ONLY_HOME = {
    "mpi.h": {"gather"},
    "hdf5.h": {"store"},
    "hdf5_hl.h": {"store"},
    "CLI/": {"options", "collect", "run", "tool"},
}
# What creates a file by its name, or gives one a name: see base/files/file_place.hpp.
CREATES = re.compile(r"\b(ofstream|fopen|freopen|O_CREAT|O_TMPFILE|mkstemp|mkostemp|creat|rename|renameat2?|linkat|link"
                     r"|copy_file|create_hard_link|create_symlink|symlink)\b(?!\s*;)")
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.MULTILINE)


def violations(layer, text):
    """What the includes of one file of `layer` break, one sentence each."""
    found = []
    for header in INCLUDE.findall(text):
        for stranger, homes in ONLY_HOME.items():
            if (header == stranger or header.startswith(stranger)) and layer not in homes:
                found.append(f"includes {header}, whose only home is {', '.join(sorted(homes))}")
        target = header.split("/")[0]
        if "/" not in header or target not in ORDER or target == layer:
            continue
        if layer not in ORDER:
            found.append(f"is public and includes {header}, which is not installed")
        elif ORDER.index(target) > ORDER.index(layer):
            found.append(f"includes {header}, but {target} comes after {layer}")
        elif {target, layer} in STRANGERS:
            found.append(f"includes {header}, but {target} and {layer} must not know each other")
    return found


def files(folder):
    return sorted(p for p in folder.rglob("*") if p.suffix in {".cpp", ".hpp", ".h", ".in"})


def creations(text):
    """What a file of C++ does to create files, comments and strings left out."""
    code = re.sub(r'"(\\.|[^"\\])*"|//[^\n]*', "", text)
    return CREATES.findall(code)


def defined_types(text):
    """Classes and structs at the start of a line, with their namespace; those of unnamed ones left out. Two of
    one name in one program are one to the linker, which takes either's destructor for both."""
    found, spaces = [], []
    for line in text.splitlines():
        if opened := re.match(r"(?:inline )?namespace ?([\w:]*) ?{", line):
            spaces.append(opened.group(1))
        elif re.match(r"}  // namespace", line) and spaces:
            spaces.pop()
        elif (defined := re.match(r"(?:class|struct) (\w+)(?: final)?(?: :[^:;]*)?(?: {|$)", line)) and "" not in spaces:
            found.append("::".join([*spaces, defined.group(1)]))
    return found


class Names(unittest.TestCase):
    def test_a_type_s_name_is_given_once(self):
        homes = {}
        for layer in ORDER:
            for path in files(SOURCE / "src" / layer):
                for name in defined_types(path.read_text()):
                    homes.setdefault(name, []).append(str(path.relative_to(SOURCE)))
        self.assertGreater(len(homes), 200)
        self.assertEqual({name: where for name, where in homes.items() if len(where) > 1}, {})

    def test_it_tells_them_apart(self):
        text = "namespace a {\nnamespace {\nstruct X {\n}  // namespace\nclass Y final {\nstruct Z;\n}  // namespace a\n"
        self.assertEqual(defined_types(text), ["a::Y"])


class Creation(unittest.TestCase):
    """Files are created in base alone, and by HDF5 through a descriptor that base has opened."""

    def test_only_base_creates_files(self):
        found = [f"{path.relative_to(SOURCE)} has {what}" for layer in ORDER if layer != "base"
                 for path in files(SOURCE / "src" / layer) for what in creations(path.read_text())]
        self.assertEqual(found, [])

    def test_hdf5_creates_files_by_descriptor(self):
        for path in (SOURCE / "src").rglob("*.cpp"):
            text = path.read_text()
            with self.subTest(path=path.relative_to(SOURCE)):
                self.assertEqual("H5Fcreate" in text or "H5F_ACC_RDWR" in text, ".choose_in(access" in text)

    def test_the_check_itself_finds_what_it_should(self):
        for line in ("std::ofstream file(name);", "open(name, O_WRONLY | O_CREAT, 0666)", "std::rename(a, b)",
                     "std::filesystem::rename(a, b);", "fopen(name, mode)"):
            with self.subTest(line=line):
                self.assertEqual(len(creations(line)), 1)
        for line in ('fail("cannot rename into place")', "// a rename(2)", "in >> renamed;"):
            with self.subTest(line=line):
                self.assertEqual(creations(line), [])


class Layering(unittest.TestCase):
    def test_every_folder_of_src_is_a_known_layer(self):
        folders = {p.name for p in (SOURCE / "src").iterdir() if p.is_dir()}
        self.assertLessEqual(folders, set(ORDER))

    def test_no_include_runs_backwards(self):
        found = [
            f"{path.relative_to(SOURCE)} {why}"
            for layer in ORDER
            for path in files(SOURCE / "src" / layer)
            for why in violations(layer, path.read_text())
        ]
        self.assertEqual(found, [])

    def test_a_source_includes_its_own_header_first(self):
        """So each header is compiled alone, and with `#pragma once` twice does no harm."""
        for header in (SOURCE / "src").rglob("*.hpp"):
            with self.subTest(header=header.relative_to(SOURCE)):
                self.assertIn("#pragma once", header.read_text())
                source = header.with_suffix(".cpp")
                if source.exists():
                    self.assertEqual(INCLUDE.findall(source.read_text())[0], str(header.relative_to(SOURCE / "src")))

    def test_public_headers_include_no_layer(self):
        found = [
            f"{path.relative_to(SOURCE)} {why}"
            for path in files(SOURCE / "include")
            for why in violations("public", path.read_text())
        ]
        self.assertEqual(found, [])

    def test_the_check_itself_finds_what_it_should(self):
        for layer, header in [
            ("procfs", "table/table.hpp"),
            ("block", "gather/session.hpp"),
            ("collect", "tool/output.hpp"),
            ("store", "gather/session.hpp"),
            ("gather", "store/run_file_writer.hpp"),
            ("collect", "mpi.h"),
            ("gather", "hdf5.h"),
            ("block", "CLI/CLI.hpp"),
            ("public", "block/host_block.hpp"),
        ]:
            with self.subTest(layer=layer, header=header):
                self.assertEqual(len(violations(layer, f"#include <{header}>\n")), 1)
        for layer, header in [
            ("store", "block/host_block.hpp"),
            ("collect", "gather/session.hpp"),
            ("gather", "mpi.h"),
            ("public", "tscollect/sample.hpp"),
            ("procfs", "sys/stat.h"),
        ]:
            with self.subTest(layer=layer, header=header):
                self.assertEqual(violations(layer, f'#include "{header}"\n'), [])


if __name__ == "__main__":
    unittest.main()
