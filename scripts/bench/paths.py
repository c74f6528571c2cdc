"""Rows per second of each hot path, beside what the machine can do.

A path is a job and the same job without the path; the difference of their CPU seconds is what the path takes. Each path
has a query over its result whose answer follows from how the rows are made, asked over fewer rows.
"""
import ctypes
import json
import os
import shutil
import statistics
import subprocess
import time
from dataclasses import dataclass

import process
import workload

ROWS = 4_000_000
CHECKED_ROWS = 100_000
RUNS = 3
NUMBERS = """
CREATE TABLE numbers (k BIGINT, v BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '1000000000',
  'number-of-rows' = '{rows}', 'fields.k.kind' = 'sequence', 'fields.k.start' = '0', 'fields.k.end' = '{last}',
  'fields.v.kind' = 'sequence', 'fields.v.start' = '0', 'fields.v.end' = '{last}');
"""
TIMED_NUMBERS = NUMBERS.replace("v BIGINT)", "v BIGINT, ts AS TO_TIMESTAMP_LTZ(k, 3), WATERMARK FOR ts AS ts)")
# The keys of neighbours lie far apart, so that each is another line of memory: 7919 divides no power of ten.
KEY = "MOD(k * 7919, {keys})"


@dataclass
class Path:
    name: str
    query: str  # what is measured, a SELECT
    base: str  # the same without the path
    columns: str  # of the sink for the query
    base_columns: str  # of the sink for the base
    check: str  # aggregates over the query's result
    answer: object  # from the number of rows to what the check gives
    tables: str = NUMBERS
    rows: int = ROWS


