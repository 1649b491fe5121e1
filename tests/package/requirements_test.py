"""Configuring names what is too old or missing, what is needed, and what to do. The compilers and libraries here are
those of this machine, made to say that they are older."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ["TSCOLLECT_SOURCE_DIR"])
RECIPE = SOURCE / "spack/spack_repo/tscollect/packages/tscollect/package.py"


def version_of(cache_entry):
    found = re.search(rf"^{cache_entry}:\w+=(.*)$",
                      (pathlib.Path(os.environ["TSCOLLECT_BUILD_DIR"]) / "CMakeCache.txt").read_text(), re.MULTILINE)
    return found and found[1]


class Requirements(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tscollect-requirements-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def script(self, name, *lines):
        path = self.folder / name
        path.write_text("\n".join(["#!/bin/sh", *lines]) + "\n")
        path.chmod(0o755)
        return path

    def file(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def configure(self, *options):
        done = subprocess.run(
            ["cmake", "-S", str(SOURCE), "-B", str(self.folder / "build"), "-G", "Ninja",
             "-DTSCOLLECT_BUILD_TESTS=OFF", *options],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        return done.returncode, re.sub(r"\s+", " ", done.stdout)

    def refused(self, *words, options):
        status, said = self.configure(*options)
        self.assertEqual(status, 1, said)
        for wanted in words:
            self.assertIn(wanted, said)

    def test_an_old_compiler(self):
        compiler = self.script("g++-10", 'exec g++ -U__GNUC__ -D__GNUC__=10 "$@"')
        self.refused("The compiler is too old: GNU 10.", str(compiler), "GCC 11 or Clang 14", "-DCMAKE_CXX_COMPILER=",
                     options=[f"-DCMAKE_CXX_COMPILER={compiler}"])

    def test_a_compiler_with_an_old_library(self):
        compiler = self.script("c++", 'exec g++ -include "$(dirname "$0")/old.hpp" "$@"')
        self.file("old.hpp", "#ifdef __cplusplus\n#include <chrono>\n#define year_month_day none_such\n#endif\n")
        self.refused("The compiler or its standard library is too old", str(compiler), "GCC 11 or Clang 14",
                     options=[f"-DCMAKE_CXX_COMPILER={compiler}"])

    def old_hdf5(self):
        self.file("hdf5/include/hdf5.h", '#include "H5public.h"\n#include "H5pubconf.h"\n')
        self.file("hdf5/include/H5public.h", '#define H5_VERS_INFO "HDF5 library version: 1.8.23"\n')
        self.file("hdf5/include/H5pubconf.h", '#define H5_PACKAGE_VERSION "1.8.23"\n#define H5_VERSION "1.8.23"\n')
        self.file("hdf5/lib/libhdf5.so", "")
        return ["-DHDF5_NO_FIND_PACKAGE_CONFIG_FILE=ON", f"-DHDF5_ROOT={self.folder / 'hdf5'}"]

    def test_an_old_hdf5(self):
        self.refused("The HDF5 is too old: 1.8.23", str(self.folder / "hdf5/include"), "HDF5 1.10 or later", "-DHDF5_ROOT=",
                     options=self.old_hdf5())

    def test_an_hdf5_without_zlib(self):
        options = self.old_hdf5()
        for name in ("H5public.h", "H5pubconf.h"):
            header = self.folder / "hdf5/include" / name
            header.write_text(header.read_text().replace("1.8.23", "2.0.0"))
        self.refused("built without zlib: 2.0.0", str(self.folder / "hdf5/include"), "-DHDF5_ROOT=", options=options)

    def test_a_parallel_hdf5_without_its_mpi(self):
        options = self.old_hdf5()
        for name in ("H5public.h", "H5pubconf.h"):
            header = self.folder / "hdf5/include" / name
            header.write_text(header.read_text().replace("1.8.23", "1.14.5") +
                              "#define H5_HAVE_FILTER_DEFLATE 1\n#define H5_HAVE_PARALLEL 1\n")
        options += self.mpi("#error only for the vendor's compiler")
        self.refused("a parallel one, and its MPI was not found: 1.14.5", "-DMPI_CXX_COMPILER=", "-DHDF5_ROOT=",
                     options=[*options, "-DTSCOLLECT_WITH_MPI=OFF"])

    def mpi(self, header):
        if not version_of("MPI_CXX_HEADER_DIR"):
            self.skipTest("built without MPI")
        functions = "{ int MPI_Init(int*, char***)%s int MPI_Finalize()%s }"
        self.file("mpi/mpi.h", f'{header}\nextern "C" {functions % (";", ";")}\n')
        subprocess.run(["c++", "-shared", "-x", "c++", "-", "-o", self.folder / "libmpi.so"], check=True, text=True,
                       input='extern "C" ' + functions % (("{ return 0; }",) * 2))
        return [f"-DMPI_CXX_COMPILER={self.script('mpicxx', f'echo c++ -I{self.folder}/mpi -L{self.folder} -lmpi')}"]

    def test_an_old_mpi(self):
        self.refused("The MPI is too old: 2.2", str(self.folder / "mpicxx"), "MPI 3.0 or later", "-DMPI_CXX_COMPILER=",
                     "-DTSCOLLECT_WITH_MPI=OFF",
                     options=self.mpi("#define MPI_VERSION 2\n#define MPI_SUBVERSION 2"))

    def test_an_mpi_of_another_compiler(self):
        self.refused("No MPI was found that works with", "MPI 3.0 or later", "-DTSCOLLECT_WITH_MPI=OFF",
                     options=self.mpi("#error only for the vendor's compiler"))

    def test_an_old_cmake_says_so_itself(self):
        """CMake ends at this line, before it reads what it may not know."""
        first = (SOURCE / "CMakeLists.txt").read_text().splitlines()[0]
        self.assertRegex(first, r"^cmake_minimum_required\(VERSION 3\.25\)$")

    def test_the_recipe_for_spack_and_the_readme_name_the_same_compilers(self):
        least = dict(re.findall(r"set\(tscollect_least_(\w+) (\d+)\)", (SOURCE / "cmake/requirements.cmake").read_text()))
        recipe = RECIPE.read_text()
        readme = (SOURCE / "README.md").read_text()
        for identity, name in (("GNU", "GCC"), ("Clang", "Clang")):
            with self.subTest(identity):
                self.assertIn(f'%{name.lower()}@:{int(least[identity]) - 1}"', recipe)
                self.assertIn(f"{name} {least[identity]}", readme)


if __name__ == "__main__":
    unittest.main()
