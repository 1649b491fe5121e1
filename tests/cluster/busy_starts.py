"""How starts of tscollect-run end in Slurm jobs on busy nodes, where MPI_Init crashes now and then.

    TSCOLLECT_BUILD_DIR=build/dev python3 tests/cluster/busy_starts.py LOAD JOBS RUNS

As root. LOAD busy loops run beside JOBS jobs on three nodes, each of which runs RUNS collectors one after
the other. Prints how often what was said at their ends.
"""

import collections
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import slurm

RUN = pathlib.Path(os.environ["TSCOLLECT_BUILD_DIR"]).resolve() / "bin" / "tscollect-run"
SCRIPT = """\
#!/bin/sh
export TSCOLLECT_JOURNAL_DIR={folder} TSCOLLECT_RUN_READY_TIMEOUT=120
ulimit -c 0
for run in $(seq {runs}); do
  {run} -i 0.1 -o {folder}/$SLURM_JOB_ID-$run.h5 -- sleep 0.1 >{folder}/$SLURM_JOB_ID-$run.words 2>&1
done
"""
TOLD = re.compile(r"\(complete, . of 3|\(incomplete, . of 3|no file was written|was not ready|this was the second start")


def main(load, jobs, runs):
    busy = [subprocess.Popen(["sh", "-c", "while :; do :; done"], start_new_session=True) for _ in range(load)]
    try:
        with tempfile.TemporaryDirectory() as name, slurm.Slurm(hosts=3, cores=24) as hosts:
            script = SCRIPT.format(folder=name, runs=runs, run=RUN)
            submitted = [hosts.submit(script, name, "--nodes=3", "--ntasks-per-node=1", "--output=/dev/null")
                         for _ in range(jobs)]
            for job in submitted:
                hosts.wait(job, timeout=600)
            print("load", *os.getloadavg())
            folder = pathlib.Path(name)
            words = "".join(path.read_text(errors="replace") for path in folder.glob("*.words"))
            print(len(list(folder.glob("*.h5"))), "files")
            for told, count in sorted(collections.Counter(TOLD.findall(words)).items()):
                print(count, told)
    finally:
        for process in busy:
            process.kill()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
