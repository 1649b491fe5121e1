#!/bin/sh
# MPICH, and others that start their ranks with Hydra (MVAPICH, Intel MPI), by hand, without a batch
# system: the collector on the hosts of a host file, the benchmark beside it.
#
#   sh examples/mpich.sh HOSTFILE COMMAND...
#
# -n and -ppn: Hydra has to be told how many ranks there are, here one on each host.
# SIGUSR1 to mpiexec goes on to every rank and is the clean stop; so do SIGINT and SIGTERM, once.
# SIGUSR2 and SIGHUP end mpiexec and leave no file.
set -u

hostfile=$1
shift
run=${RUN:-mpich.h5}
mpiexec=${MPIEXEC:-mpiexec.hydra}
rm -f "$run.ready"

"$mpiexec" -f "$hostfile" -n "$(grep -c . "$hostfile")" -ppn 1 \
  tscollect-mpi --interval 1 --output "$run" --ready-file "$run.ready" </dev/null &
collector=$!
until [ -e "$run.ready" ] || ! kill -0 "$collector" 2>/dev/null; do sleep 0.2; done
rm -f "$run.ready"

"$@"
status=$?

kill -USR1 "$collector"
wait "$collector"
exit "$status"
