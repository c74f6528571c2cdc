#!/usr/bin/env bash
# Runs a keyed, windowed job over endless generated events and checks that its memory stays level.
# Usage: scripts/soak.sh      environment: SOAK_SECONDS (600), SOAK_RATE (200000 rows per second), SOAK_GROWTH_MAX (10 %)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
seconds=${SOAK_SECONDS:-600}
rate=${SOAK_RATE:-200000}
growth_max=${SOAK_GROWTH_MAX:-10}
sluice=${SLUICE:-.build/release/sluice}
work=.build/soak
mkdir -p "$work"
samples=$work/rss.txt
: >"$samples"

columns=$(sed -n '/^  event_type /,/^  `dateTime` AS/p' Tests/Nexmark/q0.sql)
cat >"$work/job.sql" <<SQL
CREATE TABLE events (
$columns
  WATERMARK FOR \`dateTime\` AS \`dateTime\` - INTERVAL '4' SECOND
) WITH ('connector' = 'nexmark', 'seed' = '7', 'scan.rows-per-second' = '$rate',
        'first-event.rate' = '$rate', 'next-event.rate' = '$rate');
CREATE TABLE sink (auction BIGINT, bids BIGINT, window_end TIMESTAMP(3)) WITH ('connector' = 'blackhole');
INSERT INTO sink
SELECT bid.auction, COUNT(*), window_end
FROM TABLE(HOP(TABLE events, DESCRIPTOR(\`dateTime\`), INTERVAL '2' SECOND, INTERVAL '10' SECOND))
WHERE event_type = 2
GROUP BY bid.auction, window_start, window_end;
SQL

set -m # or the job would inherit that SIGINT is ignored
"$sluice" run "$work/job.sql" --parallelism 2 --metrics-json "$work/metrics.json" >"$work/log.txt" 2>&1 &
job=$!
set +m
trap 'kill "$job" 2>/dev/null || true' EXIT
for ((second = 0; second < seconds; second++)); do
    sleep 1
    if ! resident=$(awk '/^VmRSS:/ { print $2 }' "/proc/$job/status" 2>/dev/null) || [ -z "$resident" ]; then
        tail -n 20 "$work/log.txt"
        echo "FAILED: the job ended after $second s"
        exit 1
    fi
    echo "$second $resident" >>"$samples"
done
kill -INT "$job"
status=0
wait "$job" || status=$?
trap - EXIT
if [ "$status" -ne 130 ]; then
    echo "FAILED: interrupted, the job ended with status $status instead of 130"
    exit 1
fi

# The first third warms up; then the last third must not stand above the middle one.
awk -v seconds="$seconds" -v growth_max="$growth_max" '
    $1 >= seconds / 3 && $1 < 2 * seconds / 3 && $2 > middle { middle = $2 }
    $1 >= 2 * seconds / 3 && $2 > last { last = $2 }
    END {
        growth = middle > 0 ? 100 * (last - middle) / middle : 100
        printf "peak RSS: middle third %.1f MB, last third %.1f MB (%+.1f %%)\n", middle / 1024, last / 1024, growth
        if (growth > growth_max) { print "FAILED: memory grows"; exit 1 }
    }
' "$samples"
