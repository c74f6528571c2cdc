"""Dimension tables: CPU and memory of building one, and lookups per CPU second of a running query, generator included.

DIMENSION_ROWS is the number of rows of the table by key; tables of networks and domains have half as many. The figures
that are wanted are for 20,000,000. What lookups give is compared with the same count and sum computed without them.
"""
import os
import shutil

import process
import workload

ROWS = int(os.environ.get("DIMENSION_ROWS", "2000000"))
FULL_ROWS = 20_000_000
LOOKUPS = 5_000_000
RSS_MAX = 330  # MB
BUILD_CPU_MAX = 60.0  # seconds, of 20 million rows
FIRST = 10_000_000  # the first key: keys have 32 bytes then, up to 90 million of them
FIRST_ADDRESS = 1 << 24
FOLDER = f"{workload.WORK}/dimensions"

KEY = "CONCAT('key:9f2c41aa70b3d8e5c6:', CAST(n AS STRING), '.')"
SCHEMAS = {
    "keys": "k STRING, owner STRING, score INT, seen TIMESTAMP(0), note STRING",
    "networks": "net STRING, id BIGINT, owner STRING",
    "domains": "domain STRING, id BIGINT, owner STRING",
}
# Every 16th network is one of 256 addresses around 16 of 16 addresses, in the place of the first of these.
ROW = {
    "keys": f"{KEY}, CONCAT('owner-', CAST(MOD(n, 1000) AS STRING)), CAST(MOD(n, 100) AS INT), "
            "TIMESTAMP '2031-01-01 00:00:00', 'a note of some length on this row'",
    "networks": f"CONCAT(INET_NTOA({FIRST_ADDRESS} + (n - {FIRST}) * 16), CASE WHEN MOD(n - {FIRST}, 16) = 0 "
                f"THEN '/24' ELSE '/28' END), n - {FIRST}, 'owner'",
    "domains": f"CONCAT('domain', CAST(n AS STRING), '.example'), n - {FIRST}, 'owner'",
}


def generator(name, count, least=None, most=None):
    """A table of numbers `n`: one after the other, or random from `least` to `most`."""
    kind = (
        f"'fields.n.kind' = 'sequence', 'fields.n.start' = '{FIRST}', 'fields.n.end' = '{FIRST + count - 1}'"
        if least is None else f"'fields.n.min' = '{least}', 'fields.n.max' = '{most}', 'seed' = '7'"
    )
    return (
        f"CREATE TABLE {name} (n BIGINT, pt AS PROCTIME()) WITH ('connector' = 'datagen', "
        f"'rows-per-second' = '1000000000', 'number-of-rows' = '{count}', {kind});\n"
    )


def source(table, count):
    """The script that writes the file of a table."""
    return generator("numbers", count) + (
        f"CREATE TABLE files ({SCHEMAS[table]}) WITH ('connector' = 'filesystem', 'path' = '{FOLDER}/{table}', "
        f"'format' = 'csv', 'sink.rolling-policy.file-size' = '100 gb');\n"
        f"INSERT INTO files SELECT {ROW[table]} FROM numbers;\n"
    )


def dimension(table, access="read"):
    """The table as a dimension table."""
    return (
        f"CREATE TABLE d ({SCHEMAS[table]}) WITH ('connector' = 'dimension', 'path' = '{FOLDER}/{table}', "
        f"'format' = 'csv', 'dimension.directory' = '{FOLDER}/built', 'dimension.access' = '{access}');\n"
    )


def cases():
    """Per case: name, table, access, range of numbers, join condition, sum, expected count and sum, wanted per second."""
    last, half = FIRST + ROWS - 1, ROWS // 2
    key = f"d.k = {KEY.replace('(n', '(g.n')}"
    own = f"COUNT(*), SUM(MOD(n, 100)) FROM g WHERE n <= {last}"
    addresses = FIRST_ADDRESS + half * 16
    inside = f"n < {addresses}"
    offset = f"(n - {FIRST_ADDRESS})"
    is_small = f"MOD({offset} / 16, 16) <> 0"
    return [
        ("99 % misses", "keys", "read", (FIRST, FIRST + 100 * ROWS - 1), key, "d.score", own, 5_000_000),
        ("all found, read", "keys", "read", (FIRST, last), key, "d.score", own, 200_000),
        ("all found, mapped", "keys", "mmap", (FIRST, last), key, "d.score", own, 1_000_000),
        ("networks, 10 % found", "networks", "read", (FIRST_ADDRESS, FIRST_ADDRESS + 160 * half - 1),
         "IP_IN_NETWORK(INET_NTOA(g.n), d.net)", "d.id",
         f"SUM(CASE WHEN {is_small} THEN 2 ELSE 1 END), SUM({offset} / 256 * 16 + CASE WHEN {is_small} THEN "
         f"{offset} / 16 ELSE 0 END) FROM g WHERE {inside}", 2_000_000),
        ("domains, 10 % found", "domains", "read", (FIRST, FIRST + 10 * half - 1),
         "DOMAIN_MATCH(CONCAT('www.domain', CAST(g.n AS STRING), '.example'), d.domain)", "d.id",
         f"COUNT(*), SUM(n - {FIRST}) FROM g WHERE n < {FIRST + half}", 2_000_000),
    ]


