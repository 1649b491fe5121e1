# shellcheck shell=sh disable=SC2154
# Read by tscollect-run: mpirun by itself, on the hosts of --hostfile or on this machine. Always
# answers, so it comes last.

mpirun_found() { true; }
mpirun_launch() { mpi_launch "$hostfile" "$@"; }
