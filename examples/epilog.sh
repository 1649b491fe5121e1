#!/bin/sh
# For a site's epilog: what dead runs of the job's user have left on the node and nobody has fetched for a
# week goes.
#
#   Slurm   Epilog=/etc/slurm/epilog.d/tscollect                   in slurm.conf
#   PBS     PBS_HOME/mom_priv/epilogue, Torque's epilogue.parallel too   called with job id, user, group, …
#   LSF     POST_EXEC = /path/to/epilog.sh                         of a queue in lsb.queues
#   Flux    /etc/flux/system/epilog.d/tscollect                    on each node
#
# It acts with the rights of the job's user, and removes no journal that is being written. Without a user it does
# nothing. These lines are the site's to change; nothing of the kind is taken from the environment, which may be the
# job's:
place=/opt/tscollect/bin  # of tscollect, if it is not in /usr/local/bin or /usr/bin
days=7                    # for which they are kept
folder=                   # where they are; empty: journal-dir of /etc/tscollect.conf, or else /tmp

PATH=$place:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin
export PATH
cd / || exit 0
user=
if [ "$(id -u)" != 0 ]; then
  user=$(id -un)
elif [ $# -ge 2 ]; then
  user=$2  # PBS
else
  # Where LSF starts it as root it has the job's environment: what looks like two batch systems is believed of none.
  case ${SLURM_JOB_ID:+slurm}${FLUX_JOB_ID:+flux}${LSB_JOBID:+lsf} in
    slurm) user=${SLURM_JOB_USER:-} ;;
    flux) user=$(id -un -- "${FLUX_JOB_USERID:-}" 2>/dev/null) ;;
    lsf) user=${LSFUSER:-} ;;
  esac
fi
id -u -- "$user" >/dev/null 2>&1 || exit 0
if ! command -v tscollect >/dev/null; then
  echo "epilog of tscollect: there is no tscollect in $PATH" >&2
  exit 0
fi
set -- env -i PATH="$PATH" tscollect journals ${folder:+--journal-dir "$folder"} --older-than "$days" --remove
if [ "$(id -un)" != "$user" ]; then set -- runuser -u "$user" -- "$@"; fi
"$@"
exit 0  # an epilog that fails drains the node
