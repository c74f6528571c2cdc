#!/usr/bin/env bash
# Installs what a fresh Debian 12 lacks, and checks the Swift toolchain. Silent and quick when nothing is missing.
# Usage: scripts/setup.sh STATIC_LIBRARIES_DIR      (environment: SWIFT, the swift command)
set -euo pipefail
static_libraries=${1:?usage: setup.sh STATIC_LIBRARIES_DIR}
swift=${SWIFT:-swift}
swift_wanted=6.3

installed() { [ "$(dpkg-query -W -f='${Status}' "$1" 2>/dev/null)" = "install ok installed" ]; }

missing_packages() {
    local package
    for package in zlib1g-dev libzstd-dev libpcre2-dev libssl-dev; do
        installed "$package" || echo "$package"
    done
    # Opened at run time by jobs that store their state.
    /sbin/ldconfig -p | grep -q 'librocksdb\.so' || echo librocksdb7.8
    # Opened at run time by jobs with many patterns: Hyperscan, or Vectorscan where the processor is not an x86.
    if ! /sbin/ldconfig -p | grep -q 'libhs\.so\.5'; then
        case $(dpkg --print-architecture) in amd64|i386) echo libhyperscan5 ;; *) echo libvectorscan5 ;; esac
    fi
    # Opened at run time by tables in PostgreSQL; the server is for tests. (SQLite stands below.)
    /sbin/ldconfig -p | grep -q 'libpq\.so\.5' || echo libpq5
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || echo postgresql
    # Lets system calls fail in scripts/faults.py and ends processes in scripts/kill.py at chosen calls.
    command -v strace >/dev/null || echo strace
    # compare.py of the conformance suite and the measuring of benchmarks.
    command -v python3 >/dev/null || echo python3
    # The linker and the C++ library the Swift toolchain links with.
    compgen -G '/usr/lib/gcc/*/*/libstdc++.so' >/dev/null || echo g++
    # What the package manager of the toolchain itself is linked with, and what it needs to fetch packages.
    local library libraries
    libraries=$(PATH=$PATH:/sbin:/usr/sbin ldconfig -p)
    for library in libsqlite3.so.0:libsqlite3-0 libncurses.so.6:libncurses6 libcurl.so.4:libcurl4 libxml2.so.2:libxml2; do
        case $libraries in *"${library%%:*} "*) ;; *) echo "${library#*:}" ;; esac
    done
    [ -e /etc/ssl/certs/ca-certificates.crt ] || echo ca-certificates
    # Time zones by name.
    [ -e /usr/share/zoneinfo/Europe/Berlin ] || echo tzdata
}

install_packages() {
    local -a as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || { echo "setup: run as root: apt-get install $*" >&2; exit 1; }
        as_root=(sudo -n)
        sudo -n true 2>/dev/null || as_root=(sudo)
    fi
    echo "setup: installing $*"
    # The tests start servers of their own; no other one should be made and started.
    case " $* " in *" postgresql "*)
        if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
            "${as_root[@]}" mkdir -p /etc/postgresql-common
            echo "create_main_cluster = false" | "${as_root[@]}" tee /etc/postgresql-common/createcluster.conf >/dev/null
        fi
    esac
    # A machine in use may hold apt's lock for a while: wait for it instead of failing.
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -qq update
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -qq install -y \
        --no-install-recommends "$@"
}

check_swift() {
    if ! command -v "$swift" >/dev/null; then
        echo "setup: no Swift $swift_wanted on PATH and none in /opt/swift." >&2
        echo "       Get it from https://www.swift.org/install/linux/ and put its usr/bin on PATH," >&2
        echo "       or name it: make SWIFT=/path/to/swift" >&2
        exit 1
    fi
    local version
    version=$("$swift" --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9]*\.[0-9][0-9]*\).*/\1/p' | head -n 1)
    if [ -z "$version" ] || [ "$(printf '%s\n%s\n' "$swift_wanted" "$version" | sort -V | head -n 1)" != "$swift_wanted" ]; then
        echo "setup: '$swift' is version ${version:-unknown}; Sluice needs $swift_wanted or later." >&2
        exit 1
    fi
}

# Links to the static forms of the libraries in C and C++, and nothing else: the release build's linker looks here first.
link_static_libraries() {
    local library archive
    mkdir -p "$static_libraries"
    for library in libz libzstd libpcre2-8 libcrypto libstdc++; do
        archive=$({ compgen -G "/usr/lib/*/$library.a"; compgen -G "/usr/lib/gcc/*/*/$library.a"; } | sort -V | tail -n 1 || true)
        if [ -n "$archive" ]; then ln -sfn "$archive" "$static_libraries/$library.a"; fi
    done
}

if command -v dpkg-query >/dev/null; then
    mapfile -t missing < <(missing_packages)
    if [ "${#missing[@]}" -gt 0 ]; then install_packages "${missing[@]}"; fi
else
    echo "setup: not a Debian system; zlib, zstd, PCRE2 and OpenSSL (with headers), RocksDB, SQLite, libpq and python3" \
        "must be there" >&2
fi
check_swift
link_static_libraries
