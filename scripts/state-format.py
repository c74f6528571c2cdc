#!/usr/bin/env python3
"""Writes state in the present format as test data: Tests/Formats/NUMBER.tar.gz.

Usage: scripts/state-format.py SLUICE [--out FOLDER]

The job of Tests/Formats reads slowly and is killed when every sink has written something and one has published a file;
what it leaves, state and output, is the archive. Its number is that of `EpochManifest.formatVersion`. One that is there is not written again: a
release may have written state like it. Tests/Formats/README.md says when to run this.
"""
import argparse
import gzip
import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time

from published import lines_below

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
DATA = os.path.join(ROOT, "Tests", "Formats")
VERSION_SOURCE = os.path.join(ROOT, "Sources", "SluiceState", "Storage", "EpochManifest+Bytes.swift")
# Rows in a second that the slow job reads: 120 take four seconds.
ROWS_PER_SECOND = 30


def format_version():
    with open(VERSION_SOURCE) as file:
        return int(re.search(r"formatVersion: UInt8 = (\d+)", file.read())[1])


def prepare(folder, more):
    """Makes a folder with the script and its input; gives the names of the sinks."""
    shutil.copytree(os.path.join(DATA, "in"), os.path.join(folder, "in"))
    with open(os.path.join(DATA, "job.sql")) as file:
        text = file.read()
    with open(os.path.join(folder, "job.sql"), "w") as file:
        file.write(text.replace("'path' = 'in/visits.csv'", "'path' = 'in/visits.csv'" + more))
    return re.findall(r"'path' = 'out/(\w+)'", text)


def write_archive(sluice, path):
    with tempfile.TemporaryDirectory() as folder:
        sinks = prepare(folder, f", 'scan.rows-per-second' = '{ROWS_PER_SECOND}'")
        command = [sluice, "run", "job.sql", "--state", "state", "-D", "execution.checkpointing.interval=500ms"]
        job = subprocess.Popen(command, cwd=folder)
        out = os.path.join(folder, "out")
        while not (lines_below(out) and all(has_written(os.path.join(out, sink)) for sink in sinks)):
            if job.poll() is not None:
                sys.exit("the job ended before every sink had written something")
            time.sleep(0.01)
        job.kill()
        job.wait()
        content = io.BytesIO()
        with tarfile.open(fileobj=content, mode="w") as archive:
            for name in ("state", "out"):
                archive.add(os.path.join(folder, name), name, filter=without_owner)
        with open(path, "wb") as file:
            file.write(gzip.compress(content.getvalue(), 9, mtime=0))
    print(f"{os.path.relpath(path)}: {os.path.getsize(path)} bytes")


def has_written(folder):
    return os.path.isdir(folder) and any(os.path.getsize(os.path.join(folder, name)) for name in os.listdir(folder))


def without_owner(entry):
    entry.uid = entry.gid = entry.mtime = 0
    entry.uname = entry.gname = ""
    # What RocksDB writes for people.
    return None if "OPTIONS-" in entry.name or entry.name.endswith("/LOG") else entry


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sluice")
    parser.add_argument("--out", default=DATA)
    options = parser.parse_args()
    path = os.path.join(os.path.abspath(options.out), f"{format_version()}.tar.gz")
    if os.path.exists(path):
        sys.exit(f"{os.path.relpath(path)} is there already: raise EpochManifest.formatVersion with the change")
    write_archive(os.path.abspath(options.sluice), path)


if __name__ == "__main__":
    main()
