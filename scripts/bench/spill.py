"""State larger than memory: a GROUP BY whose groups and a join whose rows do not fit into --memory, and the start of
jobs with much state.

A quarter of the size of the figures that are wanted unless SLUICE_BENCH_FULL is set: 10 million keys in 256 MB instead
of 40 million in 1 GB, and 0.5 GB of stored state instead of 5. The shares of groups that fit are the same.
"""
import json
import os
import select
import shutil
import signal
import subprocess
import time

import process
import workload

FULL = bool(os.environ.get("SLUICE_BENCH_FULL"))
KEYS = 40_000_000 if FULL else 10_000_000
MEMORY_MB = 1024 if FULL else 256
STATE_BYTES = 5_000_000_000 if FULL else 500_000_000
UNIFORM, HOT = KEYS // 10, KEYS // 2
# Updates per CPU second of one core, and seconds.
UNIFORM_MIN, HOT_MIN, START_MAX = 50_000, 500_000, 1.0

# A number below 2^31 that looks like chance, of the row's number.
PRIME = "CAST(2147483647 AS BIGINT)"
CHANCE = f"MOD(MOD(i * 48271, {PRIME}) * MOD(i * 48271, {PRIME}), {PRIME})"


def script(updates, key):
    """Every key once, then updates; the answer adds up a part of the groups that depends on all updates."""
    rows = KEYS + updates
    return f"""
CREATE TABLE events (i BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '1000000000',
  'number-of-rows' = '{rows}', 'fields.i.kind' = 'sequence', 'fields.i.start' = '0', 'fields.i.end' = '{rows - 1}');
CREATE TABLE answer (g BIGINT, k BIGINT, n BIGINT, s BIGINT) WITH ('connector' = 'print');
INSERT INTO answer SELECT COUNT(*), SUM(k), SUM(n), SUM(s) FROM (
  SELECT k, COUNT(*) AS n, SUM(v) AS s FROM (
    SELECT CASE WHEN i < {KEYS} THEN i ELSE {key} END AS k, MOD(i, 1009) AS v FROM events) GROUP BY k)
WHERE MOD(s, 1009) = 7;
"""


# Rows of each side; a side has texts of 40 bytes, and the other one is updated.
JOIN_ROWS = KEYS // 5


def join_script(kind):
    """Orders and payments, each order paid once, long after it came and not in the order of coming, but one in ten."""
    return f"""
CREATE TABLE events (i BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '1000000000',
  'number-of-rows' = '{2 * JOIN_ROWS}', 'fields.i.kind' = 'sequence', 'fields.i.start' = '0',
  'fields.i.end' = '{2 * JOIN_ROWS - 1}');
CREATE VIEW orders AS SELECT i AS k, MOD(i, 1009) AS v, CAST(i AS STRING) || ' an order with a text of some length' AS t
  FROM events WHERE i < {JOIN_ROWS};
CREATE VIEW payments AS SELECT MOD({CHANCE}, {JOIN_ROWS}) AS k, MOD(i, 997) AS p FROM events
  WHERE i >= {JOIN_ROWS} AND MOD(i, 10) <> 3;
CREATE TABLE answer (g BIGINT, k BIGINT, v BIGINT, p BIGINT, t BIGINT) WITH ('connector' = 'print');
INSERT INTO answer SELECT COUNT(*), SUM(k), SUM(v), SUM(p), SUM(CHAR_LENGTH(t)) FROM (
  SELECT orders.k, v, p, t FROM orders {kind} JOIN payments ON orders.k = payments.k);
"""


def run(options):
    figures, failures = {}, []
    for kind in ("INNER", "FULL"):
        name = f"spill-{kind.lower()}-join"
        joined = measured(options, name, join_script(kind), failures, least=JOIN_ROWS)
        if joined:
            rate = 2 * JOIN_ROWS / joined["cpuSeconds"]
            print(f"{kind} JOIN: {rate:,.0f} rows per CPU second, hit rate {joined['hitRate']:.3f}")
            figures[f"{kind.lower()}JoinRowsPerCpuSecond"] = rate
    filled = measured(options, "spill-fill", script(0, "i"), failures)
    uniform = measured(options, "spill-uniform", script(UNIFORM, f"MOD({CHANCE}, {KEYS})"), failures)
    few = KEYS // 20
    hot_key = f"MOD({CHANCE}, CASE WHEN MOD(i, 20) = 0 THEN {KEYS} ELSE {few} END)"
    hot = measured(options, "spill-hot", script(HOT, hot_key), failures)
    if filled and uniform and hot:
        rates(figures, failures, filled, uniform, hot)
    for kind in STORED:
        start(options, kind, figures, failures)
    return figures, failures


