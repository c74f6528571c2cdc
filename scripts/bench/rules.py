"""Many rules over one log: lines per CPU second, by 100, 1,000 and 10,000 regular expressions and 3,000 conjunctions.

The log has 12 fields in JSON lines of 480 bytes and comes from the generator with a fixed seed. Each rule of one
expression looks at one of four fields and fits 0.01 % of the lines; a conjunction has 3 to 6 conditions. How many rows
the rules find is counted over the same file without them. RULE_LINES is the number of lines.
"""
import json
import os
import random
import shutil

import process
import workload

LINES = int(os.environ.get("RULE_LINES", "1000000"))
FOLDER = f"{workload.WORK}/rules"
RSS_MAX = 150
COLUMNS = (
    "id BIGINT, source STRING, host STRING, username STRING, `method` STRING, status INT, size BIGINT, url STRING, "
    "agent STRING, referrer STRING, message STRING, trace STRING"
)
# The fields that rules look at, each with a number between two marks.
FIELDS = ["url", "agent", "referrer", "message"]
FILE = f"'connector' = 'filesystem', 'path' = '{FOLDER}/events', 'format' = 'json'"
FORMS = [
    "/tag-{0:05d}\\.(php|aspx?|cgi)",
    "(?i)/TAG-{0:05d}\\.[a-z]+",
    "tag-{0:05d}[^0-9a-z]+(php|cgi)\\b",
    "[/ ]tag-{0:05d}\\.p?h?[pc]",
]


def generator():
    """Writes the log."""
    numbers = ", ".join(f"n{place} INT" for place in range(4))
    bounds = ", ".join(f"'fields.n{place}.min' = '0', 'fields.n{place}.max' = '9999'" for place in range(4))
    tagged = [
        f"CONCAT({text}, '/tag-', LPAD(CAST(n{place} AS STRING), 5, '0'), '.php')"
        for place, text in enumerate(["url", "agent", "referrer", "message"])
    ]
    return (
        "CREATE TABLE generated (id BIGINT, source STRING, host STRING, username STRING, `method` STRING, status INT, "
        f"size BIGINT, url STRING, agent STRING, referrer STRING, message STRING, trace STRING, {numbers}) WITH ("
        f"'connector' = 'datagen', 'number-of-rows' = '{LINES}', 'rows-per-second' = '1000000000', 'seed' = '7', "
        "'fields.id.kind' = 'sequence', 'fields.id.start' = '1', "
        f"'fields.id.end' = '{LINES}', 'fields.source.text' = 'ip', 'fields.host.text' = 'host-name', "
        "'fields.username.text' = 'user-name', 'fields.method.text' = 'http-method', 'fields.status.min' = '200', "
        "'fields.status.max' = '599', 'fields.size.min' = '0', 'fields.size.max' = '99999', 'fields.url.text' = 'path', "
        "'fields.agent.text' = 'user-agent', 'fields.referrer.text' = 'url', 'fields.message.text' = 'sentence', "
        f"'fields.trace.text' = 'uuid', {bounds});\n"
        f"CREATE TABLE events ({COLUMNS}) WITH ({FILE}, 'sink.rolling-policy.file-size' = '100 gb');\n"
        "INSERT INTO events SELECT id, source, host, username, `method`, status, size, "
        f"{', '.join(tagged)}, trace FROM generated;\n"
    )


