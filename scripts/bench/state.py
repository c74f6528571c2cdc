"""Memory per key of COUNT(*) and SUM, and per row of a join: by the operator's own account, and by what the process
holds more; and that it holds no more than --memory."""
import json

import process
import workload

KEYS = 10_000_000
BYTES_MAX = 64
MEMORY_MB = 256


# A row of the join: the bytes of its columns as they are kept, a byte for NULL or not in front of each.
TEXT_LENGTH = 20
ROW_BYTES = (1 + 8) + (1 + 8) + (1 + 4 + TEXT_LENGTH) + (1 + 8)
JOIN_BYTES_MAX = ROW_BYTES + 40

KEYED = f"""
CREATE TABLE keyed (k BIGINT, v BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '1000000000',
  'number-of-rows' = '{KEYS}', 'fields.k.kind' = 'sequence', 'fields.k.start' = '1',
  'fields.k.end' = '{KEYS}', 'fields.v.min' = '1', 'fields.v.max' = '9');
CREATE TABLE sink (k BIGINT, n BIGINT, s BIGINT) WITH ('connector' = 'blackhole');
"""


def run(options):
    figures, failures = groups(options)
    more, joins = join_rows(options)
    peaks, passed = bound(options)
    return {**figures, **more, **peaks}, failures + joins + passed


def groups(options):
    """What a key costs that comes once."""
    passed = metrics(options, "keys-passed", KEYED + "INSERT INTO sink SELECT k, v, v FROM keyed;")
    grouped = metrics(options, "keys-grouped", KEYED + "INSERT INTO sink SELECT k, COUNT(*), SUM(v) FROM keyed GROUP BY k;")
    for result in (passed, grouped):
        if isinstance(result, str):
            return {}, [result]
    rows = grouped["nodes"][-1].get("rowsIn")
    accounted, held = costs(passed, grouped, KEYS)
    print(f"COUNT(*), SUM(v) per BIGINT key, {KEYS:,} keys: {accounted:.1f} bytes accounted, {held:.1f} bytes held")
    failures = []
    if rows != KEYS:
        failures.append(f"{rows} rows for {KEYS} keys")
    if max(accounted, held) > BYTES_MAX:
        failures.append(f"more than {BYTES_MAX} bytes per key")
    return {"keys": KEYS, "accountedBytesPerKey": accounted, "heldBytesPerKey": held}, failures


def side(name, first, count):
    """A table of rows with a key each, from `first` on."""
    return f"""
CREATE TABLE {name} (k BIGINT, n BIGINT, t STRING, d DOUBLE) WITH ('connector' = 'datagen',
  'rows-per-second' = '1000000000', 'number-of-rows' = '{count}', 'fields.k.kind' = 'sequence',
  'fields.k.start' = '{first}', 'fields.k.end' = '{first + count - 1}', 'fields.t.length' = '{TEXT_LENGTH}');
"""


def join_rows(options):
    """What a row costs in an inner join of two tables in which every key comes once, and none of them in both."""
    count = KEYS // 2
    tables = side("early", 1, count) + side("late", count + 1, count) + """
CREATE TABLE sink (k BIGINT, n BIGINT, t STRING, d DOUBLE, n2 BIGINT, t2 STRING, d2 DOUBLE)
WITH ('connector' = 'blackhole');
"""
    both = " UNION ALL ".join(f"SELECT k, n, t, d, n, t, d FROM {name}" for name in ("early", "late"))
    joined = "SELECT a.k, a.n, a.t, a.d, b.n, b.t, b.d FROM early AS a JOIN late AS b ON a.k = b.k"
    passed = metrics(options, "rows-passed", f"{tables}INSERT INTO sink {both};")
    held_rows = metrics(options, "rows-joined", f"{tables}INSERT INTO sink {joined};")
    for result in (passed, held_rows):
        if isinstance(result, str):
            return {}, [result]
    accounted, held = costs(passed, held_rows, 2 * count)
    print(
        f"inner join, each key once, {2 * count:,} rows of {ROW_BYTES} bytes: {accounted:.1f} bytes accounted, "
        f"{held:.1f} bytes held"
    )
    failures = []
    if max(accounted, held) > JOIN_BYTES_MAX:
        failures.append(f"more than {JOIN_BYTES_MAX} bytes per row of a join")
    return {"joinRows": 2 * count, "accountedBytesPerRow": accounted, "heldBytesPerRow": held}, failures


def bound(options):
    """What the process holds at most where its state passes --memory.

    Groups of a GROUP BY and rows of a join go to disk and the job completes; a join without an equality fails with an
    error.
    """
    figures, failures = {}, []
    jobs = [
        ("groups", "SELECT k, COUNT(*), SUM(v) FROM keyed GROUP BY k", None),
        ("join", "SELECT a.k, a.v, b.v FROM keyed AS a JOIN keyed AS b ON a.k = b.k", None),
        ("cross", "SELECT a.k, a.v, b.v FROM keyed AS a JOIN keyed AS b ON a.k + b.k < 0", "memoryExceeded"),
    ]
    for name, query, error in jobs:
        for shards in (1, 2):
            job = f"{workload.WORK}/bound-{name}.sql"
            with open(job, "w") as file:
                file.write(f"{KEYED}INSERT INTO sink {query};")
            command = [options.sluice, "run", job, "--parallelism", str(shards), "--memory", f"{MEMORY_MB}mb"]
            usage = process.run(command, job + ".log")
            ending = f"ended with {error}" if error else "completed"
            print(f"{name} with --memory {MEMORY_MB}mb, {shards} shards: {usage.rss:.1f} MB at most")
            figures[f"{name}BoundedMB{shards}"] = usage.rss
            if usage.rss > MEMORY_MB:
                failures.append(f"{usage.rss:.1f} MB for {name} with --memory {MEMORY_MB}mb and {shards} shards")
            if bool(usage.status) != bool(error) or (error and error not in workload.read(job + ".log")):
                failures.append(f"{name} with --memory {MEMORY_MB}mb and {shards} shards has not {ending}")
    return figures, failures


def costs(without, with_state, count):
    """Bytes of state for each of `count`: accounted for, and held more than without the state."""
    accounted = sum(node.get("stateBytes", 0) for node in with_state["nodes"]) / count
    return accounted, (with_state["peakRSSBytes"] - without["peakRSSBytes"]) / count


def metrics(options, name, script):
    """Runs a script; a text is a failure."""
    job = f"{workload.WORK}/{name}.sql"
    with open(job, "w") as file:
        file.write(script)
    report = f"{workload.WORK}/{name}.json"
    command = [options.sluice, "run", job, "--parallelism", "1", "--metrics-json", report]
    usage = process.run(process.pinned(command), job + ".log")
    if usage.status:
        return f"{name}: {process.last_lines(job + '.log')}"
    return json.loads(workload.read(report))["jobs"][-1]["metrics"]