def grouped(keys, key_type, more=(), rows=ROWS):
    """COUNT and SUM by keys of a type, and by `more` columns that follow from them; the base computes the same keys."""
    names = ["g", *more]
    typed = ", ".join(f"{name} {key_type}" for name in names)
    key = KEY.format(keys=keys)
    source = "(SELECT " + ", ".join(f"CAST({key} AS {key_type}) AS {name}" for name in names) + ", v FROM numbers)"
    listed = ", ".join(names)
    return Path(
        f"aggregate, {keys:,} keys {key_type}" + (" of two columns" if more else ""),
        f"SELECT {listed}, COUNT(*) AS n, SUM(v) AS s FROM {source} GROUP BY {listed}",
        f"SELECT {listed}, v FROM {source}", f"{typed}, n BIGINT, s BIGINT", f"{typed}, v BIGINT",
        "COUNT(*), SUM(n), SUM(s)", lambda rows: [min(keys, rows), rows, rows * (rows - 1) // 2], rows=rows,
    )


def side(name, first, last, count):
    """A table of as many rows, whose keys count from `first` to `last`; v does too."""
    fields = "".join(f", 'fields.{field}.kind' = 'sequence', 'fields.{field}.start' = '{first}', "
                     f"'fields.{field}.end' = '{last}'" for field in "kv")
    return (f"CREATE TABLE {name} (k BIGINT, v BIGINT) WITH ('connector' = 'datagen', "
            f"'rows-per-second' = '1000000000', 'number-of-rows' = '{count}'{fields});\n")


def all_paths():
    """The paths over made-up numbers, in the order of a row's way."""
    passed, pair = "SELECT k, v FROM numbers", "k BIGINT, v BIGINT"
    yield Path(
        "filter, half of the rows", "SELECT k, v FROM numbers WHERE MOD(v, 2) = 0", passed, pair, pair,
        "COUNT(*), SUM(v)", lambda rows: [rows // 2, rows // 2 * (rows // 2 - 1)],
    )
    yield Path(
        "projection, three sums", "SELECT k + v AS a, k * 2 AS b, v - k AS c FROM numbers", passed,
        "a BIGINT, b BIGINT, c BIGINT", pair, "COUNT(*), SUM(a), SUM(b), SUM(c)",
        lambda rows: [rows, rows * (rows - 1), rows * (rows - 1), 0],
    )
    for keys in (100, 10_000, 1_000_000, 10_000_000):
        yield grouped(keys, "BIGINT", rows=max(ROWS, keys))
    yield grouped(10_000, "STRING")
    yield grouped(1_000_000, "STRING")
    yield grouped(10_000, "BIGINT", more=("h",))
    yield Path(
        "window, 1,000 rows and 100 keys each",
        "SELECT window_start, g, COUNT(*) AS n, SUM(v) AS s FROM TABLE(TUMBLE(TABLE timed, DESCRIPTOR(ts), "
        "INTERVAL '1' SECOND)) GROUP BY window_start, window_end, g",
        "SELECT ts, g, v FROM timed", "w TIMESTAMP_LTZ(3), g BIGINT, n BIGINT, s BIGINT",
        "ts TIMESTAMP_LTZ(3), g BIGINT, v BIGINT", "COUNT(*), SUM(n), SUM(s)",
        lambda rows: [rows // 10, rows, rows * (rows - 1) // 2],
        TIMED_NUMBERS + "CREATE VIEW timed AS SELECT ts, MOD(k, CAST(100 AS BIGINT)) AS g, v FROM numbers;",
    )
    yield Path(
        "Top-N, 3 of each of 10,000 keys",
        "SELECT g, v FROM (SELECT g, v, ROW_NUMBER() OVER (PARTITION BY g ORDER BY v) AS place FROM keyed) "
        "WHERE place <= 3",
        "SELECT g, v FROM keyed", "g BIGINT, v BIGINT", "g BIGINT, v BIGINT", "COUNT(*), SUM(v)",
        lambda rows: [30_000, 30_000 * 29_999 // 2],
        NUMBERS + f"CREATE VIEW keyed AS SELECT CAST({KEY.format(keys=10_000)} AS BIGINT) AS g, v FROM numbers;",
    )


    joined = ("SELECT early.v AS k, late.v FROM early JOIN late ON early.k = late.k",
              "SELECT k, v FROM early UNION ALL SELECT k, v FROM late", pair, pair, "COUNT(*), SUM(k)")
    yield Path(
        "join, rows kept that find none", *joined, lambda rows: [],
        side("early", 0, "{last}", "{rows}") + side("late", "{rows}", "{twice_last}", "{rows}"), ROWS // 2,
    )
    yield Path(
        "join, rows kept that find one", *joined, lambda rows: [rows, rows * (rows - 1) // 2],
        side("early", 0, "{last}", "{rows}") + side("late", 0, "{last}", "{rows}"), ROWS // 2,
    )


def run(options):
    limits = machine_limits(options)
    rows, failures = [], []
    print(f"medians of {RUNS} runs; ns of CPU per row beyond the same job without the path")
    for path in all_paths():
        failures += checked(options, path)
        measured = measure(options, path)
        if isinstance(measured, str):
            failures.append(measured)
            continue
        rows.append({"path": path.name, **measured})
        print(f"{path.name:40} {measured['rowsPerSecond'] / 1e6:8.1f} M rows/s {measured['nanosPerRow']:8.1f} ns/row",
              flush=True)
    more, failed = formats(options)
    return {"limits": limits, "paths": rows, "formats": more}, failures + failed


def machine_limits(options):
    """What memory gives on one core: bytes per second of a copy and of a search, nanoseconds of a random read."""
    size = 256 << 20
    source, target = ctypes.create_string_buffer(b"x" * size, size), ctypes.create_string_buffer(size)
    libc = ctypes.CDLL(None)
    libc.memchr.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t]
    copy = best(lambda: ctypes.memmove(target, source, size))
    search = best(lambda: libc.memchr(source, 0, size))
    limits = {"memcpyBytesPerSecond": size / copy, "memchrBytesPerSecond": size / search}
    result = subprocess.run([options.benchmarks, "reads"], stdout=subprocess.PIPE, text=True, check=True)
    limits["randomReadNanos"] = json.loads(result.stdout)
    reads = ", ".join(f"{nanos:.1f} ns of {size}" for size, nanos in limits["randomReadNanos"].items())
    print(f"this machine: memcpy {size / copy / 1e9:.1f} GB/s, memchr {size / search / 1e9:.1f} GB/s, "
          f"a random read {reads}")
    return limits


def best(call):
    """The least seconds of five calls."""
    seconds = []
    for _ in range(5):
        started = time.process_time()
        call()
        seconds.append(time.process_time() - started)
    return min(seconds)


def script(path, rows, select, columns):
    """A job into a blackhole."""
    tables = made_of(path, rows)
    return f"{tables}CREATE TABLE sink ({columns}) WITH ('connector' = 'blackhole');\nINSERT INTO sink {select};\n"


def made_of(path, rows):
    """The tables of a path, with as many rows."""
    return path.tables.format(rows=rows, last=rows - 1, twice_last=2 * rows - 1)


def checked(options, path):
    """What is wrong with the result of a path over fewer rows."""
    got = answer(options, f"{made_of(path, CHECKED_ROWS)}SELECT {path.check} FROM ({path.query});\n")
    values = path.answer(CHECKED_ROWS)
    # Of no rows at all a stream has no sums, as in Flink.
    wanted = ["= [" + ",".join(str(value) for value in values) + "]"] if values else []
    return [] if got == wanted else [f"{path.name}: {got}, wanted {wanted}"]


def answer(options, text):
    """The final rows of a script's query."""
    place = f"{workload.WORK}/checked/path"
    shutil.rmtree(place, ignore_errors=True)
    os.makedirs(f"{place}/scripts")
    with open(f"{place}/scripts/path.sql", "w") as file:
        file.write(text)
    command = [options.conformance, "--scripts", f"{place}/scripts", "--out", f"{place}/out"]
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    lines = workload.read(f"{place}/out/path.out").splitlines()
    return [line for line in lines if line.startswith(("= ", "ERROR"))]


def measure(options, path):
    """CPU of a path per row; a text is a failure."""
    whole = job_seconds(options, "path", script(path, path.rows, path.query, path.columns))
    base = job_seconds(options, "base", script(path, path.rows, path.base, path.base_columns))
    for seconds in (whole, base):
        if isinstance(seconds, str):
            return f"{path.name}: {seconds}"
    return rate(path.rows, whole, base)


def rate(rows, whole, base):
    """Differences below a hundredth of the whole are noise: that is the most that is claimed."""
    seconds = max(whole - base, whole / 100)
    return {"rows": rows, "seconds": seconds, "rowsPerSecond": rows / seconds, "nanosPerRow": seconds * 1e9 / rows}


def job_seconds(options, name, text, written=None):
    """CPU seconds of a job, the one in the middle of some runs, each into a new folder `written`; a text is a failure.
    """
    job, report = f"{workload.WORK}/{name}.sql", f"{workload.WORK}/{name}.json"
    with open(job, "w") as file:
        file.write(text)
    seconds = []
    for _ in range(RUNS):
        if written:
            shutil.rmtree(written, ignore_errors=True)
        command = [options.sluice, "run", job, "--parallelism", "1", "--metrics-json", report]
        if process.run(process.pinned(command), job + ".log").status:
            return process.last_lines(job + ".log")
        seconds.append(json.loads(workload.read(report))["jobs"][-1]["metrics"]["cpuSeconds"])
    return statistics.median(seconds)


def formats(options):
    """Writing and reading lines of each format: bytes per second of the files, made from numbers and texts."""
    rows, failures = [], []
    columns = "k BIGINT, v BIGINT, t STRING"
    numbers = NUMBERS.format(rows=ROWS, last=ROWS - 1)
    select = "SELECT k, v, CONCAT('text of row ', CAST(k AS STRING)) AS t FROM numbers"
    base = job_seconds(options, "base", f"{numbers}CREATE TABLE sink ({columns}) WITH ('connector' = 'blackhole');\n"
                       f"INSERT INTO sink {select};\n")
    for name in ("json", "csv"):
        place = os.path.abspath(f"{workload.WORK}/lines-{name}")
        table = f"({columns}) WITH ('connector' = 'filesystem', 'path' = '{place}', 'format' = '{name}')"
        written = job_seconds(options, "encode", f"{numbers}CREATE TABLE sink {table};\nINSERT INTO sink {select};\n",
                              place)
        size = sum(os.path.getsize(os.path.join(place, part)) for part in os.listdir(place) if not part.startswith("."))
        read = job_seconds(options, "decode", f"CREATE TABLE source {table};\nCREATE TABLE sink ({columns}) "
                           "WITH ('connector' = 'blackhole');\nINSERT INTO sink SELECT * FROM source;\n")
        for seconds in (base, written, read):
            if isinstance(seconds, str):
                return rows, failures + [f"{name}: {seconds}"]
        check = "SELECT COUNT(*), SUM(k), COUNT(DISTINCT t) FROM source"
        got = answer(options, f"CREATE TABLE source {table};\n{check};\n")
        if got != [f"= [{ROWS},{ROWS * (ROWS - 1) // 2},{ROWS}]"]:
            failures.append(f"{name}: {got} read of {ROWS} rows written")
        for what, seconds, without in (("encode", written, base), ("decode", read, 0)):
            figures = rate(ROWS, seconds, without)
            figures["bytesPerSecond"] = size / figures["seconds"]
            rows.append({"path": f"{what} {name}", **figures})
            print(f"{what + ' ' + name:40} {figures['rowsPerSecond'] / 1e6:8.1f} M rows/s "
                  f"{figures['nanosPerRow']:8.1f} ns/row {figures['bytesPerSecond'] / 1e6:8.0f} MB/s", flush=True)
        shutil.rmtree(place, ignore_errors=True)
    return rows, failures
