"""The Spack recipe, run with stand-ins for Spack, agrees with what CMake looks for."""

import os
import pathlib
import re
import sys
import types
import unittest

SOURCE = pathlib.Path(os.environ.get("TSCOLLECT_SOURCE_DIR", pathlib.Path(__file__).parents[2]))
REPO = SOURCE / "spack/spack_repo/tscollect"
RECIPE = REPO / "packages/tscollect/package.py"
SPACK_NAMES = {
    "fmt": "fmt", "nlohmann_json": "nlohmann-json", "ZLIB": "zlib-api", "HDF5": "hdf5",
    "CLI11": "cli11", "RE2": "re2", "MPI": "mpi", "GTest": "googletest",
    "Threads": None,  # comes with the C library
    "benchmark": "benchmark",
    "Dygraphs": None,  # files of JavaScript, without which there is no `tscollect report`
}


class Directives:
    """Writes down what the recipe declares; knows the names that spack.package exports to it."""

    def __init__(self):
        self.calls = []

    def record(self, name):
        def directive(*args, **kwargs):
            self.calls.append((name, args, kwargs))
            return lambda function: function  # for those that decorate
        return directive

    def when(self, condition):
        outer = self

        class Block:
            def __enter__(self):
                outer.record("enter")(condition)

            def __exit__(self, *_):
                outer.record("leave")(condition)
        return Block()

    def named(self, name):
        return [(args, kwargs) for called, args, kwargs in self.calls if called == name]


def load():
    directives = Directives()
    package = types.ModuleType("spack.package")
    for name in ("license", "version", "variant", "depends_on", "conflicts", "run_after",
                 "on_package_attributes", "maintainers"):
        setattr(package, name, directives.record(name))
    package.when = directives.when
    package.Executable = package.InstallError = package.join_path = None
    cmake = types.ModuleType("spack_repo.builtin.build_systems.cmake")
    cmake.CMakePackage = type("CMakePackage", (), {
        "define_from_variant": lambda self, variable, variant: (variable, variant)})
    cmake.generator = directives.record("generator")
    stand_ins = {"spack": types.ModuleType("spack"), "spack.package": package,
                 "spack_repo": types.ModuleType("spack_repo"),
                 "spack_repo.builtin": types.ModuleType("spack_repo.builtin"),
                 "spack_repo.builtin.build_systems": types.ModuleType("b"),
                 "spack_repo.builtin.build_systems.cmake": cmake}
    sys.modules.update(stand_ins)
    try:
        scope = {"__file__": str(RECIPE), "__name__": "package"}
        exec(compile(RECIPE.read_text(), str(RECIPE), "exec"), scope)  # pylint: disable=exec-used
    finally:
        for name in stand_ins:
            del sys.modules[name]
    return scope["Tscollect"], directives


class Recipe(unittest.TestCase):
    def setUp(self):
        self.package, self.directives = load()
        self.cmake = "\n".join(
            (SOURCE / name).read_text() for name in ("CMakeLists.txt", "tests/CMakeLists.txt"))
        self.dependencies = {}
        for args, _ in self.directives.named("depends_on"):
            name, _, version = args[0].partition("@")
            self.dependencies[name] = version

    def test_it_names_every_package_that_cmake_looks_for(self):
        wanted = set(re.findall(r"^\s*find_package\((\w+)", self.cmake, re.MULTILINE))
        self.assertLessEqual(wanted, set(SPACK_NAMES))
        wanted = {SPACK_NAMES[name] for name in wanted} - {None}
        self.assertEqual(wanted - set(self.dependencies), set())
        others = {"c", "cxx", "cmake", "python"}
        extra = {name for name in self.dependencies if not name.startswith("py-")} - others
        self.assertEqual(extra - wanted, set())

    def test_its_least_versions_are_those_of_cmake(self):
        least = re.search(r"cmake_minimum_required\(VERSION ([\d.]+)\)", self.cmake)[1]
        self.assertEqual(self.dependencies["cmake"], least + ":")
        for name, version in re.findall(r"find_package\((\w+) ([\d.]+)", self.cmake):
            self.assertEqual(self.dependencies[SPACK_NAMES[name]].removesuffix(":").split("."),
                             version.removesuffix(".0").split("."))

    def test_its_variants_set_options_that_exist(self):
        options = set(re.findall(r"^\s*option\((\w+)", (SOURCE / "cmake/options.cmake").read_text(),
                                 re.MULTILINE))
        variants = {args[0] for args, _ in self.directives.named("variant")}
        for option, variant in self.package().cmake_args():
            self.assertIn(option, options)
            self.assertIn(variant, variants)

    def test_it_builds_the_checkout_around_it(self):
        self.assertEqual(self.package.git, SOURCE.resolve().as_uri())
        self.assertEqual([args for args, _ in self.directives.named("version")], [("main",)])

    def test_the_repo_is_of_the_current_api(self):
        self.assertEqual((REPO / "repo.yaml").read_text(),
                         "repo:\n  namespace: tscollect\n  api: v2.0\n")


if __name__ == "__main__":
    unittest.main()
