#!/bin/bash
#PBS -N observed
#PBS -l select=2:ncpus=4:mpiprocs=4
#PBS -l walltime=00:30:00
#
# One benchmark in a PBS job (OpenPBS, PBS Pro; for Torque: -l nodes=2:ppn=4) with the collector
# beside it:
#
#   qsub examples/pbs.sh
#   qsub -v BENCHMARK="mpirun ./ior -w -r" examples/pbs.sh
#
# The hosts that belong into the file are those of $PBS_NODEFILE.
set -u

cd "${PBS_O_WORKDIR:-.}" || exit

# PBS cannot send a signal before the walltime. A minute ahead of it the collector stops and writes
# its file while there is time, and the benchmark goes on. After exec this shell is tscollect-run.
seconds=$((30 * 60 - 60))
(sleep "$seconds" && kill -USR1 $$) >/dev/null 2>&1 &

exec tscollect-run --interval 1 --output observed-%j.h5 -- \
  bash -c "${BENCHMARK:-sleep 5}"
