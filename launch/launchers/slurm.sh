# shellcheck shell=sh disable=SC2154
# Read by tscollect-run: a Slurm job. Beside another step only with --overlap; a second mpirun would
# wait for the first to end. A rank or a node that dies takes nobody with it (--kill-on-bad-exit=0,
# --no-kill), and SIGINT goes to the ranks instead of asking srun for a status (--disable-status).

slurm_found() { [ -n "${SLURM_JOB_ID:-}" ] && command -v srun >/dev/null; }

slurm_launch() {
  nodes=${SLURM_JOB_NUM_NODES:-${SLURM_NNODES:-1}}
  # Open MPI speaks PMIx, MPICH the older protocol.
  protocol=pmix
  if collector_has_mpich; then protocol=pmi2; fi
  # Slurm's default, mixed, lets a rank out of MPI_Init before the others are ready for its first
  # message; Open MPI 4.1 has crashed on that in one start of ten.
  export SLURM_PMIX_FENCE="${SLURM_PMIX_FENCE:-tree}"
  # shellcheck disable=SC2086  # words
  exec ${own_session:+"$own_session"} srun --overlap --mpi="$protocol" --nodes="$nodes" \
    --ntasks="$nodes" --ntasks-per-node=1 --cpu-bind=none --kill-on-bad-exit=0 --no-kill \
    --disable-status --quiet $launcher_options "$@"
}
