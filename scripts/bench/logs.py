"""Access logs taken apart: lines and MB per CPU second, by the format grok, by GROK over raw lines, and by the format clf.

The log is written by the generator with a fixed seed. Counts and sums are compared with those of a plain regular
expression over the same file. LOG_LINES is the number of lines.
"""
import os
import re
import shutil

import process
import workload

LINES = int(os.environ.get("LOG_LINES", "1000000"))
FOLDER = f"{workload.WORK}/logs"
WANTED = {"grok format": 600_000}
LINE = re.compile(
    rb'(?P<host>\S+) (?P<ident>\S+) (?P<user>\S+) \[(?P<time>[^\]]+)\] "(?P<verb>\S+) (?P<path>\S+) HTTP/(?P<version>[\d.]+)" '
    rb'(?P<status>\d+) (?P<bytes>\d+|-) "(?P<referrer>(?:[^"\\]|\\.)*)" "(?P<agent>(?:[^"\\]|\\.)*)"'
)
GROK_COLUMNS = (
    "clientip STRING, auth STRING, `timestamp` TIMESTAMP(3), verb STRING, request STRING, response INT, `bytes` BIGINT, "
    "referrer STRING, agent STRING"
)
CLF_COLUMNS = (
    "host STRING, user_name STRING, event_time TIMESTAMP(3), `method` STRING, `path` STRING, status INT, `bytes` BIGINT, "
    "referer STRING, user_agent STRING"
)
FILE = f"'connector' = 'filesystem', 'path' = '{FOLDER}/access'"
PATTERN = "^%{COMBINEDAPACHELOG}$"


def totals(status, agent, path, time):
    """The figures that are compared: all nine columns are read by what computes them or by the format."""
    return (
        f"SELECT COUNT(*), SUM({status}), SUM(`bytes`), SUM(OCTET_LENGTH({agent})), SUM(OCTET_LENGTH({path})), "
        f"COUNT({time}), COUNT(verb_), COUNT(host_), COUNT(user_), COUNT(from_)"
    )


def cases():
    """Per case its name and script."""
    grok = totals("response", "agent", "request", "`timestamp`")
    renamed = "*, verb AS verb_, clientip AS host_, auth AS user_, referrer AS from_"
    yield "grok format", (
        f"CREATE TABLE logs ({GROK_COLUMNS}) WITH ({FILE}, 'format' = 'grok', 'grok.pattern' = '{PATTERN}', "
        f"'grok.timestamp-format' = 'dd/MMM/yyyy:HH:mm:ss Z');\n"
        f"{grok} FROM (SELECT {renamed} FROM logs);\n"
    )
    yield "GROK over raw", (
        f"CREATE TABLE logs (line STRING) WITH ({FILE}, 'format' = 'raw');\n"
        f"{grok} FROM (SELECT {renamed} FROM logs, LATERAL TABLE(GROK(line, '{PATTERN}')) AS g);\n"
    )
    renamed = "*, `method` AS verb_, host AS host_, user_name AS user_, referer AS from_"
    clf = totals("status", "user_agent", "`path`", "event_time")
    yield "clf format", (
        f"CREATE TABLE logs ({CLF_COLUMNS}) WITH ({FILE}, 'format' = 'clf');\n"
        f"{clf} FROM (SELECT {renamed} FROM logs);\n"
    )


def model(name):
    """The same figures by a plain regular expression."""
    sums = [0] * 10
    with open(name, "rb") as file:
        for line in file:
            found = LINE.match(line)
            sums[0] += 1
            sums[1] += int(found["status"])
            sums[2] += 0 if found["bytes"] == b"-" else int(found["bytes"])
            sums[3] += 0 if found["agent"] == b"-" else len(found["agent"])
            sums[4] += len(found["path"])
            sums[5] += 1
            sums[6] += 1
            sums[7] += 1
            sums[8] += found["user"] != b"-"
            sums[9] += found["referrer"] != b"-"
    return ",".join(str(number) for number in sums)


def run(options):
    shutil.rmtree(FOLDER, ignore_errors=True)
    os.makedirs(FOLDER)
    source = (
        f"CREATE TABLE generated (line STRING) WITH ('connector' = 'datagen', 'number-of-rows' = '{LINES}', "
        "'rows-per-second' = '1000000000', 'seed' = '7', 'fields.line.text' = 'access-log');\n"
        f"CREATE TABLE written (line STRING) WITH ({FILE}, 'format' = 'raw', "
        "'sink.rolling-policy.file-size' = '100 gb');\nINSERT INTO written SELECT line FROM generated;\n"
    )
    usage, output = script(options, "source", source)
    if usage.status:
        return {}, [f"logs: {output}"]
    files = [f"{FOLDER}/access/{name}" for name in os.listdir(f"{FOLDER}/access")]
    size = os.path.getsize(files[0])
    right = model(files[0])
    figures, failures = {}, []
    for name, text in cases():
        # Twice: the first run may find the file out of the page cache.
        for _ in range(2):
            usage, found = script(options, "case", text)
        if usage.status:
            failures.append(f"{name}: {found}")
            continue
        rate = LINES / usage.cpu
        figures[name] = {"linesPerCPUSecond": rate, "mbPerCPUSecond": size / 1e6 / usage.cpu, "rssMB": usage.rss}
        print(
            f"{name:16} {rate:12,.0f} lines, {size / 1e6 / usage.cpu:6.0f} MB per CPU second, lines of "
            f"{size / LINES:.0f} bytes, {usage.rss:4.0f} MB RSS",
            flush=True,
        )
        if found != right:
            failures.append(f"{name}: {found}, expected {right}")
        if rate < WANTED.get(name, 0):
            failures.append(f"{name}: {rate:,.0f} lines per CPU second, wanted {WANTED[name]:,}")
    shutil.rmtree(FOLDER, ignore_errors=True)
    return figures, failures


def script(options, name, text):
    """Runs a script; gives what it took, and the last row that it printed without its kind."""
    job = f"{workload.WORK}/logs-{name}.sql"
    with open(job, "w") as file:
        file.write(text)
    command = [options.sluice, "run", job, "--parallelism", "1", "--format", "csv"]
    usage = process.run(process.pinned(command), job + ".log")
    if usage.status:
        return usage, process.last_lines(job + ".log")
    with open(job + ".log") as file:
        lines = file.read().splitlines()
    return usage, lines[-1].split(",", 1)[1] if lines else ""
