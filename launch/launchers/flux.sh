# shellcheck shell=sh disable=SC2154
# Read by tscollect-run: inside a Flux instance, as flux batch and flux alloc start one. Flux gives
# each core to one job only, so a collector that asks for cores would keep a benchmark that wants
# all of them waiting for ever. The alloc-bypass plugin, which the owner of an instance may load,
# starts a job on nodes whose cores belong to others.

flux_found() { [ -n "${FLUX_URI:-}" ] && command -v flux >/dev/null; }

# flux submit and flux job attach do not pass SIGUSR1 on, so this shell stays and does.
flux_launch() {
  # shellcheck disable=SC2046  # a word for each host
  expect_hosts $(flux hostlist --expand --delimiter=' ' instance)
  # Whether it is loaded already is shown by the job.
  flux jobtap load alloc-bypass.so 2>/dev/null
  # shellcheck disable=SC2086  # words
  flux_job=$(flux submit -o per-resource.type=node -o cpu-affinity=off \
    --setattr=system.alloc-bypass.R="$(flux kvs get resource.R)" $launcher_options "$@") || exit
  trap 'flux job kill --signal=SIGUSR1 "$flux_job"' USR1
  trap 'flux job kill --signal=SIGTERM "$flux_job"' TERM
  ${own_session:+"$own_session"} flux job attach "$flux_job" &
  while :; do
    wait $!
    flux_status=$?
    kill -0 $! 2>/dev/null || exit "$flux_status"
  done
}
