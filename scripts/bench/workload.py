"""The Nexmark queries over inputs of any size: the scripts of Tests/Nexmark with another source and a sink."""
import hashlib
import os
import re
import shutil
import subprocess

import process

SUITE = "Tests/Nexmark"
WORK = ".build/bench"
SOURCE = re.compile(r"WITH \('connector' = 'filesystem'.*$", re.M)
ROUNDS_PER_SECOND = 100_000  # events per second of event time


def all_queries():
    """The names of the suite's queries, in order."""
    names = [name[:-4] for name in os.listdir(SUITE) if re.fullmatch(r"q\d+\.sql", name)]
    return sorted(names, key=lambda name: int(name[1:]))


def generator(events):
    """The WITH clause of generated events."""
    return (
        f"('connector' = 'nexmark', 'events.num' = '{events}', 'seed' = '7', "
        f"'first-event.rate' = '{ROUNDS_PER_SECOND}', 'next-event.rate' = '{ROUNDS_PER_SECOND}')"
    )


def json_file(options, events):
    """The WITH clause of the same events in a file of JSON lines, which is written if it is not there."""
    place = f"{WORK}/events-{events}"
    source = f"('connector' = 'filesystem', 'path' = '{os.path.abspath(place)}', 'format' = 'json')"
    if not os.path.exists(place + ".done"):
        shutil.rmtree(place, ignore_errors=True)
        columns = event_columns()
        script = (
            f"CREATE TABLE generated ({columns}) WITH {generator(events)};\n"
            f"CREATE TABLE written ({columns}) WITH {source};\n"
            "INSERT INTO written SELECT * FROM generated;\n"
        )
        with open(place + ".sql", "w") as file:
            file.write(script)
        usage = process.run([options.sluice, "run", place + ".sql"], place + ".log")
        if usage.status:
            raise SystemExit(f"events could not be written: {process.last_lines(place + '.log')}")
        open(place + ".done", "w").close()
    return source


def event_columns():
    """The columns that an event has in a file."""
    script = read(f"{SUITE}/q0.sql")
    start = script.index("  event_type ")
    return script[start : script.index("\n", script.index("\n  bid ") + 1)].rstrip(",")


def query(name, source, into_sink):
    """A query's script over another source; into a blackhole, or as the script's result."""
    script = SOURCE.sub(lambda _: f"WITH {source};", read(f"{SUITE}/{name}.sql"))
    script = script.replace("${DIR}", os.path.abspath(SUITE))
    if not into_sink:
        return script
    sink = f"CREATE TABLE sink ({sink_columns(name)}) WITH ('connector' = 'blackhole');\nINSERT INTO sink\n"
    head, mark, rest = script.partition(f"-- {name}:")
    comment, newline, select = rest.partition("\n")
    return head + mark + comment + newline + sink + select


def sink_columns(name):
    """The columns of a query's result as a table declares them; Flink's answer names them."""
    header = [line for line in read(f"{SUITE}/{name}.out").splitlines() if line.startswith("COLUMNS ")][-1]
    header = re.sub(r" \*(ROWTIME|PROCTIME)\*| NOT NULL", "", header[len("COLUMNS ") :])
    columns, depth, start = [], 0, 0
    for place, char in enumerate(header + ","):
        depth += {"<": 1, "(": 1, ">": -1, ")": -1}.get(char, 0)
        if char == "," and depth == 0:
            columns.append(header[start:place].strip())
            start = place + 1
    return ", ".join("`" + column.replace(" ", "` ", 1) for column in columns)


def result_hash(options, name, label, source):
    """A hash of the query's final rows over a source; None where it has no result."""
    place = f"{WORK}/checked/{name}-{label}"
    for folder in ("scripts", "out"):
        os.makedirs(f"{place}/{folder}", exist_ok=True)
    with open(f"{place}/scripts/{name}.sql", "w") as file:
        file.write(query(name, source, into_sink=False))
    command = [options.conformance, "--scripts", f"{place}/scripts", "--out", f"{place}/out"]
    with open(f"{place}/log.txt", "wb") as log:
        if subprocess.run(command, stdout=log, stderr=log).returncode:
            return None
    answer = read(f"{place}/out/{name}.out").splitlines()
    if any(line.startswith("ERROR") for line in answer):
        return None
    rows = "".join(line + "\n" for line in answer if line.startswith("= "))
    return hashlib.sha256(rows.encode()).hexdigest()[:16]


def read(path):
    with open(path) as file:
        return file.read()
