"""Cost per event as the input grows, from the generator."""
import argparse

import nexmark
import workload

QUERIES = ("q5", "q9", "q16", "q20")


def run(options):
    sizes = [size for size in (1_000_000, 10_000_000, 100_000_000) if size <= max(options.events, 10_000_000)]
    print("CPU seconds per million generated events, and peak RSS, by the number of events")
    rows, failures = [], []
    for query in (options.queries.split(",") if options.queries else QUERIES):
        line = f"{query:5}"
        for size in sizes:
            sized = argparse.Namespace(**{**vars(options), "events": size})
            row = nexmark.timed(sized, query, "generator", workload.generator(size))
            if isinstance(row, str):
                failures.append(row)
                break
            rows.append(row)
            line += f"  {size // 1_000_000:3d} M: {row['cpuSecondsPerMillion']:6.3f} s {row['rssMB']:7.0f} MB"
        print(line, flush=True)
    return rows, failures