def rates(figures, failures, filled, uniform, hot):
    for name, count, result, least in (("uniform", UNIFORM, uniform, UNIFORM_MIN), ("hot", HOT, hot, HOT_MIN)):
        wall = count / max(result["wallSeconds"] - filled["wallSeconds"], 1e-9)
        cpu = count / max(result["cpuSeconds"] - filled["cpuSeconds"], 1e-9)
        print(f"{name}: {wall:,.0f} updates/s, {cpu:,.0f} per CPU second, hit rate {result['hitRate']:.3f}")
        figures[f"{name}UpdatesPerSecond"], figures[f"{name}UpdatesPerCpuSecond"] = wall, cpu
        if cpu < least:
            failures.append(f"{name}: fewer than {least:,} updates per CPU second")
    figures["filledKeysPerCpuSecond"] = KEYS / filled["cpuSeconds"]
    print(f"{KEYS:,} keys once in {MEMORY_MB} MB: {filled['cpuSeconds']:.0f} CPU s")


def measured(options, name, text, failures, least=KEYS):
    """Runs a script within the bound of memory and without one; nil where something is wrong."""
    bounded, answer, rss = ended(options, name, text, ["--memory", f"{MEMORY_MB}mb"], failures, least)
    if bounded is None:
        return None
    _, expected, _ = ended(options, name + "-free", text, [], failures, least)
    print(f"{name}: {rss:.0f} MB resident of {MEMORY_MB}")
    if rss > MEMORY_MB:
        failures.append(f"{name}: {rss:.0f} MB resident, the bound is {MEMORY_MB}")
    if answer != expected or answer is None:
        failures.append(f"{name}: the answer is {answer}, and {expected} with all state in memory")
    return bounded


def ended(options, name, text, extra, failures, least):
    """Runs a script to its end; gives its metrics, the last row of its answer, and the peak of resident memory."""
    job, log = f"{workload.WORK}/{name}.sql", f"{workload.WORK}/{name}.log"
    with open(job, "w") as file:
        file.write(text)
    report = f"{workload.WORK}/{name}.json"
    command = [options.sluice, "run", job, "--parallelism", "1", "--metrics-json", report] + extra
    usage = process.run(process.pinned(command), log)
    if usage.status:
        failures.append(f"{name}: {process.last_lines(log)}")
        return None, None, 0
    metrics = json.loads(workload.read(report))["jobs"][-1]["metrics"]
    stateful = next(node for node in metrics["nodes"] if node["rowsIn"] >= least and node.get("stateBytes"))
    metrics["hitRate"] = stateful.get("stateHitRate", 1)
    rows = [line for line in workload.read(log).splitlines() if line.startswith("+")]
    return metrics, rows[-1] if rows else None, usage.rss


def endless(name):
    """A table whose keys all come once."""
    return f"""
CREATE TABLE {name} (k BIGINT, t STRING) WITH ('connector' = 'datagen', 'rows-per-second' = '1000000000',
  'number-of-rows' = '1000000000', 'fields.k.kind' = 'sequence', 'fields.k.start' = '1',
  'fields.k.end' = '1000000000', 'fields.t.length' = '200');"""


STORED = {
    "groups": endless("events") + """
CREATE TABLE answer (k BIGINT, n BIGINT, t STRING) WITH ('connector' = 'print');
INSERT INTO answer SELECT k, COUNT(*), MAX(t) FROM events GROUP BY k;
""",
    "join": endless("early") + endless("late") + """
CREATE TABLE answer (k BIGINT, t STRING, t2 STRING) WITH ('connector' = 'print');
INSERT INTO answer SELECT early.k, early.t, late.t FROM early JOIN late ON early.k = late.k;
""",
}


def start(options, kind, figures, failures):
    """From exec to the first new row of a job that was killed with much state."""
    name = f"spill-start-{kind}"
    folder, job = f"{workload.WORK}/{name}.state", f"{workload.WORK}/{name}.sql"
    shutil.rmtree(folder, ignore_errors=True)
    with open(job, "w") as file:
        file.write(STORED[kind])
    command = [options.sluice, "run", job, "--parallelism", "1", "--state", folder, "--memory", f"{MEMORY_MB}mb"]
    with open(job + ".log", "wb") as log:
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=log)
        while size(folder) < STATE_BYTES and child.poll() is None:
            time.sleep(0.5)
        child.kill()
        if child.wait() != -signal.SIGKILL:
            failures.append(f"{name}: {process.last_lines(job + '.log')}")
            return
        stored = size(folder)
        before = time.monotonic()
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log)
        select.select([child.stdout], [], [], 60)
        row = os.read(child.stdout.fileno(), 64)
        seconds = time.monotonic() - before
        child.kill()
        child.wait()
    shutil.rmtree(folder, ignore_errors=True)
    print(f"{kind}, {stored / 1e9:.2f} GB of state: first new row {seconds:.3f} s after exec")
    figures[f"{kind}StartSeconds"], figures[f"{kind}StoredBytes"] = seconds, stored
    if not row.startswith(b"+"):
        failures.append(f"{name}: no row came, {process.last_lines(job + '.log')}")
    if seconds > START_MAX:
        failures.append(f"{name}: more than {START_MAX} s until the first row")


def size(folder):
    """Bytes of all files below a folder."""
    total = 0
    for path, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.path.getsize(os.path.join(path, name))
            except OSError:
                pass  # removed meanwhile
    return total
