"""Two shards against one, from the generator.

Wall clock says it only where both cores are free. So the CPU time of each shard's thread is looked at too: the busier
of two shards against the one that does all, which is what two free cores could give.
"""
import argparse
import os
import statistics
import subprocess
import time

import nexmark
import process
import workload

# Events, so that a run lasts long enough for the start of the program not to count.
EVENTS = {"q5": 20_000_000, "q8": 40_000_000, "q16": 3_000_000, "q17": 10_000_000}
WANTED = 1.7
RUNS = 3


def run(options):
    print(f"1 shard on 1 core against 2 shards on 2 cores, medians of {RUNS} runs; wanted {WANTED}x of wall clock")
    rows, failures = [], []
    for query in (options.queries.split(",") if options.queries else EVENTS):
        sized = argparse.Namespace(**{**vars(options), "events": EVENTS.get(query, options.events), "runs": 1})
        walls, threads = {1: [], 2: []}, {1: [], 2: []}
        for shards in (1, 2) * RUNS:
            row = nexmark.timed(sized, query, "generator", workload.generator(sized.events), shards)
            if isinstance(row, str):
                return rows, failures + [row]
            walls[shards].append(sized.events / row["eventsPerSecond"])
            threads[shards].append(busiest_thread(options, query, shards))
        wall, thread = ({shards: statistics.median(runs) for shards, runs in each.items()} for each in (walls, threads))
        speedup, possible = wall[1] / wall[2], thread[1] / thread[2]
        rows.append({"query": query, "events": sized.events, "wallSeconds": wall, "busiestThreadSeconds": thread,
                     "speedup": speedup, "speedupOfThreads": possible})
        print(f"{query:5} wall {wall[1]:6.2f} s {wall[2]:6.2f} s {speedup:5.2f}x   "
              f"busiest thread {thread[1]:6.2f} s {thread[2]:6.2f} s {possible:5.2f}x", flush=True)
    return rows, failures


def busiest_thread(options, query, shards):
    """CPU seconds of the thread that took most, as last seen, in a run of the job that was just timed."""
    job = f"{workload.WORK}/{query}-generator.sql"
    command = process.pinned([options.sluice, "run", job, "--parallelism", str(shards)], shards)
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    most = 0.0
    while child.poll() is None:
        try:
            for thread in os.listdir(f"/proc/{child.pid}/task"):
                with open(f"/proc/{child.pid}/task/{thread}/schedstat") as file:
                    most = max(most, int(file.read().split()[0]) / 1e9)
        except OSError:
            pass  # the thread or the process has ended meanwhile
        time.sleep(0.005)
    return most
