#!/bin/sh
# Open MPI 4.1 and 5.0 by hand, without a batch system: the collector on the hosts of a host file,
# the benchmark beside it.
#
#   sh examples/openmpi.sh HOSTFILE COMMAND...
#
# --map-by ppr:1:node: one rank on each host (-npernode 1 is the older word for it).
# --bind-to none: two mpiruns on one host would both bind to its first processor.
# --enable-recovery: the death of one rank does not end the others, who write the file without it.
# SIGUSR1 to mpirun goes on to every rank and is the clean stop; SIGINT and SIGTERM leave two seconds,
# with Open MPI 5 a quarter of one.
set -u

hostfile=$1
shift
run=${RUN:-openmpi.h5}
rm -f "$run.ready"

mpirun --hostfile "$hostfile" --map-by ppr:1:node --bind-to none --enable-recovery \
  tscollect-mpi --interval 1 --output "$run" --ready-file "$run.ready" </dev/null &
collector=$!
until [ -e "$run.ready" ] || ! kill -0 "$collector" 2>/dev/null; do sleep 0.2; done
rm -f "$run.ready"

"$@"
status=$?

kill -USR1 "$collector"
wait "$collector"
exit "$status"
