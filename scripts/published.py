"""What jobs have written, in a form that two runs can be compared by: used by kill.py and faults.py."""
import collections
import json
import os
import sqlite3

# The table in which sinks note their checkpoints.
EPOCHS = "sluice_epochs"


class HalfLine(Exception):
    """A published file ends within a line."""


def sqlite_rows(path):
    """The rows of all tables of a SQLite file, sorted."""
    if not os.path.exists(path):
        return []
    database = sqlite3.connect(path)
    names = [name for name, in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    rows = []
    for name in names:
        if name != EPOCHS:
            rows += [f"{name}: {row}".encode() for row in database.execute(f'SELECT * FROM "{name}"')]
    database.close()
    return sorted(rows)


def lines_below(folder):
    """The lines of all published files, by directory, sorted."""
    found = []
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in names:
            if name.startswith("."):
                continue
            with open(os.path.join(place, name), "rb") as file:
                content = file.read()
            if content and not content.endswith(b"\n"):
                raise HalfLine(f"{os.path.join(place, name)} ends within a line")
            relative = os.path.relpath(place, folder).encode()
            found += [relative + b": " + line for line in content.split(b"\n")[:-1]]
    return sorted(found)


def table_of(changes):
    """The rows of the table that changes make, sorted; those below zero are told apart."""
    counts = collections.Counter()
    for line in changes:
        folder, text = line.split(b": ", 1)
        change = json.loads(text)
        for side, sign in (("before", -1), ("after", 1)):
            if change[side] is not None:
                counts[folder.decode() + ": " + json.dumps(change[side], sort_keys=True)] += sign
    return sorted(f"{count} x {row}".encode() for row, count in counts.items() if count != 0)


def hidden_below(folder):
    """The names of files that are not published."""
    return [name for _, _, names in os.walk(folder) for name in names if name.startswith(".")]


def difference(actual, expected):
    """What was lost and what came too much, as text; empty where nothing differs."""
    if actual == expected:
        return ""
    lost = collections.Counter(expected) - collections.Counter(actual)
    extra = collections.Counter(actual) - collections.Counter(expected)
    return f"{sum(lost.values())} lines lost, {sum(extra.values())} too many"
