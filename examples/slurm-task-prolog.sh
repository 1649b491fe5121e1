#!/bin/sh
# For a site's Slurm: defaults of tscollect that depend on the job, as lines that slurmd puts into its environment.
# What is the same for every job belongs into /etc/tscollect.conf.
#
#   TaskProlog=/etc/slurm/task-prolog.sh    (in slurm.conf)
#
# It runs as the job's user ahead of each task and of the batch script. A variable that the user has set stays; an
# option in the user's file does not, for the environment wins over files (labels of both are used).
default() {
  eval "[ -n \"\${$1:-}\" ]" || printf 'export %s=%s\n' "$1" "$2"
}
default TSCOLLECT_LABEL "partition=${SLURM_JOB_PARTITION:-unknown}"
