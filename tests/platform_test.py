"""What sources, programs and installed scripts may not use: functions, options and syntax that older systems lack, and
names that other libraries' functions can take away from ours."""

import ast
import os
import pathlib
import re
import subprocess
import unittest

SOURCE = pathlib.Path(os.environ["TSCOLLECT_SOURCE_DIR"])
BUILD = pathlib.Path(os.environ["TSCOLLECT_BUILD_DIR"])

# glibc 2.28 is that of RHEL 8 and its kin. These came later (glibc's NEWS).
YOUNG_FUNCTIONS = """
    posix_spawn_file_actions_addchdir_np posix_spawn_file_actions_addfchdir_np getcpu reallocarray
    getdents64 gettid tgkill twalk_r memfd_secret pthread_cond_clockwait pthread_mutex_clocklock
    pthread_rwlock_clockrdlock pthread_rwlock_clockwrlock sem_clockwait pthread_clockjoin_np
    sigabbrev_np sigdescr_np strerrorname_np strerrordesc_np pthread_attr_setsigmask_np mallinfo2
    pthread_attr_getsigmask_np closefrom posix_spawn_file_actions_addclosefrom_np execveat
    timespec_getres _Fork epoll_pwait2 posix_spawn_file_actions_addtcsetpgrp_np pidfd_open
    pidfd_getfd pidfd_send_signal process_madvise process_mrelease arc4random arc4random_buf
    arc4random_uniform fsopen fsmount move_mount open_tree mount_setattr strlcpy strlcat wcslcpy
    pidfd_spawn pidfd_spawnp pidfd_getpid posix_spawnattr_setcgroup_np sched_setattr
""".split()

# What a program refers to in a newer version of glibc because it has moved there or has a new version: an older glibc has
# these, too, or its headers do not ask for them. libstdc++ waits with pthread_cond_clockwait only where there is one.
MOVED_FUNCTIONS = re.compile(
    r"(__\w+|[lf]?stat(at)?(64)?|mknod(at)?(64)?|fcntl64|dl\w+|sem_(?!clockwait)\w+|(aio|mq|timer|shm)_\w+|"
    r"pthread_(?!attr_[sg]etsigmask_np|mutex_clocklock|rwlock_clock|clockjoin)\w+|thrd_\w+|mtx_\w+|cnd_\w+|tss_\w+|"
    r"(exp|exp2|log|log2|pow|fmod|hypot)f?)$")

# Options of coreutils after 8.30 and of util-linux after 2.32, those of RHEL 8 (their NEWS).
YOUNG_OPTIONS = [re.compile(text) for text in (
    r"\benv\b.*--(default|ignore|block)-signal", r"\benv\b.*(--list-signal-handling|--argv0)", r"\bbasenc\b",
    r"\b(cp|mv|install)\b.*--debug", r"\b(cp|mv)\b.*--update=", r"\bmv\b.*--(no-copy|exchange)", r"\bls\b.*--zero",
    r"\bcksum\b.*(-a |--algorithm|--raw|--base64)", r"\bdate\b.*--resolution", r"\bwc\b.*--total",
    r"\btail\b.*--debug", r"\bunshare\b.*--map-(auto|users|groups)", r"\blsblk\b.*--merge")]

# Parts of the standard library that GCC 11 lacks, or Clang 14 with any libstdc++ (source_location needs
# a builtin that came with Clang 15; it does not compile the views of libstdc++ 12).
YOUNG_LIBRARY = r"""
    source_location format vformat format_to print println expected generator stacktrace mdspan flat_map flat_set
    move_only_function utc_clock current_zone get_tzdb zoned_time unreachable to_underlying byteswap
    ranges::to ranges::contains views::\w+ ranges::views::\w+ ranges::\w+_view
""".split()

# HDF5 gives these names to another version of a function in each of its releases, with other arguments
# or another structure to fill. (H5Literate and H5Lget_info look the same in all.)
HDF5_FUNCTIONS_OF_SEVERAL_VERSIONS = """
    H5Acreate H5Aiterate H5Dcreate H5Dopen H5Eclear H5Eget_auto H5Eprint H5Epush H5Eset_auto H5Ewalk H5Fget_info
    H5Gcreate H5Gopen H5Iregister_type H5Lvisit H5Oget_info H5Oget_info_by_idx H5Oget_info_by_name H5Ovisit
    H5Ovisit_by_name H5Pencode H5Pget_filter H5Pget_filter_by_id H5Pinsert H5Pregister H5Rdereference H5Rget_obj_type
    H5Sencode H5Tarray_create H5Tcommit H5Tdecode H5Tencode H5Tget_array_dims H5Topen
""".split()

# Functions of std, fmt and nlohmann::detail. Called without a namespace, with an argument of theirs
# (or a lambda, whose arguments count too), argument-dependent lookup finds theirs beside ours: newer
# versions of these libraries add some, and the call becomes ambiguous or goes to them.
FOREIGN_FUNCTIONS = """
    from_json to_json get get_to concat escape unescape combine hash conditional_static_cast
    format print println vformat vprint format_to format_to_n formatted_size arg runtime ptr join
    count count_if equal copy fill transform search merge rotate reverse sort unique remove replace
    generate accumulate reduce iota visit apply invoke exchange move forward advance next prev
    distance data size empty begin end swap min max clamp lerp midpoint bit_cast as_bytes
    to_underlying to_chars from_chars getline ref cref make_pair make_tuple tie
""".split()

