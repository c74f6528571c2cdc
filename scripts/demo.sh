#!/usr/bin/env bash
# The demo: detection SQL over a generated log, its alerts as a table, and how fast it went.
# Usage: scripts/demo.sh [NAME]      runs examples/NAME/job.sql (environment: DEMO names it too)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
name=${1:-${DEMO:-login-alerts}}
job=examples/$name/job.sql
metrics=.build/demo-metrics.json
[ -e "$job" ] || { echo "demo: no $job; there is: $(ls examples 2>/dev/null | tr '\n' ' ')" >&2; exit 1; }

echo "--- $job"
cat "$job"
echo "--- alerts"
started=$(date +%s%N)
.build/release/sluice run "$job" --metrics-json "$metrics"
ended=$(date +%s%N)
# The metrics file holds one number per key; the totals of the job stand first.
total() { grep -o "\"$1\": *[0-9.e+-]*" "$metrics" | head -n 1 | sed 's/.*: *//'; }
awk -v rows="$(total rowsIn)" -v cpu="$(total cpuSeconds)" -v nanos="$((ended - started))" -v file="$metrics" 'BEGIN {
    seconds = nanos / 1e9
    printf "--- %d events in %.2f s: %.2f million events per second", rows, seconds, rows / seconds / 1e6
    if (cpu > 0) printf ", %.2f CPU seconds per million events", cpu / rows * 1e6
    printf "; metrics of every operator: %s\n", file
}'
