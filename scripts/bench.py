#!/usr/bin/env python3
"""Measures the release binary and checks every result it measures.

Usage: scripts/bench.py [PART...] [--queries q0,q5] [--events N] [--runs N] [--json FILE]

Parts, all of them unless some are named:
  startup   size of the binary, time and memory of SELECT 1
  nexmark   every Nexmark query from JSON lines and from the generator, beside what Flink 2.3 needs
  paths     rows per second of each hot path, beside what the machine can do
  steady    allocations, retains and releases per row once a job is under way, counted by callgrind
  bounded   10 million events within 256 MB
  state     memory per key of a GROUP BY
  spill     groups that do not fit into memory, and the start of a job with much state
  checkpoints  Nexmark q4 and q5 with state stored every second, beside the same without
  latency   from a line written into a pipe to the result's line, at 10,000 lines per second
  cores     two shards against one, from the generator
  functions nanoseconds per row of every scalar function, by family
  dimensions building and asking dimension tables of 2 million rows (DIMENSION_ROWS=20000000 for the full size)
  logs      access logs taken apart, lines and MB per CPU second (LOG_LINES)
  rules     a log searched by up to 10,000 rules in one pass, lines per CPU second (RULE_LINES)
  scale     1 and 10 million events (100 with --events 100000000), cost per event

A wrong result, or a figure beyond the bound that its part states, makes the exit status 1.
CPU seconds are user and system seconds of the whole process. With one core the process is pinned to it.
--update-golden rewrites the hashes of results: only after `make nexmark` has compared the same queries with Flink's.
"""
import argparse
import json
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "bench"))

import bounded
import checkpoints
import cores
import dimensions
import functions
import latency
import logs
import nexmark
import paths
import rules
import scale
import spill
import startup
import state
import steady

PARTS = {
    "startup": startup.run,
    "nexmark": nexmark.run,
    "paths": paths.run,
    "steady": steady.run,
    "bounded": bounded.run,
    "state": state.run,
    "spill": spill.run,
    "checkpoints": checkpoints.run,
    "latency": latency.run,
    "cores": cores.run,
    "functions": functions.run,
    "dimensions": dimensions.run,
    "logs": logs.run,
    "rules": rules.run,
    "scale": scale.run,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART")
    parser.add_argument("--queries", help="Nexmark queries, separated by commas; all unless given")
    parser.add_argument("--events", type=int, default=3_000_000, help="events of a timed run")
    parser.add_argument("--runs", type=int, default=1, help="runs of each timed job; the one in the middle counts")
    parser.add_argument("--json", metavar="FILE", help="writes all figures as JSON")
    parser.add_argument("--sluice", default=".build/release/sluice", help="the binary to measure")
    parser.add_argument("--symbols", default=".build/bench/sluice-symbols", help="the same binary with its symbols")
    parser.add_argument("--conformance", default=".build/release/conformance", help="the runner that checks results")
    parser.add_argument("--benchmarks", default=".build/release/benchmarks", help="the program that measures functions")
    parser.add_argument("--update-golden", action="store_true", help="rewrites the hashes of results")
    options = parser.parse_args()
    unknown = [part for part in options.parts if part not in PARTS]
    if unknown:
        parser.error(f"no part is called {unknown[0]}; the parts are {', '.join(PARTS)}")
    os.chdir(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    os.makedirs(".build/bench", exist_ok=True)
    figures, failures = {}, []
    for part in options.parts or PARTS:
        print(f"\n== {part}", flush=True)
        figures[part], failed = PARTS[part](options)
        for failure in failed:
            print(f"FAILED: {failure}", flush=True)
        failures += failed
    if options.json:
        with open(options.json, "w") as file:
            json.dump({"figures": figures, "failures": failures}, file, indent=2)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
