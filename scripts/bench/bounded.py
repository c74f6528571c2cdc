"""Ten million events within --memory 256MB on one core, the resident memory looked at from outside."""
import argparse

import nexmark
import workload

QUERIES = ("q0", "q1", "q2", "q5", "q10", "q11", "q12", "q13", "q14", "q15", "q17", "q21", "q22")
EVENTS = 10_000_000
BOUND = "256MB"
BOUND_MB = 256


def run(options):
    events = max(options.events, EVENTS)
    sized = argparse.Namespace(**{**vars(options), "events": events})
    source = workload.json_file(sized, events)
    print(f"{events} events of JSON lines, one core, --memory {BOUND}; peak RSS, of which {BOUND_MB} MB at most")
    rows, failures = [], []
    for query in (options.queries.split(",") if options.queries else QUERIES):
        row = nexmark.timed(sized, query, "json", source, arguments=["--memory", BOUND])
        if isinstance(row, str):
            failures.append(row)
            continue
        rows.append(row)
        print(f"{query:5} {row['cpuSecondsPerMillion']:7.3f} CPU-s/M {row['rssMB']:7.1f} MB", flush=True)
        if row["rssMB"] > BOUND_MB:
            failures.append(f"{query}: {row['rssMB']:.1f} MB resident within --memory {BOUND}")
    return rows, failures
