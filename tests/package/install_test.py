"""Installs the library, shared and static, and builds somebody else's project against each; and one
that has tscollect's sources in it. The objects are those of the build that runs this."""

import os
import pathlib
import re
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ["TSCOLLECT_SOURCE_DIR"])
BUILD = pathlib.Path(os.environ["TSCOLLECT_BUILD_DIR"])
VERSION = os.environ["TSCOLLECT_VERSION"]
SANITIZE = os.environ.get("TSCOLLECT_SANITIZE", "")
PACKAGE = SOURCE / "tests/package"
# What the library is built on, none of which a consumer of the shared one may need.
PRIVATE_PACKAGES = ["fmt", "HDF5", "nlohmann_json", "re2", "RE2", "ZLIB", "Threads", "MPI", "CLI11"]
PRIVATE_HEADERS = ["fmt/format.h", "hdf5.h", "nlohmann/json.hpp", "re2/re2.h", "zlib.h", "mpi.h"]
LAYERS = {path.name for path in (SOURCE / "src").iterdir() if path.is_dir()} | {"record", "app"}


def run(*command, **options):
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, check=False, **options
    )
    if done.returncode != 0:
        raise AssertionError(
            f"{command} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
        )
    return done.stdout


def cached(name):
    for line in (BUILD / "CMakeCache.txt").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return line.split("=", 1)[1]
    return ""


def flags():
    # A library with sanitizers or checked containers inside needs a consumer with the same.
    words = f"-fsanitize={SANITIZE}" if SANITIZE else ""
    return words + (" -D_GLIBCXX_DEBUG" if "address" in SANITIZE else "")


def configure(source, build, *options):
    run("cmake", "-S", source, "-B", build, "-G", "Ninja",
        f"-DCMAKE_CXX_COMPILER={cached('CMAKE_CXX_COMPILER')}", f"-DCMAKE_CXX_FLAGS={flags()}",
        *options)


def reusing():
    launcher = [cached("TSCOLLECT_PYTHON") or "/usr/bin/python3", PACKAGE / "reuse_object.py",
                BUILD / "compile_commands.json", BUILD]
    return ("-DCMAKE_CXX_COMPILER_LAUNCHER=" + ";".join(str(word) for word in launcher),
            f"-DTSCOLLECT_QUICK_BUILD={cached('TSCOLLECT_QUICK_BUILD') or 'OFF'}")


def install_library(shared, folder):
    """The prefix of the library of this kind, from a build of its own."""
    build, prefix = folder / f"build-{shared}", folder / f"prefix-{shared}"
    configure(SOURCE, build, f"-DBUILD_SHARED_LIBS={shared}", "-DTSCOLLECT_BUILD_PROGRAMS=OFF",
              "-DTSCOLLECT_WITH_MPI=OFF", "-DTSCOLLECT_BUILD_TESTS=OFF", "-DCMAKE_BUILD_TYPE=Debug",
              f"-DTSCOLLECT_SANITIZE={SANITIZE}", *reusing())
    run("cmake", "--build", build)
    run("cmake", "--install", build, "--prefix", prefix)
    return prefix


class Folder(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.held = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.held.name)

    @classmethod
    def tearDownClass(cls):
        cls.held.cleanup()

    def check_consumer(self, build, **options):
        run("cmake", "--build", build, **options)
        self.assertEqual(run(build / "consumer", cwd=self.folder), f"tscollect {VERSION}\n")


class SharedLibrary(Folder):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.prefix = install_library("ON", cls.folder)
        cls.library = next(cls.prefix.rglob("libtscollect.so"))

    def test_a_consumer_needs_nothing_of_what_the_library_is_built_on(self):
        poisoned = self.folder / "poisoned"
        for header in PRIVATE_HEADERS:
            path = poisoned / header
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f'#error "{header} is private to tscollect"\n')
        build = self.folder / "consumer"
        configure(PACKAGE / "consumer", build, f"-DCMAKE_PREFIX_PATH={self.prefix}",
                  *[f"-DCMAKE_DISABLE_FIND_PACKAGE_{name}=ON" for name in PRIVATE_PACKAGES])
        self.check_consumer(build, env=os.environ | {"CPATH": str(poisoned)})

    def test_only_public_symbols_are_to_be_seen(self):
        names = run("nm", "-DC", "--defined-only", self.library).splitlines()
        names = [line.split(" ", 2)[2] for line in names]
        self.assertTrue(any(name.startswith("tscollect::to_json") for name in names))
        for name in names:
            with self.subTest(symbol=name):
                found = re.match(r"(?:(?:typeinfo|typeinfo name|vtable) for )?tscollect::(\w+)", name)
                self.assertIsNotNone(found, "is not of tscollect")
                self.assertNotIn(found[1], LAYERS, "is internal")

    def test_each_public_function_is_to_be_seen(self):
        """Each header's functions and classes, by name."""
        seen = run("nm", "-DC", "--defined-only", self.library)
        for header in (SOURCE / "include/tscollect").glob("*.hpp"):
            if header.name == "export.hpp":
                continue
            text = re.sub(r"//[^\n]*", "", header.read_text())
            names = re.findall(r"TSCOLLECT_EXPORT[^({;]*?(\w+)\s*(?:\(|\{|: public)", text)
            for name in set(names):
                with self.subTest(header=header.name, name=name):
                    self.assertRegex(seen, rf"tscollect::{name}\b")

    def test_its_name_carries_the_minor_version(self):
        soname = ".".join(VERSION.split(".")[:2])
        self.assertIn(f"[libtscollect.so.{soname}]", run("readelf", "-d", self.library))

    def test_nothing_internal_is_installed(self):
        names = {path.name for path in self.library.parent.iterdir() if path.name != "cmake"}
        self.assertEqual(names, {"libtscollect.so", f"libtscollect.so.{VERSION}",
                                 "libtscollect.so." + ".".join(VERSION.split(".")[:2])})


