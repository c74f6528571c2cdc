#!/usr/bin/env bash
# Runs every example and compares what it prints with what it should print.
#
# Usage: scripts/examples.sh [NAME...]            UPDATE_GOLDEN=1 rewrites the expectations: read the diff before you commit it.
# examples/NAME/job.sql                the job, run from the repository's root
# examples/NAME/expected.txt           its standard output, line by line; or
# examples/NAME/expected.sorted.txt    its standard output as sorted lines, the same at one shard and at four
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
sluice=${SLUICE:-.build/release/sluice}
seconds_max=${EXAMPLE_TIMEOUT:-120}
work=.build/examples
failed=0
count=0

# Usage: check NAME PARALLELISM EXPECTED FILTER
check() {
    local actual=$work/$1.$2.txt
    if ! timeout "$seconds_max" "$sluice" run "examples/$1/job.sql" --parallelism "$2" </dev/null 2>"$work/$1.$2.err" |
        $4 >"$actual"; then
        echo "FAILED: example $1 at parallelism $2"
        tail -n 10 "$work/$1.$2.err"
        failed=1
    elif [ "${UPDATE_GOLDEN:-}" = 1 ]; then
        cp "$actual" "$3"
    elif ! diff -u "$3" "$actual" | head -n 40; then
        echo "FAILED: example $1 at parallelism $2 prints something else"
        failed=1
    fi
}

rm -rf "$work"
mkdir -p "$work"
export LC_ALL=C
for job in examples/*/job.sql; do
    [ -e "$job" ] || continue
    name=$(basename "$(dirname "$job")")
    if [ $# -gt 0 ] && [[ " $* " != *" $name "* ]]; then continue; fi
    count=$((count + 1))
    if [ -e "examples/$name/expected.sorted.txt" ]; then
        check "$name" 1 "examples/$name/expected.sorted.txt" sort
        check "$name" 4 "examples/$name/expected.sorted.txt" sort
    elif [ -e "examples/$name/expected.txt" ]; then
        check "$name" 1 "examples/$name/expected.txt" cat
    else
        echo "FAILED: example $name has neither expected.txt nor expected.sorted.txt"
        failed=1
    fi
done
echo "examples: $count run"
exit "$failed"
