#!/usr/bin/env bash
# Runs a command beside a private PostgreSQL server, which is gone afterwards.
# Usage: scripts/with-postgres.sh COMMAND...
#
# The server lies in a temporary folder and listens at a socket in it, at no port. The command finds it in
# SLUICE_TEST_POSTGRESQL. Where no server is installed the command runs without, and its tests say what they leave out.
set -euo pipefail

binaries=$(compgen -G '/usr/lib/postgresql/*/bin' | sort -V | tail -n 1 || true)
if [ -z "$binaries" ] || [ ! -x "$binaries/initdb" ]; then
    echo "SKIPPED: tests with PostgreSQL, no server is installed (apt-get install postgresql)" >&2
    exec "$@"
fi

folder=$(mktemp -d /tmp/sluice-postgres-XXXXXX)
# The server refuses to run as root.
as_user=()
if [ "$(id -u)" -eq 0 ]; then
    id postgres >/dev/null 2>&1 || { echo "SKIPPED: tests with PostgreSQL, there is no user postgres" >&2; exec "$@"; }
    chown postgres "$folder"
    as_user=(setpriv --reuid postgres --regid postgres --clear-groups)
fi

stop() {
    "${as_user[@]}" "$binaries/pg_ctl" -D "$folder/data" -m immediate -s stop >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

cd_and_run() { (cd "$folder" && "${as_user[@]}" "$@"); }
cd_and_run "$binaries/initdb" -D "$folder/data" -A trust -U postgres -E UTF8 --no-locale --no-sync >"$folder/log" 2>&1 ||
    { cat "$folder/log" >&2; exit 1; }
# Processes are killed in these tests, machines are not, so nothing need be synced.
cd_and_run "$binaries/pg_ctl" -D "$folder/data" -l "$folder/data/log" -s -w -t 60 \
    -o "-c listen_addresses='' -c unix_socket_directories='$folder' -c fsync=off -c max_connections=50" start ||
    { cat "$folder/data/log" >&2; exit 1; }

export SLUICE_TEST_POSTGRESQL="postgresql://postgres@/postgres?host=$folder"
"$@"
