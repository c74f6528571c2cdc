"""The Nexmark queries, from JSON lines and from the generator: cost, memory, and Flink's figures beside them."""
import os

import flink
import process
import workload

CHECKED_EVENTS = 100_000
HASHES = "scripts/bench/nexmark-hashes.txt"


def run(options):
    queries = options.queries.split(",") if options.queries else workload.all_queries()
    checker = ResultCheck(options)
    source = workload.json_file(options, options.events)
    print(f"{options.events} events, one core; CPU-s/M is CPU seconds per million events")
    print(f"{'query':5} {'source':9} {'events/s':>11} {'events/CPU-s':>13} {'CPU-s/M':>8} {'RSS MB':>7} "
          f"{'Flink CPU-s/M':>13} {'ratio':>6} {'wanted':>6}  result")
    rows, failures = [], []
    for query in queries:
        failures += checker.check(query)
        for label, clause in (("json", source), ("generator", workload.generator(options.events))):
            row = timed(options, query, label, clause)
            if isinstance(row, str):
                failures.append(row)
                continue
            row["hash"] = checker.hashes.get(query)
            rows.append(row)
            print_row(row)
    checker.save()
    return rows, failures


def timed(options, query, label, source, cores=1, arguments=()):
    """Runs a query into a blackhole, with further arguments of the command; a text is a failure."""
    job = f"{workload.WORK}/{query}-{label}.sql"
    with open(job, "w") as file:
        file.write(workload.query(query, source, into_sink=True))
    log = job + ".log"
    command = [options.sluice, "run", job, "--parallelism", str(cores), *arguments]
    usage = process.median_run(process.pinned(command, cores), log, options.runs)
    if usage.status:
        return f"{query} from {label}: {process.last_lines(log)}"
    per_million = usage.cpu * 1e6 / options.events
    row = {
        "query": query, "source": label, "events": options.events, "eventsPerSecond": options.events / usage.wall,
        "eventsPerCPUSecond": options.events / usage.cpu, "cpuSecondsPerMillion": per_million, "rssMB": usage.rss,
    }
    if label == "json" and query in flink.CPU_SECONDS_PER_MILLION:
        row["flinkCPUSecondsPerMillion"] = flink.CPU_SECONDS_PER_MILLION[query]
        row["ratio"] = flink.CPU_SECONDS_PER_MILLION[query] / per_million
        row["wantedRatio"] = flink.wanted_ratio(query)
        row["wantedRSSMB"] = flink.wanted_rss(query)
    return row


def print_row(row):
    line = (f"{row['query']:5} {row['source']:9} {row['eventsPerSecond']:11,.0f} {row['eventsPerCPUSecond']:13,.0f} "
            f"{row['cpuSecondsPerMillion']:8.3f} {row['rssMB']:7.1f} ")
    if "ratio" in row:
        mark = "" if row["ratio"] >= row["wantedRatio"] else " slow"
        mark += "" if row["events"] > 3_000_000 or row["rssMB"] <= row["wantedRSSMB"] else " large"
        line += (f"{row['flinkCPUSecondsPerMillion']:13.2f} {row['ratio']:5.1f}x {row['wantedRatio']:5d}x  "
                 f"{row['hash']}{mark}")
    else:
        line += f"{'':13} {'':6} {'':6}  {row['hash']}"
    print(line, flush=True)


class ResultCheck:
    """Compares each query's final rows over a smaller input with those on record, from both sources."""

    def __init__(self, options):
        self.options = options
        self.hashes = {}
        self.known = {}
        if os.path.exists(HASHES):
            for line in workload.read(HASHES).splitlines():
                query, events, digest = line.split()
                self.known[query, int(events)] = digest

    def check(self, query):
        """What is wrong with the result of a query."""
        options = self.options
        from_file = workload.result_hash(options, query, "json", workload.json_file(options, CHECKED_EVENTS))
        generated = workload.result_hash(options, query, "generator", workload.generator(CHECKED_EVENTS))
        self.hashes[query] = from_file
        if from_file is None or generated is None:
            return [f"{query}: no result; see {workload.WORK}/checked/{query}-json"]
        if from_file != generated:
            return [f"{query}: result {from_file} from the file, {generated} from the generator"]
        if options.update_golden:
            self.known[query, CHECKED_EVENTS] = from_file
        elif self.known.get((query, CHECKED_EVENTS)) != from_file:
            return [f"{query}: result {from_file}, wanted {self.known.get((query, CHECKED_EVENTS))}"]
        return []

    def save(self):
        if not self.options.update_golden:
            return
        with open(HASHES, "w") as file:
            for (query, events), digest in sorted(self.known.items(), key=lambda entry: int(entry[0][0][1:])):
                file.write(f"{query} {events} {digest}\n")
