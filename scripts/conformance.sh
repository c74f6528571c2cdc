#!/usr/bin/env bash
# Runs one suite of SQL scripts at every setting of its matrix and compares with what real Flink answered.
#
# Usage: scripts/conformance.sh SUITE [--raise]
#   SUITE/matrix.txt   a setting a line: a label, then the runner's options
#   SUITE/floor.txt    `area statements_passed` a line; a count below it is a failure
#   SUITE/restored-floor.txt   one number: statements that run with restarts from stored state; may be missing
#   --raise            rewrites floor.txt upwards instead of checking it
# It fails when a count is below the floor, when the runner fails, or when two settings answer differently: final rows
# must not depend on batch size, shard count or checkpoints.
# Reports are left in .build/suites/NAME/LABEL/.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
suite=${1:?usage: conformance.sh SUITE [--raise]}
suite=${suite%/}
raise=${2:-}
runner=${CONFORMANCE:-.build/release/conformance}
compare=Tests/Conformance/compare.py
seconds_max=${SUITE_TIMEOUT:-600}
work=.build/suites/$(basename "$suite")
failed=0

complain() { echo "FAILED: $*"; failed=1; }

# Runs the whole suite at one setting. Usage: run_setting LABEL OPTION...
# Writes report.txt and passed.txt (area count) into $work/LABEL.
run_setting() {
    local label=$1 place=$work/$1 status=0 started=$SECONDS
    shift
    mkdir -p "$place"
    cp -R "$suite" "$place/scripts" # some scripts write beside themselves
    timeout "$seconds_max" "$runner" --scripts "$place/scripts" --out "$place/out" "$@" >"$place/log.txt" 2>&1 || status=$?
    if [ "$status" -ne 0 ]; then
        tail -n 20 "$place/log.txt"
        complain "the runner ended with status $status at $label ($*)"
    fi
    mkdir -p "$place/out"
    if [ -z "$(find "$place/out" -name '*.out' -print -quit)" ]; then complain "no answers at $label"; fi
    status=0
    python3 "$compare" "$suite" "$place/out" >"$place/report.txt" || status=$?
    if [ "$status" -gt 1 ]; then complain "compare.py ended with status $status at $label"; fi
    awk '/^area  /{ table = 1; next } table && $3 == "/" { print $1, $2 }' "$place/report.txt" >"$place/passed.txt"
    rm -rf "$place/scripts"
    echo "$(basename "$suite") at $label: $(awk '$1 == "TOTAL" { print $2 }' "$place/passed.txt") statements pass" \
        "($((SECONDS - started)) s)"
    if [ -f "$place/out/restored.txt" ]; then sed -n '1s/^/    /p' "$place/out/restored.txt"; fi
}

# How many statements were restored from stored state must not fall. Usage: check_restored LABEL
check_restored() {
    local report=$work/$1/out/restored.txt floor=$suite/restored-floor.txt restored
    if [ ! -f "$report" ] || [ ! -f "$floor" ]; then return; fi
    restored=$(awk 'NR == 1 { print $2 }' "$report")
    if [ "$restored" -lt "$(<"$floor")" ]; then
        complain "$1 restored $restored statements, the floor is $(<"$floor"); see $report"
    fi
}

# Every later setting must give the first one's answers, right or wrong: the same columns, the same final rows, errors
# at the same statements. Usage: check_same FIRST OTHER
check_same() {
    local status=0
    python3 "$compare" "$work/$1/out" "$work/$2/out" >"$work/$2/differences.txt" || status=$?
    if [ "$status" -ne 0 ]; then
        complain "$2 does not answer as $1 does (expected: $1; actual: $2):"
        awk '/^area  /{ exit } { print }' "$work/$2/differences.txt" | head -n 20
    fi
}

# Usage: check_floor LABEL
check_floor() {
    local below
    below=$(awk -v label="$1" '
        NR == FNR { passed[$1] = $2; next }
        /^#/ || NF < 2 { next }
        passed[$1] + 0 < $2 { printf "  %s at %s: %d pass, the floor is %d\n", $1, label, passed[$1], $2 }
    ' "$work/$1/passed.txt" "$suite/floor.txt")
    if [ -n "$below" ]; then
        complain "below the floor:"
        echo "$below"
    fi
}

# The new floor of an area: the worst count of all settings, but never less than the old floor.
raise_floor() {
    local label
    for label in "$@"; do sed 's/^/passed /' "$work/$label/passed.txt"; done | awk '
        NR == FNR && /^#/ { print; next }
        NR == FNR { floor[$1] = $2; next }
        $2 == "TOTAL" { next }
        !($2 in worst) || $3 < worst[$2] { worst[$2] = $3 }
        END {
            for (area in worst) if (!(area in floor) || worst[area] > floor[area]) floor[area] = worst[area]
            for (area in floor) print area, floor[area] | "sort"
        }
    ' "$suite/floor.txt" - >"$work/floor.txt"
    cp "$work/floor.txt" "$suite/floor.txt"
    cat "$suite/floor.txt"
}

rm -rf "$work"
mkdir -p "$work"
labels=()
while read -r label options; do
    case $label in '' | '#'*) continue ;; esac
    read -r -a arguments <<<"$options"
    run_setting "$label" "${arguments[@]}"
    labels+=("$label")
done <"$suite/matrix.txt"

first=${labels[0]}
sed -n '/^area  /,$p' "$work/$first/report.txt"
for label in "${labels[@]:1}"; do check_same "$first" "$label"; done
if [ "$raise" = --raise ]; then
    if [ "$failed" -eq 0 ]; then raise_floor "${labels[@]}"; fi
else
    for label in "${labels[@]}"; do
        check_floor "$label"
        check_restored "$label"
    done
fi
if [ "$failed" -ne 0 ]; then echo "reports: $work/*/report.txt"; fi
exit "$failed"
