"""Memory per key of COUNT(*) and SUM: by the operator's own account, and by what the process holds more."""
import json

import process
import workload

KEYS = 10_000_000
BYTES_MAX = 64


def run(options):
    passed = metrics(options, "keys-passed", "SELECT k, v, v FROM keyed")
    grouped = metrics(options, "keys-grouped", "SELECT k, COUNT(*), SUM(v) FROM keyed GROUP BY k")
    for result in (passed, grouped):
        if isinstance(result, str):
            return {}, [result]
    rows = grouped["nodes"][-1].get("rowsIn")
    accounted = sum(node.get("stateBytes", 0) for node in grouped["nodes"]) / KEYS
    held = (grouped["peakRSSBytes"] - passed["peakRSSBytes"]) / KEYS
    print(f"COUNT(*), SUM(v) per BIGINT key, {KEYS:,} keys: {accounted:.1f} bytes accounted, {held:.1f} bytes held")
    failures = []
    if rows != KEYS:
        failures.append(f"{rows} rows for {KEYS} keys")
    if max(accounted, held) > BYTES_MAX:
        failures.append(f"more than {BYTES_MAX} bytes per key")
    return {"keys": KEYS, "accountedBytesPerKey": accounted, "heldBytesPerKey": held}, failures


def metrics(options, name, query):
    """Runs a query over so many keys, each of them once; a text is a failure."""
    job = f"{workload.WORK}/{name}.sql"
    with open(job, "w") as file:
        file.write(
            "CREATE TABLE keyed (k BIGINT, v BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '1000000000',\n"
            f"  'number-of-rows' = '{KEYS}', 'fields.k.kind' = 'sequence', 'fields.k.start' = '1',\n"
            f"  'fields.k.end' = '{KEYS}', 'fields.v.min' = '1', 'fields.v.max' = '9');\n"
            "CREATE TABLE sink (k BIGINT, n BIGINT, s BIGINT) WITH ('connector' = 'blackhole');\n"
            f"INSERT INTO sink {query};\n"
        )
    report = f"{workload.WORK}/{name}.json"
    command = [options.sluice, "run", job, "--parallelism", "1", "--metrics-json", report]
    usage = process.run(process.pinned(command), job + ".log")
    if usage.status:
        return f"{name}: {process.last_lines(job + '.log')}"
    return json.loads(workload.read(report))["jobs"][-1]["metrics"]