# Members and parameters of such a name: where lookup finds one of these it looks no further.
NEARER_NAMES = {
    ("include/tscollect/run_file.hpp", "size"), ("src/analysis/run_sums.cpp", "end"),
    ("src/analysis/run_sums.cpp", "join"), ("src/analysis/run_sums.cpp", "merge"),
    ("src/block/block_builder.cpp", "end"), ("src/store/run_file/event_lists.hpp", "visit"),
    ("src/store/run_file/event_reader.cpp", "fill"),
    ("src/base/bytes.hpp", "count"), ("src/gather/counts.hpp", "begin"),
    ("src/journal/host_journal.cpp", "visit"), ("src/store/run_file/run_file_reader.cpp", "visit"),
    ("src/store/run_file/samples.cpp", "visit"), ("src/stream/sample_store.hpp", "visit"),
    ("src/tool/run_input.cpp", "visit"),
}

CALL = re.compile(r"(?<![\w:.>~&])(?<!->)(?P<name>\w+)\(")
DECLARED = re.compile(r"(?:[\w>\]*&]\s+[*&]*)$")


def code_of(path):
    """Without comments, strings and preprocessor lines."""
    text = re.sub(r"//[^\n]*|/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    text = re.sub(r'"(?:\\.|[^"\\\n])*"', '""', text)
    return re.sub(r"^\s*#[^\n]*", "", text, flags=re.MULTILINE)


def sources(*folders):
    for folder in folders or ("src", "include"):
        for path in sorted((SOURCE / folder).rglob("*.[ch]pp")):
            yield path.relative_to(SOURCE), code_of(path)


def unqualified_calls(code):
    """(line, name, what stands before it on the line) of calls and declarations without a namespace."""
    for number, line in enumerate(code.splitlines(), 1):
        for found in CALL.finditer(line):
            yield number, found["name"], line[:found.start()]


class Platform(unittest.TestCase):
    maxDiff = None

    def test_no_function_is_younger_than_glibc_2_28(self):
        young = re.compile(r"(?<![\w.>])(?:::)?(?<!\w::)(" + "|".join(YOUNG_FUNCTIONS) + r")\s*\(")
        used = [f"{path}: {found[1]}" for path, code in sources() for found in young.finditer(code)]
        self.assertEqual(used, [])

    def test_no_program_refers_to_a_function_younger_than_glibc_2_28(self):
        """What is built here has no version of its own for older systems, but refers to each function by name."""
        programs = [*sorted((BUILD / "bin").glob("tscollect*")), *(BUILD / "libexec/tscollect").glob("tscollect*")]
        self.assertLessEqual({"tscollect", "tscollect-tool"}, {path.name for path in programs})
        seen = set()
        for path in programs:
            symbols = subprocess.run(["readelf", "--dyn-syms", "--wide", path], stdout=subprocess.PIPE, text=True,
                                     check=True).stdout
            for name, minor in re.findall(r"\bUND (\w+)@GLIBC_2\.(\d+)", symbols):
                seen.add(name)
                if int(minor) > 28:
                    self.assertRegex(name, MOVED_FUNCTIONS, f"{path.name}: since glibc 2.{minor}")
        self.assertTrue({"read", "close"} <= seen, seen)

    def test_no_installed_script_has_an_option_younger_than_coreutils_8_30(self):
        scripts = [path for folder in ("examples", "launch") for path in sorted((SOURCE / folder).rglob("*"))
                   if path.is_file() and path.suffix != ".py"]
        scripts += sorted((SOURCE / "docs").glob("*.md")) + [SOURCE / "README.md"]
        self.assertGreater(len(scripts), 20)
        for path in scripts:
            for number, line in enumerate(path.read_text().splitlines(), 1):
                for young in YOUNG_OPTIONS:
                    self.assertIsNone(young.search(line.split("#")[0]), f"{path.relative_to(SOURCE)}:{number}: {line}")

    def test_installed_python_is_that_of_3_9(self):
        for path in sorted((SOURCE / "examples").glob("*.py")):
            ast.parse(path.read_text(), str(path), feature_version=(3, 9))

    def test_no_part_of_the_library_is_younger_than_the_compilers(self):
        young = re.compile(r"\bstd::(?:chrono::)?(" + "|".join(YOUNG_LIBRARY) + r")\b")
        # What the configuration asks of a compiler, too: it would refuse one that will do.
        asked = "cmake/requirements.cmake"
        used = [f"{path}: {found[0]}" for path, code in [*sources(), (asked, (SOURCE / asked).read_text())]
                for found in young.finditer(code)]
        self.assertEqual(used, [])

    def test_functions_of_hdf5_say_their_version(self):
        several = re.compile(r"\b(" + "|".join(HDF5_FUNCTIONS_OF_SEVERAL_VERSIONS) + r")\s*\(")
        used = [f"{path}: {found[1]}" for path, code in sources("src", "include", "tests")
                for found in several.finditer(code)]
        self.assertEqual(used, [])

    def test_system_calls_by_number_have_a_fallback(self):
        """Headers of Linux 4.18 lack the younger numbers."""
        for path, code in sources():
            for name in set(re.findall(r"\bSYS_\w+", code)) - {"SYS_gettid"}:
                self.assertIn(f"#ifndef {name}", (SOURCE / path).read_text(), f"{path}: {name}")

    def test_no_call_can_be_taken_by_another_library(self):
        found = []
        for path, code in sources():
            for line, name, before in unqualified_calls(code):
                # "int size(" declares a member; "get<T>(" does not match the pattern.
                declares = DECLARED.search(before) and not before.rstrip().endswith("return")
                nearer = (str(path), name) in NEARER_NAMES
                if name in FOREIGN_FUNCTIONS and not declares and not nearer:
                    found.append(f"{path}:{line}: {name}() without a namespace; give it another name")
        self.assertEqual(found, [])


if __name__ == "__main__":
    unittest.main()
