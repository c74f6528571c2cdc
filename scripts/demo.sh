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
echo "--- done in $((($(date +%s%N) - started) / 1000000)) ms; metrics of every operator: $metrics"
