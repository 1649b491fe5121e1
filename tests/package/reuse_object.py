"""A compiler launcher that hands out the objects of an earlier build.

    reuse_object.py COMPILE_COMMANDS OBJECTS COMPILER ARGUMENT...

Where OBJECTS, the folder of the earlier build, has an object of the source file, it is copied in place
of compiling; everything else is compiled. How the build is put together can so be tried in seconds.
"""

import json
import pathlib
import shutil
import subprocess
import sys


def main():
    commands, folder, *compiler = sys.argv[1:]
    source = compiler[compiler.index("-c") + 1] if "-c" in compiler else ""
    for entry in json.loads(pathlib.Path(commands).read_text(encoding="utf-8")):
        words = entry["command"].split()
        compiled = pathlib.Path(folder, words[words.index("-o") + 1])
        # Of a file that the build configures, each build has its own.
        ours = entry["file"] == source or (source.endswith("/sidecar_schema.cpp")
                                           and entry["file"].endswith("/sidecar_schema.cpp"))
        if ours and compiled.exists():
            shutil.copyfile(compiled, compiler[compiler.index("-o") + 1])
            return 0
    return subprocess.run(compiler, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
