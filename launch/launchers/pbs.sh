# shellcheck shell=sh disable=SC2154
# Read by tscollect-run: a job of PBS (OpenPBS, PBS Pro, Torque). An mpirun that knows PBS finds
# the nodes by itself and starts its ranks through PBS; another one is given both.

pbs_found() { [ -n "${PBS_JOBID:-}" ] && [ -r "${PBS_NODEFILE:-}" ]; }

pbs_launch() {
  # shellcheck disable=SC2046  # a word for each host
  expect_hosts $(hosts_in_file "$PBS_NODEFILE")
  if mpirun_starts_through tm; then mpi_launch '' "$@"; fi
  start_ranks_by pbs_tmrsh
  mpi_launch "$PBS_NODEFILE" "$@"
}
