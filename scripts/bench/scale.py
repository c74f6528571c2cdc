"""Cost per event as the input grows, from the generator.

The ratio behind a size is its cost per event by that of the size before; it should stay within 1.25 as long as the
number of live keys does. docs/performance.md says where it bends.
"""
import argparse

import nexmark
import workload

QUERIES = ("q5", "q9", "q16", "q20")


def run(options):
    sizes = [size for size in (1_000_000, 10_000_000, 100_000_000) if size <= max(options.events, 10_000_000)]
    print("CPU seconds per million generated events, and peak RSS, by the number of events")
    rows, failures = [], []
    for query in (options.queries.split(",") if options.queries else QUERIES):
        line, before = f"{query:5}", None
        for size in sizes:
            sized = argparse.Namespace(**{**vars(options), "events": size})
            row = nexmark.timed(sized, query, "generator", workload.generator(size))
            if isinstance(row, str):
                failures.append(row)
                break
            rows.append(row)
            cost = row["cpuSecondsPerMillion"]
            row["costRatio"] = cost / before if before else 1.0
            line += f"  {size // 1_000_000:3d} M: {cost:6.3f} s {row['rssMB']:7.0f} MB {row['costRatio']:5.2f}x"
            before = cost
        print(line, flush=True)
    return rows, failures