def regex_rules(count):
    """Per rule its condition and how the number of its rows is counted: by field and number."""
    for rule in range(count):
        field, number = FIELDS[rule % 4], rule * 7919 % 10_000
        pattern = FORMS[rule // 4 % 4].format(number)
        yield f"REGEXP({field}, '{pattern}')", lambda event, field=field, number=number: event[field] == number


def conjunctions(count):
    """Rules of 3 to 6 conditions, of which one names a number that few lines have."""
    draws = random.Random(7)
    for rule in range(count):
        field, number = FIELDS[rule % 4], rule * 7919 % 10_000
        anchor = [
            f"{field} LIKE '%/tag-{number:05d}.%'",
            f"REGEXP({field}, '{FORMS[rule // 4 % 4].format(number)}')",
        ][rule % 2]
        status, size = draws.randrange(200, 500), draws.randrange(50_000)
        methods = draws.sample(["GET", "POST", "HEAD", "PUT"], 3)
        others = [
            (f"status >= {status}", lambda event, status=status: event["status"] >= status),
            (f"size > {size}", lambda event, size=size: event["size"] > size),
            (f"`method` IN ({', '.join(map(repr, methods))})", lambda event, m=methods: event["method"] in m),
            ("host <> 'none'", lambda event: True),
            ("source LIKE '%.%'", lambda event: True),
        ]
        draws.shuffle(others)
        others = others[: draws.randrange(2, 6)]
        conditions = [text for text, _ in others]
        conditions.insert(draws.randrange(len(conditions) + 1), anchor)
        tests = [test for _, test in others]
        yield " AND ".join(conditions), (
            lambda event, field=field, number=number, tests=tests: event[field] == number
            and all(test(event) for test in tests)
        )


def cases():
    """Per case its name, rules, whether they are INSERTs, and what is wanted."""
    yield "100 INSERTs", list(regex_rules(100)), True, 700_000
    yield "100 rules", list(regex_rules(100)), False, 700_000
    yield "1000 rules", list(regex_rules(1_000)), False, 250_000
    yield "10000 rules", list(regex_rules(10_000)), False, 60_000
    yield "3000 conjunctions", list(conjunctions(3_000)), False, 100_000


def job(rules, are_inserts):
    """The script of a case; it gives, or writes, the number of a rule and of a line for each hit."""
    script = (
        f"SET 'table.exec.pattern-set.cache-directory' = '{FOLDER}/compiled';\n"
        f"CREATE TABLE events ({COLUMNS}) WITH ({FILE});\n"
    )
    selects = [f"SELECT CAST({rule} AS BIGINT) AS rule, id FROM events WHERE {text}" for rule, (text, _) in enumerate(rules)]
    if not are_inserts:
        # A query may hold about 2,500 set operations in a row.
        parts = ["\nUNION ALL ".join(selects[start : start + 500]) for start in range(0, len(selects), 500)]
        all_rules = "\nUNION ALL ".join(f"SELECT rule, id FROM ({part})" for part in parts)
        return script + f"SELECT COUNT(*), SUM(rule), SUM(id) FROM ({all_rules});\n"
    script += (
        f"CREATE TABLE alerts (rule BIGINT, id BIGINT) WITH ('connector' = 'filesystem', 'path' = '{FOLDER}/alerts', "
        "'format' = 'csv');\nBEGIN STATEMENT SET;\n"
    )
    return script + "".join(f"INSERT INTO alerts {select};\n" for select in selects) + "END;\n"


def model(rules, lines):
    """Count of hits, sum of the rules' numbers and sum of the lines' numbers."""
    sums = [0, 0, 0]
    by_number = {}
    for rule, (text, test) in enumerate(rules):
        by_number.setdefault((FIELDS[rule % 4], rule * 7919 % 10_000), []).append((rule, test))
    for event in lines:
        for field in FIELDS:
            for rule, test in by_number.get((field, event[field]), ()):
                if test(event):
                    sums = [sums[0] + 1, sums[1] + rule, sums[2] + event["id"]]
    return ",".join(map(str, sums))


def events():
    """The lines, with the number behind its mark for each field that has one."""
    name = os.listdir(f"{FOLDER}/events")[0]
    lines = []
    with open(f"{FOLDER}/events/{name}", "rb") as file:
        for line in file:
            event = json.loads(line)
            kept = {key: event[key] for key in ("id", "status", "size", "method")}
            kept.update((field, int(event[field][-9:-4])) for field in FIELDS)
            lines.append(kept)
    return lines, os.path.getsize(f"{FOLDER}/events/{name}")


def run(options):
    shutil.rmtree(FOLDER, ignore_errors=True)
    os.makedirs(FOLDER)
    usage, output = script(options, "source", generator())
    if usage.status:
        return {}, [f"rules: {output}"]
    lines, size = events()
    figures, failures = {}, []
    for name, rules, are_inserts, wanted in cases():
        right = model(rules, lines)
        # Twice: the first run may compile the patterns.
        for _ in range(2):
            shutil.rmtree(f"{FOLDER}/alerts", ignore_errors=True)
            usage, found = script(options, "case", job(rules, are_inserts))
        if usage.status:
            failures.append(f"{name}: {found}")
            continue
        found = written() if are_inserts else found
        rate = LINES / usage.cpu
        figures[name] = {"linesPerCPUSecond": rate, "rssMB": usage.rss}
        print(
            f"{name:18} {rate:12,.0f} lines per CPU second, {size / LINES:.0f} bytes each, {usage.rss:4.0f} MB RSS, "
            f"{right.split(',')[0]} hits",
            flush=True,
        )
        if found != right:
            failures.append(f"{name}: {found}, expected {right}")
        if rate < wanted:
            failures.append(f"{name}: {rate:,.0f} lines per CPU second, wanted {wanted:,}")
        if usage.rss > RSS_MAX and len(rules) == 100:
            failures.append(f"{name}: {usage.rss:.0f} MB, at most {RSS_MAX}")
    shutil.rmtree(FOLDER, ignore_errors=True)
    return figures, failures


def written():
    """The figures of the rows that were written."""
    sums = [0, 0, 0]
    for name in os.listdir(f"{FOLDER}/alerts"):
        with open(f"{FOLDER}/alerts/{name}") as file:
            for line in file:
                rule, number = line.split(",")
                sums = [sums[0] + 1, sums[1] + int(rule), sums[2] + int(number)]
    return ",".join(map(str, sums))


def script(options, name, text):
    """Runs a script; gives what it took, and the last row that it printed without its kind."""
    path = f"{workload.WORK}/rules-{name}.sql"
    with open(path, "w") as file:
        file.write(text)
    command = [options.sluice, "run", path, "--parallelism", "1", "--format", "csv"]
    usage = process.run(process.pinned(command), path + ".log")
    if usage.status:
        return usage, process.last_lines(path + ".log")
    with open(path + ".log") as file:
        lines = file.read().splitlines()
    return usage, lines[-1].split(",", 1)[1] if lines and "," in lines[-1] else ""
