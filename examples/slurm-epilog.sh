#!/bin/sh
# For a site's Slurm epilog: what dead runs have left on the node and nobody has fetched for a week goes.
#
#   Epilog=/etc/slurm/epilog.d/tscollect    (in slurm.conf)
#
# It runs as root after each job; only what belongs to the job's user is removed, by that user, and no
# journal that is still being written.
PATH=$PATH:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin  # slurmd gives an epilog none
user=${SLURM_JOB_USER:-$(id -un)}
set -- tscollect journals --journal-dir "${JOURNALS:-/tmp}" --older-than "${DAYS:-7}" --remove
if [ "$(id -un)" = "$user" ]; then
  "$@"
else
  runuser -u "$user" -- "$@"
fi
exit 0  # an epilog that fails drains the node
