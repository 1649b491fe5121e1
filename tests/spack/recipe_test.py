"""The Spack recipe, run with stand-ins for Spack, agrees with what CMake looks for."""

import hashlib
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import types
import unittest

SOURCE = pathlib.Path(os.environ.get("TSCOLLECT_SOURCE_DIR", pathlib.Path(__file__).parents[2]))
REPO = SOURCE / "spack/spack_repo/tscollect"
RECIPE = REPO / "packages/tscollect/package.py"
BUILD = pathlib.Path(os.environ["TSCOLLECT_BUILD_DIR"])
SPACK_NAMES = {
    "fmt": "fmt", "nlohmann_json": "nlohmann-json", "ZLIB": "zlib-api", "HDF5": "hdf5",
    "CLI11": "cli11", "RE2": "re2", "MPI": "mpi", "GTest": "googletest",
    "Threads": None,  # comes with the C library
    "benchmark": "benchmark",
    "Dygraphs": None,  # files of JavaScript: a resource
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


def program(path):
    """Spack's Executable, as far as the recipe calls it."""
    return lambda *words, output: subprocess.run([path, *words], stdout=subprocess.PIPE, text=True, check=True).stdout


class Spec:
    """That of the recipe's variants, each on but for those that are named."""

    def __init__(self, without=()):
        self.without = without

    def satisfies(self, words):
        return words[0] == "+" and words[1:] not in self.without


def load(recipe=RECIPE):
    directives = Directives()
    package = types.ModuleType("spack.package")
    for name in ("license", "version", "variant", "depends_on", "conflicts", "run_after",
                 "on_package_attributes", "maintainers", "resource"):
        setattr(package, name, directives.record(name))
    package.when = directives.when
    package.Executable, package.InstallError, package.join_path = program, RuntimeError, os.path.join
    cmake = types.ModuleType("spack_repo.builtin.build_systems.cmake")
    cmake.CMakePackage = type("CMakePackage", (), {
        "define_from_variant": lambda self, variable, variant: (variable, self.spec.satisfies("+" + variant)),
        "define": lambda self, variable, value: (variable, value),
        "spec": Spec(), "stage": types.SimpleNamespace(source_path="/stage"),
        "prefix": types.SimpleNamespace(bin=str(BUILD / "bin"))})
    cmake.generator = directives.record("generator")
    stand_ins = {"spack": types.ModuleType("spack"), "spack.package": package,
                 "spack_repo": types.ModuleType("spack_repo"),
                 "spack_repo.builtin": types.ModuleType("spack_repo.builtin"),
                 "spack_repo.builtin.build_systems": types.ModuleType("b"),
                 "spack_repo.builtin.build_systems.cmake": cmake}
    sys.modules.update(stand_ins)
    try:
        scope = {"__file__": str(recipe), "__name__": "package"}
        exec(compile(recipe.read_text(), str(recipe), "exec"), scope)  # pylint: disable=exec-used
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
        options = set(re.findall(r"^\s*option\((\w+)", (SOURCE / "cmake/options.cmake").read_text(), re.MULTILINE))
        variants = {args[0] for args, _ in self.directives.named("variant")}
        used = set(re.findall(r'define_from_variant\("(\w+)", "(\w+)"\)|satisfies\("\+(\w+)"\)', RECIPE.read_text()))
        self.assertEqual({variant or other for _, variant, other in used} | {"python"}, variants)
        for option, _ in self.package().cmake_args():
            self.assertTrue(option in options or "Dygraphs" in option, option)
        for args, kwargs in [*self.directives.named("depends_on"), *self.directives.named("resource")]:
            if "when" in kwargs:
                self.assertIn(kwargs["when"].removeprefix("+"), variants, args)

    def test_each_variant_is_what_cmake_is_told(self):
        package = self.package()
        self.assertEqual(dict(package.cmake_args()), {
            "BUILD_SHARED_LIBS": True, "TSCOLLECT_WITH_MPI": True, "TSCOLLECT_BUILD_TESTS": True,
            "Dygraphs_ROOT": "/stage/dygraphs"})
        package.spec = Spec(without=("mpi", "report"))
        self.assertEqual(dict(package.cmake_args()), {
            "BUILD_SHARED_LIBS": True, "TSCOLLECT_WITH_MPI": False, "TSCOLLECT_BUILD_TESTS": True,
            "CMAKE_DISABLE_FIND_PACKAGE_Dygraphs": True})

    def test_what_the_pages_of_a_report_need_lies_where_cmake_looks(self):
        [(_, resource)] = self.directives.named("resource")
        self.assertRegex(resource["url"], r"/dygraphs-2\.[\d.]+\.tgz$")
        self.assertRegex(resource["sha256"], r"^[0-9a-f]{64}$")
        self.assertEqual(dict(self.package().cmake_args())["Dygraphs_ROOT"], "/stage/" + resource["placement"])
        with tempfile.TemporaryDirectory() as folder:
            place = pathlib.Path(folder, "dygraphs/dist")  # as the archive has them
            (place / "extras").mkdir(parents=True)
            for name in ("dygraph.min.js", "dygraph.min.css", "extras/synchronizer.js"):
                (place / name).write_text("")
            script = pathlib.Path(folder, "find.cmake")
            script.write_text(f"""cmake_policy(VERSION 3.25)
                set(CMAKE_MODULE_PATH {SOURCE}/cmake)
                set(CMAKE_FIND_USE_CMAKE_SYSTEM_PATH OFF)
                find_package(Dygraphs REQUIRED)
                message("${{Dygraphs_SCRIPT}}:${{Dygraphs_STYLE}}:${{Dygraphs_SYNCHRONIZER}}")""")
            said = subprocess.run(["cmake", f"-DDygraphs_ROOT={folder}/dygraphs", "-P", script], check=True,
                                  stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True).stderr
            self.assertEqual(said.strip(), f"{place}/dygraph.min.js:{place}/dygraph.min.css:{place}/extras/synchronizer.js")

    def test_its_tests_run_what_is_installed(self):
        package = self.package()
        if not (BUILD / "bin/tscollect-mpi").exists():
            package.spec = Spec(without=("mpi",))
        package.check_install()
        package.prefix = types.SimpleNamespace(bin=tempfile.mkdtemp())
        self.addCleanup(os.rmdir, package.prefix.bin)
        with self.assertRaises(OSError):
            package.test_version()

    def test_a_release_has_its_own_recipe(self):
        with tempfile.TemporaryDirectory() as folder:
            archive = pathlib.Path(folder, "tscollect-1.2.3.tar.gz")
            archive.write_bytes(b"sources")
            repo = pathlib.Path(folder, "repo")
            subprocess.run(["sh", SOURCE / "spack/release", archive, "https://example.org/tscollect-1.2.3.tar.gz", repo],
                           check=True, stdout=subprocess.DEVNULL)
            self.assertEqual((repo / "repo.yaml").read_text(), (REPO / "repo.yaml").read_text())
            released, directives = load(repo / "packages/tscollect/package.py")
            self.assertEqual(released.url, "https://example.org/tscollect-1.2.3.tar.gz")
            self.assertFalse(hasattr(released, "git"))
            self.assertEqual(directives.named("version"),
                             [(("1.2.3",), {"sha256": hashlib.sha256(b"sources").hexdigest()})])
            others = ("variant", "depends_on", "conflicts", "resource")
            self.assertEqual([call for call in directives.calls if call[0] in others],
                             [call for call in self.directives.calls if call[0] in others])
            again = subprocess.run(["sh", SOURCE / "spack/release", archive, "x", repo], check=False, text=True,
                                   stderr=subprocess.PIPE)
            self.assertEqual((again.returncode, again.stderr), (1, f"release: {repo} is there already\n"))

    def test_its_lines_are_as_long_as_spack_style_allows(self):
        self.assertLess(max(map(len, RECIPE.read_text().splitlines())), 100)

    def test_it_builds_the_checkout_around_it(self):
        self.assertEqual(self.package.git, SOURCE.resolve().as_uri())
        self.assertEqual([args for args, _ in self.directives.named("version")], [("main",)])

    def test_the_repo_is_of_the_current_api(self):
        self.assertEqual((REPO / "repo.yaml").read_text(),
                         "repo:\n  namespace: tscollect\n  api: v2.0\n")


if __name__ == "__main__":
    unittest.main()
