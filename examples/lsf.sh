#!/bin/bash
#BSUB -J observed
#BSUB -n 8
#BSUB -R "span[ptile=4]"
#BSUB -W 00:30
#BSUB -wa USR1
#BSUB -wt 1
#
# One benchmark in an LSF job with the collector beside it:
#
#   bsub < examples/lsf.sh
#   BENCHMARK="mpirun ./ior -w -r" bsub < examples/lsf.sh
#
# The hosts that belong into the file are those of $LSB_DJOB_HOSTFILE. A minute before the run limit
# LSF sends SIGUSR1 to the job (-wa and -wt): the collector stops and writes its file while there is
# time, and the benchmark goes on. LSF sends it to every process of the job, so it is ignored there.
set -u

benchmark=${BENCHMARK:-sleep 5}
exec tscollect-run --interval 1 --output observed-%j.h5 -- \
  bash -c "trap '' USR1; $benchmark"
