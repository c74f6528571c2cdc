"""What a row costs in allocations and reference counting once a job is under way.

callgrind counts the calls of malloc, swift_retain and swift_release, and the instructions, in runs over N and over 2 N
generated events; the difference is what N events more cost, start and end of the program left out. Counts do not depend
on what else the machine does. The names need a binary with symbols, `make build-symbols`.
"""
import os
import re
import shutil
import subprocess

import process
import workload

EVENTS = 100_000
SOURCES = {
    "q0": "json", "q1": "json", "q2": "json", "q14": "json", "q21": "json", "q22": "json", "q5": "generator",
    "q8": "generator", "q9": "generator", "q16": "generator", "q17": "generator", "q20": "generator",
}
COUNTED = {"malloc": "allocations", "swift_retain": "retains", "swift_release": "releases"}
# Batches, columns and pages are allocated and counted; one in a row's way would be a whole one per event.
MOST = {"allocations": 0.25, "retains": 0.5, "releases": 0.5}
NAME = re.compile(r"(c?fn)=\((\d+)\)(?: (.*))?")


def run(options):
    if not shutil.which("valgrind"):
        return [], ["callgrind is not installed"]
    if not os.path.exists(options.symbols):
        return [], [f"{options.symbols} is not there: make build-symbols"]
    print(f"per event, from runs over {EVENTS} and {2 * EVENTS} events; at most "
          + ", ".join(f"{most} {name}" for name, most in MOST.items()))
    rows, failures = [], []
    for query in (options.queries.split(",") if options.queries else SOURCES):
        row = {"query": query, "source": SOURCES.get(query, "json")}
        for events, sign in ((EVENTS, -1), (2 * EVENTS, 1)):
            counts = counted(options, query, row["source"], events)
            if isinstance(counts, str):
                return rows, failures + [counts]
            for name, count in counts.items():
                row[name] = row.get(name, 0) + sign * count / EVENTS
        rows.append(row)
        failures += [f"{query}: {row[name]:.2f} {name} per event" for name, most in MOST.items() if row[name] > most]
        print(f"{query:5} {row['source']:9} {row['instructions']:8,.0f} instructions"
              + "".join(f"  {row[name]:7.4f} {name}" for name in MOST), flush=True)
    return rows, failures


def counted(options, query, label, events):
    """Calls and instructions of one run; a text is a failure."""
    source = workload.json_file(options, events) if label == "json" else workload.generator(events)
    job = f"{workload.WORK}/steady-{query}-{label}.sql"
    with open(job, "w") as file:
        file.write(workload.query(query, source, into_sink=True))
    profile = f"{workload.WORK}/steady.callgrind"
    command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={profile}", options.symbols, "run", job,
               "--parallelism", "1"]
    with open(job + ".log", "wb") as log:
        if subprocess.run(command, stdout=log, stderr=log).returncode:
            return f"{query} from {label}: {process.last_lines(job + '.log')}"
    counts = calls(profile)
    if not counts["retains"]:
        return f"{options.symbols} has no symbols: make build-symbols"
    return counts


def calls(profile):
    """How often the counted functions were called, and the instructions of the whole run."""
    counts = dict.fromkeys([*COUNTED.values(), "instructions"], 0)
    names, callee = {}, None
    with open(profile) as file:
        for line in file:
            found = NAME.match(line)
            if found:
                if found[3]:
                    names[found[2]] = found[3].rstrip()
                if found[1] == "cfn":
                    callee = names[found[2]]
            elif line.startswith("calls=") and callee in COUNTED:
                counts[COUNTED[callee]] += int(line[len("calls="):].split()[0])
            elif line.startswith("totals:"):
                counts["instructions"] = int(line.split()[1])
    return counts
