"""Two shards against one, from the generator."""
import statistics

import nexmark
import workload

QUERIES = ("q5", "q8", "q16", "q17")
WANTED = 1.7
RUNS = 3


def run(options):
    print(f"{options.events} generated events, wall clock of 1 shard on 1 core over that of 2 shards on 2 cores, "
          f"medians of {RUNS} runs; wanted {WANTED}x")
    rows, failures = [], []
    for query in QUERIES:
        walls = {}
        for shards in (1, 2) * RUNS:
            row = nexmark.timed(options, query, "generator", workload.generator(options.events), shards)
            if isinstance(row, str):
                return rows, failures + [row]
            walls.setdefault(shards, []).append(options.events / row["eventsPerSecond"])
        one, two = (statistics.median(walls[shards]) for shards in (1, 2))
        print(f"{query:5} {one:7.2f} s {two:7.2f} s {one / two:5.2f}x", flush=True)
        rows.append({"query": query, "oneShardSeconds": one, "twoShardSeconds": two, "speedup": one / two})
    return rows, failures
