#!/bin/sh
# For a site's epilog: what dead runs of the job's user have left on the node and nobody has fetched for a
# week goes.
#
#   Slurm   Epilog=/etc/slurm/epilog.d/tscollect                   in slurm.conf
#   PBS     PBS_HOME/mom_priv/epilogue                             called with job id, user, group, …
#   LSF     POST_EXEC = /path/to/epilog.sh                         of a queue in lsb.queues; runs as the user
#   Flux    /etc/flux/system/epilog.d/tscollect                    on each node
#
# Where it runs as root, what it removes belongs to the job's user and is removed by that user; and no journal
# that is still being written. Without a user it does nothing.
PATH=$PATH:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin  # slurmd gives an epilog none
user=${SLURM_JOB_USER:-}
if [ -z "$user" ] && [ -n "${FLUX_JOB_USERID:-}" ]; then user=$(id -un "$FLUX_JOB_USERID"); fi
if [ -z "$user" ] && [ "$(id -u)" != 0 ]; then user=$(id -un); fi
user=${user:-${2:-}}
[ -n "$user" ] || exit 0
set -- tscollect journals --journal-dir "${JOURNALS:-/tmp}" --older-than "${DAYS:-7}" --remove
if [ "$(id -un)" = "$user" ]; then
  "$@"
else
  runuser -u "$user" -- "$@"
fi
exit 0  # an epilog that fails drains the node
