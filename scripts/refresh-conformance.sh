#!/usr/bin/env bash
# Replaces the suites under Tests/ by those in SHARED. Our own floor.txt and matrix.txt stay.
# Usage: scripts/refresh-conformance.sh SHARED
set -euo pipefail
shared=${1:?usage: refresh-conformance.sh SHARED}
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Usage: refresh FROM TO
refresh() {
    [ -d "$1" ] || { echo "refresh-conformance: no $1; name the folder: make refresh-conformance SHARED=DIR" >&2; exit 1; }
    mkdir -p "$2"
    find "$2" -mindepth 1 -maxdepth 1 ! -name floor.txt ! -name matrix.txt -exec rm -rf {} +
    cp -R "$1/." "$2/"
    chmod -R u+w "$2"
    echo "$2: $(find "$2" -name '*.sql' | wc -l) scripts"
}

refresh "$shared/conformance" Tests/Conformance
refresh "$shared/bench/nexmark" Tests/Nexmark
