"""What checkpoints cost: Nexmark queries with state stored every second beside the same queries without.

Both run by turns, as often as --runs says; the run in the middle by CPU seconds counts.
"""
import json
import os
import shutil
import sqlite3

import process
import workload

QUERIES = ("q4", "q5")
SHARE_MIN = 0.8  # of the throughput without checkpoints, by CPU seconds
PAUSE_P99_MAX = 0.020  # seconds that the rows of a shard stand still
EVENTS = 10_000_000  # at least, or too few checkpoints are taken
CHECKED_EVENTS = 1_000_000
KEYS = {"q4": 1}  # leading columns of the result that are its key; other results are appended


def run(options):
    queries = [name for name in (options.queries or ",".join(QUERIES)).split(",") if name in QUERIES]
    events = max(options.events, EVENTS)
    source = workload.json_file(options, events)
    print(f"{events} events from JSON lines, one core, checkpoints every second; RocksDB's threads count")
    print(f"{'query':5} {'CPU s without':>13} {'with':>7} {'share':>6} {'checkpoints':>11} {'MB':>7} {'rows':>10} "
          f"{'commit p99 ms':>13} {'pause p50':>9} {'p99 ms':>7}  result")
    rows, failures = [], []
    for query in queries:
        failures += check(options, query)
        pairs = [[timed(options, query, source, stored) for stored in (False, True)] for _ in range(options.runs)]
        broken = [result for pair in pairs for result in pair if isinstance(result, str)]
        failures += broken
        if broken:
            continue
        row = figures(query, *(middle(results) for results in zip(*pairs)))
        rows.append(row)
        print(f"{query:5} {row['cpuSecondsWithout']:13.2f} {row['cpuSecondsWith']:7.2f} {row['share']:6.1%} "
              f"{row['checkpoints']:11} {row['bytes'] / 1e6:7.1f} {row['stateRows']:10,} "
              f"{row['commitP99'] * 1e3:13.1f} {row['pauseP50'] * 1e3:9.1f} {row['pauseP99'] * 1e3:7.1f}  checked")
        if row["checkpoints"] < 2:
            failures.append(f"{query}: {row['checkpoints']} checkpoints measure nothing; take more --events")
        if row["share"] < SHARE_MIN:
            failures.append(f"{query}: checkpoints leave {row['share']:.0%} of the throughput, {SHARE_MIN:.0%} wanted")
        if row["pauseP99"] > PAUSE_P99_MAX:
            failures.append(f"{query}: rows stand still for {row['pauseP99'] * 1e3:.1f} ms at the 99th percentile, "
                            f"{PAUSE_P99_MAX * 1e3:.0f} wanted")
    return rows, failures


def middle(results):
    """The run in the middle by CPU seconds."""
    return sorted(results, key=lambda result: result["cpuSeconds"])[len(results) // 2]


def figures(query, plain, stored):
    checkpoints = stored["checkpoints"]
    return {
        "query": query, "cpuSecondsWithout": plain["cpuSeconds"], "cpuSecondsWith": stored["cpuSeconds"],
        "share": plain["cpuSeconds"] / stored["cpuSeconds"], "checkpoints": checkpoints["count"],
        "bytes": checkpoints["bytes"], "stateRows": checkpoints["rows"],
        "commitP99": checkpoints["commitSeconds"]["p99"], "pauseP50": checkpoints["pauseSeconds"]["p50"],
        "pauseP99": checkpoints["pauseSeconds"]["p99"],
    }


def timed(options, query, source, stored):
    """The metrics of a run into a blackhole; a text is a failure."""
    return job(options, f"{query}-{'stored' if stored else 'plain'}", workload.query(query, source, into_sink=True),
               "1 s" if stored else None)


def job(options, name, script, interval):
    """Runs a script, with checkpoints where there is an interval; a text is a failure."""
    path = f"{workload.WORK}/checkpoints-{name}.sql"
    with open(path, "w") as file:
        file.write(script)
    report, state = path + ".json", path + ".state"
    shutil.rmtree(state, ignore_errors=True)
    command = [options.sluice, "run", path, "--parallelism", "1", "--metrics-json", report]
    if interval:
        command += ["--state", state, "-D", f"execution.checkpointing.interval={interval}"]
    usage = process.run(process.pinned(command), path + ".log")
    shutil.rmtree(state, ignore_errors=True)
    if usage.status:
        return f"{name}: {process.last_lines(path + '.log')}"
    return json.loads(workload.read(report))["jobs"][-1]["metrics"]


def check(options, query):
    """Runs a query over fewer events into a database, with many checkpoints and with none: the rows are the same."""
    results = []
    for name, interval in (("plain", None), ("stored", "20 ms")):
        database = os.path.abspath(f"{workload.WORK}/checkpoints-{query}-{name}.db")
        if os.path.exists(database):
            os.remove(database)
        script = workload.query(query, workload.generator(CHECKED_EVENTS), into_sink=True)
        metrics = job(options, f"{query}-{name}-checked", into_database(query, script, database), interval)
        if isinstance(metrics, str):
            return [metrics]
        if interval and metrics["checkpoints"]["count"] < 3:
            return [f"{query}: {metrics['checkpoints']['count']} checkpoints check nothing"]
        with sqlite3.connect(database) as connection:
            results.append(sorted(connection.execute("SELECT * FROM result")))
    if not results[0]:
        return [f"{query}: no rows to check"]
    return [] if results[0] == results[1] else [f"{query}: other rows with checkpoints than without"]


def into_database(query, script, database):
    """The script with a table of SQLite in the place of the blackhole."""
    columns = workload.sink_columns(query)
    keys = ", ".join(column.split("`")[1] for column in columns.split(", ")[: KEYS.get(query, 0)])
    key = f", PRIMARY KEY ({keys}) NOT ENFORCED" if keys else ""
    create = f"CREATE TABLE sink ({columns}) WITH ('connector' = 'blackhole')"
    assert create in script
    options = f"'connector' = 'sqlite', 'path' = '{database}', 'table-name' = 'result', 'sink.create-table' = 'true'"
    return script.replace(create, f"CREATE TABLE sink ({columns}{key}) WITH ({options})")
