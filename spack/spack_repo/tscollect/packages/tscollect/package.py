# Copyright tscollect contributors. See LICENSE for details.
#
# SPDX-License-Identifier: Apache-2.0

import pathlib

from spack_repo.builtin.build_systems.cmake import CMakePackage, generator

from spack.package import *


class Tscollect(CMakePackage):
    """Host metrics of every node of an HPC job, sampled on the same ticks beside a benchmark and
    gathered into one HDF5 file."""

    # Recipe and sources live in one repository: what is cloned is the checkout around this file.
    #   spack repo add /path/to/tscollect/spack/spack_repo/tscollect
    #   spack install tscollect
    # An archive cannot hold its own checksum: spack/release writes a recipe that has a release's.
    git = pathlib.Path(__file__).resolve().parents[5].as_uri()

    license("Apache-2.0")

    version("main", branch="main")

    variant("mpi", default=True, description="Build tscollect-mpi, the collector of a whole job")
    variant("report", default=True, description="`tscollect report`, a page of charts for a run")
    variant("shared", default=True, description="Build libtscollect as a shared library")
    variant("python", default=False, description="What examples/plot_run.py needs, and xarray")
    variant("tests", default=False, description="Build the tests")

    depends_on("c", type="build")
    depends_on("cxx", type="build")

    depends_on("cmake@3.25:", type="build")
    generator("ninja")

    depends_on("fmt@9:")
    depends_on("nlohmann-json@3.11:")
    depends_on("re2")
    depends_on("zlib-api")
    # Serial or parallel: one rank writes the file. The file's bounds are those of 1.10. A parallel
    # one has the MPI of tscollect-mpi, as Spack has one of each in a tree of dependencies.
    depends_on("hdf5@1.10:")
    depends_on("cli11@2.1.2:", type="build")
    depends_on("mpi@3:", when="+mpi")
    depends_on("googletest@1.12:", type=("build", "test"), when="+tests")

    # The charts of a report: files that become part of the program.
    resource(
        name="dygraphs",
        url="https://registry.npmjs.org/dygraphs/-/dygraphs-2.2.1.tgz",
        sha256="f515549becffeb0912b0dffa963f7d42726818ca7ef5605bdd7707995742b7ec",
        placement="dygraphs",
        when="+report",
    )

    with when("+python"):
        depends_on("python@3.9:", type="run")
        depends_on("py-h5py", type="run")
        depends_on("py-numpy", type="run")
        depends_on("py-pandas", type="run")
        depends_on("py-matplotlib", type="run")
        depends_on("py-xarray", type="run")
        depends_on("py-h5netcdf", type="run")

    # C++20 with ranges, chrono calendars and <span>: cmake/requirements.cmake.
    conflicts("%gcc@:10", msg="tscollect needs the C++20 of GCC 11")
    conflicts("%clang@:13", msg="tscollect needs the C++20 of Clang 14")
    conflicts("platform=darwin", msg="tscollect reads the /proc of Linux")
    conflicts("platform=windows", msg="tscollect reads the /proc of Linux")

    def cmake_args(self):
        args = [
            self.define_from_variant("BUILD_SHARED_LIBS", "shared"),
            self.define_from_variant("TSCOLLECT_WITH_MPI", "mpi"),
            self.define_from_variant("TSCOLLECT_BUILD_TESTS", "tests"),
        ]
        if self.spec.satisfies("+report"):
            folder = join_path(self.stage.source_path, "dygraphs")
            args.append(self.define("Dygraphs_ROOT", folder))
        else:
            args.append(self.define("CMAKE_DISABLE_FIND_PACKAGE_Dygraphs", True))
        return args

    @run_after("install")
    @on_package_attributes(run_tests=True)
    def check_install(self):
        """`spack install --test=root`: what `spack test run` does, at once."""
        self.test_version()
        self.test_sample()

    def test_version(self):
        """The installed programs start and know who they are."""
        programs = ["tscollect"]
        if self.spec.satisfies("+mpi"):
            programs += ["tscollect-mpi", "tscollect-run"]
        for name in programs:
            said = Executable(join_path(self.prefix.bin, name))("--version", output=str)
            if not said.startswith(name + " "):
                raise InstallError(f"{name} --version said: {said}")

    def test_sample(self):
        """A sample of this host has its memory."""
        said = Executable(join_path(self.prefix.bin, "tscollect"))("sample", output=str)
        if '"MemTotal"' not in said:
            raise InstallError(f"tscollect sample said: {said}")
