"""A compiler launcher that hands out the objects of an earlier build.

    reuse_object.py COMPILE_COMMANDS OBJECTS COMPILER ARGUMENT...

If OBJECTS, the folder of the earlier build, has an object of the source file, it is copied instead of
compiled; everything else is compiled. How the build is put together can be tried in seconds this way.
"""

import json
import pathlib
import shutil
import subprocess
import sys


def parts(source):
    """What a file that several sources are compiled in includes: their names, in order."""
    return [pathlib.Path(line.split('"')[1]).name for line in pathlib.Path(source).read_text().splitlines()
            if line.startswith('#include "')]


def is_same(source, other):
    if source == other:
        return True
    # Each build writes files of its own, at the same place below src/.
    place = source.rpartition("/src/")[2]
    if other.rpartition("/src/")[2] != place:
        return False
    if "/Unity/" in place:
        return parts(source) == parts(other)
    return place.endswith(("/sidecar_schema.cpp", "/cmake_pch.hxx.cxx"))


def main():
    commands, folder, *compiler = sys.argv[1:]
    source = compiler[compiler.index("-c") + 1] if "-c" in compiler else ""
    for entry in json.loads(pathlib.Path(commands).read_text(encoding="utf-8")):
        words = entry["command"].split()
        compiled = pathlib.Path(folder, words[words.index("-o") + 1])
        if source and is_same(source, entry["file"]) and compiled.exists():
            shutil.copyfile(compiled, compiler[compiler.index("-o") + 1])
            return 0
    return subprocess.run(compiler, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
