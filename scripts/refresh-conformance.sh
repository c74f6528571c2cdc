#!/usr/bin/env bash
# Replaces the suites under Tests/ by those in SHARED. Our own floor.txt, matrix.txt and README.md stay, and so do the
# areas that SHARED does not have (Tests/Conformance/scalar2).
# Usage: scripts/refresh-conformance.sh SHARED
set -euo pipefail
shared=${1:?usage: refresh-conformance.sh SHARED}
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Usage: refresh FROM TO
refresh() {
    [ -d "$1" ] || { echo "refresh-conformance: no $1; name the folder: make refresh-conformance SHARED=DIR" >&2; exit 1; }
    mkdir -p "$2"
    local entry
    for entry in "$1"/*; do
        case ${entry##*/} in README.md) [ -e "$2/README.md" ] && continue ;; esac
        rm -rf "${2:?}/${entry##*/}"
        cp -R "$entry" "$2/"
    done
    chmod -R u+w "$2"
    echo "$2: $(find "$2" -name '*.sql' | wc -l) scripts"
}

refresh "$shared/conformance" Tests/Conformance
refresh "$shared/bench/nexmark" Tests/Nexmark