def run(options):
    shutil.rmtree(FOLDER, ignore_errors=True)
    os.makedirs(FOLDER)
    figures, failures = {}, []
    for table, count in (("keys", ROWS), ("networks", ROWS // 2), ("domains", ROWS // 2)):
        error = build(options, table, count, figures, failures)
        if error:
            return figures, failures + [error]
    for case in cases():
        failures += lookups(options, case, figures)
    shutil.rmtree(FOLDER, ignore_errors=True)
    return figures, failures


def build(options, table, count, figures, failures):
    """Writes a table's file and builds it; a text is an error."""
    written, output = script(options, f"{table}-source", source(table, count))
    if written.status:
        return f"{table}: {output}"
    asked = {
        "keys": "d.k = 'none'", "networks": "IP_IN_NETWORK(CAST(g.n AS STRING), d.net)",
        "domains": "DOMAIN_MATCH(CAST(g.n AS STRING), d.domain)",
    }[table]
    query = f"SELECT COUNT(*) FROM g JOIN d FOR SYSTEM_TIME AS OF g.pt ON {asked};\n"
    usage, output = script(options, f"{table}-build", dimension(table) + generator("g", 1) + query)
    if usage.status:
        return f"{table}: {output}"
    size = sum(os.path.getsize(f"{FOLDER}/built/{name}") for name in os.listdir(f"{FOLDER}/built"))
    print(f"build of {table}, {count:,} rows: {usage.cpu:.1f} CPU s, {usage.rss:.0f} MB RSS, {size / 1e6:.0f} MB of files "
          "in all", flush=True)
    figures[f"{table}-build"] = {"rows": count, "cpuSeconds": usage.cpu, "rssMB": usage.rss}
    if table == "keys" and usage.cpu > BUILD_CPU_MAX * count / FULL_ROWS + 1:
        failures.append(f"building {count:,} rows took {usage.cpu:.1f} CPU s")
    if usage.rss > RSS_MAX:
        failures.append(f"building {table} took {usage.rss:.0f} MB")
    return None


def lookups(options, case, figures):
    """Runs one case, and the same without the table."""
    name, table, access, (least, most), condition, summed, expected, wanted = case
    numbers = generator("g", LOOKUPS, least, most)
    query = f"SELECT COUNT(*), SUM({summed}) FROM g JOIN d FOR SYSTEM_TIME AS OF g.pt ON {condition};\n"
    # Twice: the first run may find the file out of the page cache.
    for _ in range(2):
        usage, found = script(options, "lookups", dimension(table, access) + numbers + query)
    model, right = script(options, "expected", f"{numbers}SELECT {expected};\n")
    if usage.status or model.status:
        return [f"{name}: {found if usage.status else right}"]
    rate = LOOKUPS / usage.cpu
    figures[name] = {"lookupsPerCPUSecond": rate, "rssMB": usage.rss}
    print(f"{name:22} {rate:12,.0f} lookups per CPU second (wanted {wanted:,}), {usage.rss:5.0f} MB RSS", flush=True)
    failures = [] if found == right else [f"{name}: {found}, expected {right}"]
    if rate < wanted:
        failures.append(f"{name}: {rate:,.0f} lookups per CPU second")
    if usage.rss > RSS_MAX and access == "read":
        failures.append(f"{name}: {usage.rss:.0f} MB")
    return failures


def script(options, name, text):
    """Runs a script; gives what it took, and the last row that it printed without its kind."""
    job = f"{workload.WORK}/dimension-{name}.sql"
    with open(job, "w") as file:
        file.write(text)
    usage = process.run(process.pinned([options.sluice, "run", job, "--parallelism", "1", "--format", "csv"]), job + ".log")
    if usage.status:
        return usage, process.last_lines(job + ".log")
    with open(job + ".log", "rb") as file:
        file.seek(max(0, os.path.getsize(job + ".log") - 4096))
        lines = [line for line in file.read().decode().splitlines() if line.startswith(("+U,", "+I,"))]
    return usage, lines[-1].split(",", 1)[1] if lines else ""
