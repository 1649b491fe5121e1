# shellcheck shell=sh disable=SC2154
# Read by tscollect-run: how to start one rank per node with the mpirun that is here. What the
# launchers of batch systems without a launcher of their own share.

# The MPI that mpirun belongs to: openmpi, hydra (MPICH, MVAPICH, Intel MPI), or unknown.
kind_of_mpirun() {
  case $("$1" --version 2>&1 </dev/null) in
    *'Open MPI'* | *OpenRTE* | *PRRTE* | *prterun*) echo openmpi ;;
    *HYDRA* | *Hydra* | *'Intel(R) MPI'*) echo hydra ;;
    *) echo unknown ;;
  esac
}

# Whether the collector was linked with MPICH or one of its relatives. Under another MPI's mpirun
# every rank would believe that it is alone.
collector_has_mpich() {
  case $(ldd "$collector" 2>/dev/null) in
    *libmpich.so* | *libmpi.so.12*) true ;;
    *) false ;;
  esac
}

# The mpirun to use: the one chosen, or else the one in PATH that fits the collector.
find_mpirun() {
  if [ -n "$chosen_mpirun" ]; then
    printf '%s\n' "$chosen_mpirun"
    return
  fi
  if [ -n "$collector" ] && collector_has_mpich; then
    for candidate in mpirun mpiexec mpiexec.hydra mpirun.mpich; do
      command -v "$candidate" >/dev/null || continue
      [ "$(kind_of_mpirun "$candidate")" = hydra ] || continue
      printf '%s\n' "$candidate"
      return
    done
  fi
  for candidate in mpirun mpiexec; do
    command -v "$candidate" >/dev/null || continue
    printf '%s\n' "$candidate"
    return
  done
  printf 'mpirun\n'
}

# The names in a host file, each once: its first words, without comments and without ":8".
hosts_in_file() {
  sed 's/#.*//; s/^[[:space:]]*//; s/[[:space:]].*//; s/^\([^:]*\):[^:]*$/\1/' "$1" |
    awk 'NF && !seen[$0]++'
}

# expect_hosts NAME...: without these the collector calls its file incomplete. One word of the
# environment holds 128 KiB; what is longer is left to the collector to find out.
expect_hosts() {
  [ -z "${TSCOLLECT_HOSTS:-}" ] && [ $# -gt 0 ] || return 0
  names=$(printf ',%s' "$@")
  [ ${#names} -gt 120000 ] || export TSCOLLECT_HOSTS="${names#,}"
}

# mpirun_starts_through NAME: whether this mpirun is an Open MPI built with that batch system's (tm,
# lsf) way to start processes, which then also tells it the nodes. Torque's has been seen to stall
# when a host file was named as well.
mpirun_starts_through() {
  found=$(find_mpirun)
  [ "$(kind_of_mpirun "$found")" = openmpi ] || return 1
  case $found in */*) folder=${found%/*}/ ;; *) folder= ;; esac
  for info in ompi_info prte_info; do  # 4.1, 5.0
    "$folder$info" --parsable 2>/dev/null </dev/null | grep -q "mca:plm:$1:" && return
  done
  return 1
}

# start_ranks_by COMMAND: the batch system's stand-in for ssh, where there is one and the user has
# not chosen another.
start_ranks_by() {
  command -v "$1" >/dev/null || return 0
  export OMPI_MCA_plm_rsh_agent="${OMPI_MCA_plm_rsh_agent:-$1}"    # Open MPI 4.1
  export PRTE_MCA_plm_ssh_agent="${PRTE_MCA_plm_ssh_agent:-$1}"    # 5.0
  if [ -z "${HYDRA_LAUNCHER:-}${HYDRA_LAUNCHER_EXEC:-}" ]; then
    export HYDRA_LAUNCHER=rsh HYDRA_LAUNCHER_EXEC="$1"
  fi
}

# mpi_launch HOSTFILE PROGRAM [ARGUMENT...]: becomes mpirun with one rank on each of the file's
# hosts; with an empty HOSTFILE on each that mpirun finds by itself.
mpi_launch() {
  mpi_hostfile=$1
  shift
  mpirun=$(find_mpirun)
  if [ -n "$mpi_hostfile" ]; then
    # shellcheck disable=SC2046  # a word for each host
    expect_hosts $(hosts_in_file "$mpi_hostfile")
  fi
  kind=$(kind_of_mpirun "$mpirun")
  if [ "$kind" = openmpi ]; then
    if collector_has_mpich; then
      echo "tscollect-mpi: built with MPICH, but $mpirun is Open MPI's: see TSCOLLECT_RUN_MPIRUN" >&2
    fi
    open_mpi_launch "$@"
  fi
  hydra_launch "$@"
}

# Unbound, for two mpiruns on one host would bind to the same processor; with recovery, so that the
# death of one rank does not end the others, whose samples are to be written.
open_mpi_launch() {
  # Each rank reads its own options, and mpirun hands the environment on only where it is told to.
  for name in $(env | sed -n 's/^\(TSCOLLECT_[A-Z_]*\)=.*/\1/p' | grep -v '^TSCOLLECT_RUN_'); do
    set -- -x "$name" "$@"
  done
  # Anybody who works as root has decided so: the question is answered for the collector alone.
  if [ "$(id -u)" = 0 ]; then
    export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
  fi
  if [ -n "$mpi_hostfile" ]; then set -- --hostfile "$mpi_hostfile" "$@"; fi
  # shellcheck disable=SC2086  # words
  exec ${own_session:+"$own_session"} "$mpirun" --map-by ppr:1:node --bind-to none \
    --enable-recovery $launcher_options "$@"
}

# Hydra hands the whole environment on, binds nothing unless asked to, and has to be told how many
# ranks there are. When one dies it ends the others (with -disable-auto-cleanup as well). Those that are neither take -n and -ppn too, and find the hosts by themselves.
hydra_launch() {
  ranks=1
  if [ -n "$mpi_hostfile" ]; then
    hosts_in_file "$mpi_hostfile" >"$state/hosts"
    ranks=$(wc -l <"$state/hosts" | tr -d ' ')
  fi
  set -- -n "$ranks" "$@"
  if [ "$kind" = hydra ] && [ -n "$mpi_hostfile" ]; then set -- -f "$state/hosts" "$@"; fi
  # shellcheck disable=SC2086  # words
  exec ${own_session:+"$own_session"} "$mpirun" -ppn 1 $launcher_options "$@"
}