class StaticLibrary(Folder):
    def test_a_consumer_builds_and_runs_against_the_package(self):
        prefix = install_library("OFF", self.folder)
        self.assertEqual([path.name for path in prefix.rglob("lib*/*.*") if path.is_file()],
                         ["libtscollect.a"])
        build = self.folder / "consumer"
        configure(PACKAGE / "consumer", build, f"-DCMAKE_PREFIX_PATH={prefix}")
        self.check_consumer(build)


class Subproject(Folder):
    def test_a_project_with_the_sources_in_it_gets_the_library_alone(self):
        build = self.folder / "consumer"
        configure(PACKAGE / "subproject", build, f"-DTSCOLLECT_SOURCE_DIR={SOURCE}",
                  f"-DTSCOLLECT_SANITIZE={SANITIZE}", *reusing())
        self.check_consumer(build)
        found = run("cmake", "--build", build, "--target", "help")
        self.assertNotRegex(found, r"(?m)^tscollect-(mpi|run):")
        self.assertNotRegex(found, r"_test\b")


class Install(Folder):
    """What the build that runs this installs, programs and all."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.prefix = cls.folder / "prefix"
        run("cmake", "--install", BUILD, "--prefix", cls.prefix)

    def installed(self):
        return {str(p.relative_to(self.prefix)) for p in self.prefix.rglob("*") if p.is_file()}

    def test_every_public_header_is_installed(self):
        headers = {p.name.removesuffix(".in") for p in (SOURCE / "include/tscollect").iterdir()}
        self.assertEqual({f"include/tscollect/{name}" for name in headers},
                         {p for p in self.installed() if p.startswith("include/")})

    def test_public_headers_include_only_the_standard_library_and_each_other(self):
        for header in (SOURCE / "include/tscollect").iterdir():
            for name in re.findall(r"#include <([^>]+)>", header.read_text()):
                with self.subTest(header=header.name, includes=name):
                    self.assertRegex(name, r"^(tscollect/\w+\.hpp|[a-z_]+)$")

    def test_programs_scripts_and_manuals_are_installed(self):
        expected = {"bin/tscollect", "libexec/tscollect/tscollect-tool", "share/man/man1/tscollect.1"}
        if (BUILD / "bin/tscollect-mpi").exists():
            expected |= {"bin/tscollect-mpi", "bin/tscollect-run",
                         "share/man/man1/tscollect-mpi.1", "share/man/man1/tscollect-run.1"}
        self.assertLessEqual(expected, self.installed())

    def test_modes_are_not_those_that_a_umask_gave_the_sources(self):
        """Not writable for a group, and executable where the source is."""
        self.assertNotIn("USE_SOURCE_PERMISSIONS", (BUILD / "cmake_install.cmake").read_text())
        for path in self.prefix.rglob("*"):
            if path.is_file() and not path.is_symlink():
                with self.subTest(path=path.relative_to(self.prefix)):
                    self.assertIn(path.stat().st_mode & 0o777, (0o644, 0o755))
        for source in (SOURCE / "examples").glob("*.*"):
            with self.subTest(source=source.name):
                installed = next(self.prefix.rglob(f"examples/{source.name}"))
                self.assertEqual(os.access(installed, os.X_OK), os.access(source, os.X_OK))

    def test_nothing_installed_names_the_source_or_build_folder(self):
        for path in self.prefix.rglob("*.cmake"):
            text = path.read_text()
            self.assertNotIn(str(SOURCE), text, path)
            self.assertNotIn(str(BUILD), text, path)

    def test_installed_programs_tell_the_version(self):
        for program in sorted((self.prefix / "bin").glob("tscollect*")):
            with self.subTest(program=program.name):
                self.assertEqual(run(program, "--version").split(), [program.name, VERSION])


if __name__ == "__main__":
    unittest.main()
