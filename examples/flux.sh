#!/bin/bash
#flux: -N 2
#flux: --exclusive
#flux: -t 30m
#
# One benchmark in a Flux batch job with the collector beside it:
#
#   flux batch examples/flux.sh
#   BENCHMARK="flux run -N2 -n64 ./ior -w -r" flux batch examples/flux.sh
#
# flux batch starts an instance of its own on the nodes, whose owner may load the alloc-bypass
# plugin; tscollect-run does, and the collector takes no core from the benchmark.
set -u

# A minute before the time limit the collector stops and writes its file while there is time, and
# the benchmark goes on. After exec this shell is tscollect-run.
seconds=$((30 * 60 - 60))
(sleep "$seconds" && kill -USR1 $$) >/dev/null 2>&1 &

exec tscollect-run --interval 1 --output "observed-${FLUX_ENCLOSING_ID:-flux}.h5" -- \
  bash -c "${BENCHMARK:-flux run -N2 sleep 5}"
