"""CPU nanoseconds per row of every scalar function, over 4,096 short values with NULLs."""
import re
import subprocess

import process

NANOS_MAX = 100
LINE = re.compile(r"(?P<family>.*?) +(?P<nanos>[0-9.]+) ns/row  (?P<expression>.*)")


def run(options):
    command = process.pinned([options.benchmarks, "functions"])
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    rows, failures = [], []
    for line in result.stdout.splitlines():
        found = LINE.fullmatch(line)
        if found is None:
            failures.append(line.removeprefix("FAILED: "))
            continue
        row = {**found.groupdict(), "nanos": float(found["nanos"])}
        rows.append(row)
        print(line + ("  slow" if row["nanos"] > NANOS_MAX else ""))
    if result.returncode and not failures:
        failures.append(f"{options.benchmarks} ended with {result.returncode}")
    return rows, failures
