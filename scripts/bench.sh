#!/usr/bin/env bash
# Nexmark on one core: events per second, CPU seconds per million events, peak memory, and a checked result.
#
# Usage: scripts/bench.sh [QUERY...]        default: q0 q1 q2 q5 q7 q8; a query the planner refuses is named and skipped
# environment: EVENTS (3000000)             events per timed run
#              CHECKED_EVENTS (100000)      events of the run whose result is hashed
#              STATE_KEYS (10000000)     groups of the run that measures memory for each
#              UPDATE_GOLDEN=1              rewrites scripts/bench-hashes.txt: only after the suites against Flink pass
#
# Each query runs twice: from a file of JSON lines and from the generator, into a blackhole. Its result is checked on a
# smaller input of the same generator: both sources must give the rows whose hash stands in scripts/bench-hashes.txt.
#
# At last COUNT(*) and SUM per BIGINT key, each key once: what a group costs, by the operator's own account and by what
# the process holds more than without the aggregation. More than 64 bytes is a failure.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
events=${EVENTS:-3000000}
checked_events=${CHECKED_EVENTS:-100000}
state_keys=${STATE_KEYS:-10000000}
state_bytes_max=64
sluice=${SLUICE:-.build/release/sluice}
runner=${CONFORMANCE:-.build/release/conformance}
suite=Tests/Nexmark
hashes=scripts/bench-hashes.txt
work=.build/bench
failed=0
queries=("$@")
if [ ${#queries[@]} -eq 0 ]; then queries=(q0 q1 q2 q5 q7 q8); fi
pin=()
if command -v taskset >/dev/null; then pin=(taskset -c 0); fi
export LC_ALL=C

# The WITH clause of each source, for a number of events.
generator() {
    echo "('connector' = 'nexmark', 'events.num' = '$1', 'seed' = '7', 'first-event.rate' = '100000'," \
        "'next-event.rate' = '100000')"
}
json_file() { echo "('connector' = 'filesystem', 'path' = '$PWD/$work/events-$1', 'format' = 'json')"; }

# Writes the generator's events as JSON lines, once.
write_events() {
    local place=$work/events-$1 columns
    if [ -e "$place.done" ]; then return; fi
    rm -rf "$place"
    columns=$(sed -n '/^  event_type /,/^  bid /p' "$suite/q0.sql" | sed '$ s/,$//')
    {
        echo "CREATE TABLE generated ($columns) WITH $(generator "$1");"
        echo "CREATE TABLE written ($columns) WITH $(json_file "$1");"
        echo "INSERT INTO written SELECT * FROM generated;"
    } >"$place.sql"
    "$sluice" run "$place.sql" >"$place.log" 2>&1 || { tail -n 5 "$place.log"; return 1; }
    touch "$place.done"
}

# The columns of a query's result, as a table declares them: the reference answer names them.
sink_columns() {
    sed -n 's/^COLUMNS //p' "$suite/$1.out" | tail -n 1 | sed -E 's/ \*(ROWTIME|PROCTIME)\*//g; s/ NOT NULL//g' |
        awk '{
            depth = 0; field = ""; line = ""
            for (i = 1; i <= length($0) + 1; i++) {
                c = i > length($0) ? "," : substr($0, i, 1)
                if (c == "(" || c == "<") depth++
                if (c == ")" || c == ">") depth--
                if (c != "," || depth > 0) { field = field c; continue }
                sub(/^ +/, "", field)
                space = index(field, " ")
                line = line (line == "" ? "" : ", ") "`" substr(field, 1, space - 1) "`" substr(field, space)
                field = ""
            }
            print line
        }'
}

# Writes a query over another source. Usage: write_query QUERY WITH-CLAUSE [SINK-COLUMNS]
# With columns the result goes to a blackhole, without them it is the script's result.
write_query() {
    awk -v with="$2" -v columns="${3:-}" '
        /WITH \(.connector. = .filesystem./ { sub(/WITH \(.*$/, "WITH " with ";") }
        { print }
        /^-- q[0-9]+:/ && columns != "" {
            print "CREATE TABLE sink (" columns ") WITH (\x27connector\x27 = \x27blackhole\x27);"
            print "INSERT INTO sink"
        }
    ' "$suite/$1.sql"
}

# The hash of a query's final rows. Usage: result_hash QUERY SOURCE-NAME WITH-CLAUSE
result_hash() {
    local place=$work/checked/$1-$2
    mkdir -p "$place/scripts" "$place/out"
    write_query "$1" "$3" >"$place/scripts/$1.sql"
    "$runner" --scripts "$place/scripts" --out "$place/out" >"$place/log.txt" 2>&1 || { echo "runner-failed"; return; }
    if [ ! -e "$place/out/$1.out" ]; then echo "runner-failed"; return; fi
    if grep -q '^ERROR' "$place/out/$1.out"; then echo "error"; return; fi
    { grep '^= ' "$place/out/$1.out" || true; } | sha256sum | cut -c 1-16
}

# Usage: check_result QUERY
check_result() {
    local from_file from_generator wanted
    from_file=$(result_hash "$1" json "$(json_file "$checked_events")")
    from_generator=$(result_hash "$1" generator "$(generator "$checked_events")")
    wanted=$(awk -v key="$1 $checked_events" '$1 " " $2 == key { print $3 }' "$hashes" 2>/dev/null || true)
    if [ "$from_file" != "$from_generator" ]; then
        echo "FAILED: $1: $from_file from the file, $from_generator from the generator"
        failed=1
    elif [ "$from_file" = error ] || [ "$from_file" = runner-failed ]; then
        echo "FAILED: $1: no result; see $work/checked/$1-json"
        failed=1
    elif [ "${UPDATE_GOLDEN:-}" = 1 ]; then
        { grep -v "^$1 $checked_events " "$hashes" 2>/dev/null || true; echo "$1 $checked_events $from_file"; } |
            sort -V >"$work/hashes.txt"
        cp "$work/hashes.txt" "$hashes"
    elif [ "$from_file" != "$wanted" ]; then
        echo "FAILED: $1: result hash $from_file, wanted ${wanted:-none on record for $checked_events events}"
        failed=1
    fi
    hash=$from_file
}

# Usage: time_query QUERY SOURCE-NAME WITH-CLAUSE
time_query() {
    local job=$work/$1-$2.sql figures
    write_query "$1" "$3" "$(sink_columns "$1")" >"$job"
    if ! "$sluice" validate "$job" >"$work/validate.log" 2>&1; then
        printf '%-5s %-10s refused: %s\n' "$1" "$2" "$(head -n 1 "$work/validate.log")"
        return 1
    fi
    if ! figures=$(python3 scripts/measure.py "${pin[@]}" "$sluice" run "$job" --parallelism 1 2>"$work/run.log"); then
        tail -n 5 "$work/run.log"
        echo "FAILED: $1 from $2"
        failed=1
        return 1
    fi
    echo "$figures" | awk -v query="$1" -v source="$2" -v events="$events" '{
        printf "%-5s %-10s %12d %14d %14.3f %10.1f", query, source, events / $1, events / $2, $2 * 1e6 / events, $3
    }'
}

# Runs a query over so many keys, each of them once. Usage: run_keys NAME QUERY
# Writes the metrics into $work/NAME.json.
run_keys() {
    local job=$work/$1.sql
    {
        echo "CREATE TABLE keyed (k BIGINT, v BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '1000000000',"
        echo "  'number-of-rows' = '$state_keys', 'fields.k.kind' = 'sequence', 'fields.k.start' = '1',"
        echo "  'fields.k.end' = '$state_keys', 'fields.v.min' = '1', 'fields.v.max' = '9');"
        echo "CREATE TABLE sink (k BIGINT, n BIGINT, s BIGINT) WITH ('connector' = 'blackhole');"
        echo "INSERT INTO sink $2;"
    } >"$job"
    "${pin[@]}" "$sluice" run "$job" --parallelism 1 --metrics-json "$work/$1.json" >"$work/run.log" 2>&1
}

measure_state() {
    if ! run_keys keys-passed 'SELECT k, v, v FROM keyed' ||
        ! run_keys keys-grouped 'SELECT k, COUNT(*), SUM(v) FROM keyed GROUP BY k'; then
        tail -n 5 "$work/run.log"
        echo "FAILED: state per key"
        failed=1
        return
    fi
    python3 - "$work" "$state_keys" "$state_bytes_max" <<'PYTHON' || failed=1
import json, sys
work, keys, most = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])

def job(name):
    return json.load(open(f"{work}/{name}.json"))["jobs"][-1]["metrics"]

passed, grouped = job("keys-passed"), job("keys-grouped")
accounted = sum(node.get("stateBytes", 0) for node in grouped["nodes"]) / keys
held = (grouped["peakRSSBytes"] - passed["peakRSSBytes"]) / keys
print(f"state of COUNT(*), SUM(v) per BIGINT key, {keys} keys: {accounted:.1f} bytes accounted, {held:.1f} bytes held")
if max(accounted, held) > most:
    sys.exit(f"FAILED: more than {most:.0f} bytes per key")
PYTHON
}

mkdir -p "$work"
echo "binary: $(stat -L -c %s "$sluice" | awk '{ printf "%.1f MB", $1 / 1e6 }')"
echo "start-up: $(python3 scripts/measure.py "$sluice" sql -e 'SELECT 1' 2>/dev/null |
    awk '{ printf "%.0f ms, %.1f MB", $1 * 1000, $3 }')"
write_events "$events"
write_events "$checked_events"
printf '%-5s %-10s %12s %14s %14s %10s  %s\n' query source 'events/s' 'events/CPU-s' 'CPU-s/M' 'RSS MB' 'result hash'
for query in "${queries[@]}"; do
    hash=""
    if line=$(time_query "$query" json "$(json_file "$events")"); then
        check_result "$query"
        echo "$line  $hash"
        if line=$(time_query "$query" generator "$(generator "$events")"); then echo "$line  $hash"; else echo "$line"; fi
    else
        echo "$line"
    fi
    case $line in *FAILED*) failed=1 ;; esac
done
measure_state
exit "$failed"
