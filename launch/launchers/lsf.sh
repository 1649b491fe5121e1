# shellcheck shell=sh disable=SC2154
# Read by tscollect-run: a job of LSF. As under PBS, for an mpirun that does not know LSF.

lsf_found() { [ -n "${LSB_JOBID:-}" ] && [ -n "${LSB_DJOB_HOSTFILE:-}${LSB_MCPU_HOSTS:-}" ]; }

# A file of the hosts, from what there is of LSF's variables.
lsf_hostfile() {
  if [ -r "${LSB_DJOB_HOSTFILE:-}" ]; then
    printf '%s\n' "$LSB_DJOB_HOSTFILE"
    return
  fi
  # shellcheck disable=SC2086  # a name and its number of slots, again and again
  printf '%s slots=%s\n' $LSB_MCPU_HOSTS >"$state/lsf_hosts"
  printf '%s\n' "$state/lsf_hosts"
}

lsf_launch() {
  lsf_hosts=$(lsf_hostfile)
  # shellcheck disable=SC2046  # a word for each host
  expect_hosts $(hosts_in_file "$lsf_hosts")
  if mpirun_starts_through lsf; then mpi_launch '' "$@"; fi
  start_ranks_by blaunch
  mpi_launch "$lsf_hosts" "$@"
}
