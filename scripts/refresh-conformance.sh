#!/usr/bin/env bash
# Replaces the suites under Tests/ by those in SHARED. Our own floor.txt and matrix.txt stay, and our own scripts.
# Usage: scripts/refresh-conformance.sh SHARED
set -euo pipefail
shared=${1:?usage: refresh-conformance.sh SHARED}
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Usage: refresh FROM TO KEPT-NAME...
refresh() {
    local kept=()
    for name in floor.txt matrix.txt "${@:3}"; do kept+=(! -name "$name"); done
    [ -d "$1" ] || { echo "refresh-conformance: no $1; name the folder: make refresh-conformance SHARED=DIR" >&2; exit 1; }
    mkdir -p "$2"
    find "$2" -mindepth 1 -maxdepth 1 "${kept[@]}" -exec rm -rf {} +
    cp -R "$1/." "$2/"
    chmod -R u+w "$2"
    echo "$2: $(find "$2" -name '*.sql' | wc -l) scripts"
}

refresh "$shared/conformance" Tests/Conformance
refresh "$shared/bench/nexmark" Tests/Nexmark 'q13.*' side-input.csv
