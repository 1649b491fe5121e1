#!/bin/sh
# For a site's Slurm: defaults of tscollect for every job, as lines that slurmd puts into its environment.
#
#   TaskProlog=/etc/slurm/task-prolog.sh    (in slurm.conf)
#
# It runs as the job's user ahead of each task and of the batch script. Whatever the user has set stays.
default() {
  eval "[ -n \"\${$1:-}\" ]" || printf 'export %s=%s\n' "$1" "$2"
}
default TSCOLLECT_JOURNAL_DIR "${JOURNALS:-/local/scratch}"
default TSCOLLECT_LABEL "partition=${SLURM_JOB_PARTITION:-unknown}"
