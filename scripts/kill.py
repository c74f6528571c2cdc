#!/usr/bin/env python3
"""Kills jobs with SIGKILL at random moments and compares what they wrote with an undisturbed run.

Usage: scripts/kill.py SLUICE [--kills N] [--seed S] [--events N] [--only NAME]

Each script of Tests/Kill runs once to its end without stored state. Then it runs with --state and is killed after a
random time, or at a random system call on files and connections (strace does that), again and again, until it ends by
itself; that is repeated until it was killed N times. In the end it is said at which moments the kills came. Scripts with
${SINK name} run with files, SQLite and PostgreSQL as sinks. Each time the
sorted lines of all files and rows of all tables must be those of the undisturbed run: nothing lost, nothing twice, no
half line. Where a script writes changes into files (debezium-json), the table that they make must be the same, because
how many there are depends on where batches end; none may take back a row that is not there.

A job that reads a log which grows and is rotated does not end: it is killed once all lines have come.

Scripts that write into PostgreSQL need a server (scripts/with-postgres.sh); its connections are cut at random, too.
"""
import argparse
import collections
import gzip
import itertools
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time

import tracing
from published import EPOCHS, difference, hidden_below, lines_below, sqlite_rows, table_of

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
WORK = os.path.join(ROOT, ".build", "kill")
# Where a kill is aimed at: calls that commit, publish, restore and clean up.
AIMED = ["write", "pwrite64", "fdatasync", "fsync", "rename", "unlink", "pread64", "sendto", "ftruncate"]
KINDS = ["files", "sqlite", "postgresql"]
POSTGRESQL = os.environ.get("SLUICE_TEST_POSTGRESQL")


def make_input(folder, rows):
    """Lines of CSV in a plain file and a gzip one."""
    os.makedirs(folder, exist_ok=True)
    for part, (name, opener) in enumerate((("a.csv", open), ("b.csv.gz", gzip.open))):
        with opener(os.path.join(folder, name), "wt") as file:
            for row in range(rows):
                second = row // 50 % 60
                minute = row // 3000 % 60
                file.write(f"{row * 2 + part},name {row % 97},2031-01-01 10:{minute:02}:{second:02}.000\n")


def make_changes(folder, rows):
    """Changes of a table, as Debezium writes them; each file has keys of its own, so that their order is fixed."""
    os.makedirs(folder, exist_ok=True)
    for part in range(2):
        chance = random.Random(part)
        held = {}
        with open(os.path.join(folder, f"{part}.json"), "w") as file:
            for row in range(rows):
                key = chance.randrange(500) * 2 + part
                before, after = held.get(key), {"id": key, "name": f"row {row}"}
                if before and chance.random() < 0.3:
                    after = None
                op = "d" if after is None else "u" if before else "c"
                held[key] = after
                file.write(json.dumps({"before": before, "after": after, "op": op}) + "\n")


def psql(sql):
    command = ["psql", POSTGRESQL, "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql]
    return subprocess.run(command, capture_output=True, check=True).stdout.splitlines()


def postgresql_rows():
    """The rows of all tables of the database, sorted."""
    names = psql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    rows = []
    for name in (name.decode() for name in names):
        if name != EPOCHS:
            rows += [f"{name}: ".encode() + row for row in psql(f'SELECT t FROM "{name}" t')]
    return sorted(rows)


def sink_options(kind, name, has_changes):
    """The options of a table in a script whose sinks can be of any kind."""
    if kind == "files":
        form = "debezium-json" if has_changes else "csv"
        return (
            f"'connector' = 'filesystem', 'path' = '${{OUT}}/{name}', 'format' = '{form}', "
            "'sink.rolling-policy.file-size' = '64kb'"
        )
    place = "'path' = '${SQLITE}'" if kind == "sqlite" else "'url' = '${POSTGRESQL}'"
    return f"'connector' = '{kind}', {place}, 'table-name' = '{name}', 'sink.create-table' = 'true'"


def moment_of(lines):
    """What a job was doing when it was killed at a system call, by the calls that were seen."""
    calls = [line for line in lines if re.match(r"\d+ \w+\(", line)]
    killed = [line for line in calls if not re.search(r"\) *= ", line)] or [line for line in calls if "= ?" in line]
    if not killed:
        return "other"
    line = killed[-1]
    starter = next((call.split()[0] for call in calls if "/state/" in call), None)
    if line.split()[0] == starter:
        return "start and restore"
    if "sendto(" in line or "out.db" in line:
        return "commit of a database"
    if "/state/" in line:
        return "commit of the state"
    return "publishing" if "/out" in line else "other"


class Script:
    def __init__(self, sluice, name, kind, events):
        self.sluice = sluice
        self.name = f"{name} {kind}" if kind else name
        self.folder = os.path.join(WORK, self.name.replace(" ", "-"))
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)
        self.out = os.path.join(self.folder, "out")
        self.state = os.path.join(self.folder, "state")
        self.database = os.path.join(self.folder, "out.db")
        make_input(os.path.join(self.folder, "in"), events // 8)
        make_changes(os.path.join(self.folder, "changes"), events // 8)
        with open(os.path.join(ROOT, "Tests", "Kill", name + ".sql")) as file:
            text = file.read()
        text = re.sub(
            r"\$\{SINK (\w+)( changes)?\}", lambda found: sink_options(kind, found[1], found[2] is not None), text
        )
        self.moments = collections.Counter()
        # Bytes from which a commit becomes a file of its own, run by run.
        self.file_bytes = itertools.cycle(("1b", "20kb", "1gb"))
        self.uses_postgresql = "${POSTGRESQL}" in text
        self.writes_log = "${LOG}" in text
        self.writes_changes = re.search(r"\$\{OUT\}[^)]*debezium-json", text) is not None
        places = {
            "EVENTS": events, "OUT": self.out, "IN": os.path.join(self.folder, "in"),
            "CHANGES": os.path.join(self.folder, "changes"), "LOG": os.path.join(self.folder, "log", "app.log"),
            "SQLITE": self.database, "POSTGRESQL": POSTGRESQL,
        }
        for key, value in places.items():
            text = text.replace("${%s}" % key, str(value))
        self.path = os.path.join(self.folder, "job.sql")
        with open(self.path, "w") as file:
            file.write(text)

    def command(self, *options):
        return [
            self.sluice, "run", self.path, "-D", "execution.checkpointing.interval=20ms",
            "-D", f"state.checkpoint.file-bytes={next(self.file_bytes)}", *options,
        ]

    def start(self, *options):
        return subprocess.Popen(self.command(*options), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def finish(self, job, what):
        output, _ = job.communicate(timeout=600)
        self.expect_success(job.returncode, output.decode(), what)

    def expect_success(self, status, output, what):
        if status != 0:
            sys.exit(f"FAILED: {self.name}: {what} ended with {status}:\n{output[-2000:]}")

    def aim(self, chance, counts, *options):
        """One life that ends at a chosen system call; gives whether it did."""
        call = chance.choice(sorted(counts))
        # A life that goes on from a checkpoint makes fewer calls.
        step = chance.randint(1, max(1, chance.randint(1, counts[call])))
        strace = tracing.Strace(self.folder)
        status, output, lines = strace.run(self.command(*options), [call], f"{call}:signal=KILL:when={step}")
        if status in (-signal.SIGKILL, 128 + signal.SIGKILL):
            self.moments[moment_of(lines)] += 1
            return True
        self.expect_success(status, output, f"the run that was to be killed at {call} number {step}")
        return False

    def clear(self):
        shutil.rmtree(self.out, ignore_errors=True)
        shutil.rmtree(self.state, ignore_errors=True)
        for suffix in ("", "-journal", "-wal", "-shm"):
            if os.path.exists(self.database + suffix):
                os.remove(self.database + suffix)
        if self.uses_postgresql:
            psql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")

    def content(self):
        """What the job has written, in a form that two runs can be compared by."""
        lines = lines_below(self.out)
        rows = (table_of(lines) if self.writes_changes else lines) + sqlite_rows(self.database)
        return rows + postgresql_rows() if self.uses_postgresql else rows

    def undisturbed(self):
        self.clear()
        start = time.monotonic()
        self.finish(self.start(), "the undisturbed run")
        seconds = time.monotonic() - start
        expected = self.content()
        if not expected:
            sys.exit(f"FAILED: {self.name}: the undisturbed run wrote nothing")
        return expected, seconds

    def counts(self):
        """How often a run makes the calls that kills are aimed at; empty where they cannot be."""
        if not tracing.Strace.is_allowed():
            return {}
        self.clear()
        counts = tracing.Strace(self.folder).counts(self.command("--state", self.state), AIMED)
        return {call: count for call, count in counts.items() if count > 0}

    def round(self, chance, seconds, parallelism, counts):
        """Runs with state until it ends by itself; gives how often it was killed."""
        self.clear()
        kills = 0
        while True:
            options = ["--state", self.state, "--parallelism", str(parallelism)]
            # Aimed kills come early in a life: too many of them, and a round does not end.
            if counts and kills < 8 and chance.random() < 0.5:
                if not self.aim(chance, counts, *options):
                    return kills
                kills += 1
                continue
            job = self.start(*options)
            # Some lives are so short that they end while the job restores.
            # Longer from kill to kill, so that the job comes to its end also where the machine is busy.
            life = chance.random() * (0.1 if chance.random() < 0.25 else seconds * (1 + kills / 20))
            try:
                if self.uses_postgresql and chance.random() < 0.5:
                    job.wait(timeout=life / 2)
                    psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'sluice'")
                    life /= 2
                job.wait(timeout=life)
            except subprocess.TimeoutExpired:
                job.send_signal(signal.SIGKILL)
                job.wait()
                job.stdout.close()
                self.moments["random"] += 1
                kills += 1
                continue
            self.finish(job, f"the run after {kills} kills")
            return kills


class LogWriter(threading.Thread):
    """Appends lines to a log and rotates it as logrotate does, by renaming it or by copying and cutting it."""

    def __init__(self, path, lines, chance, by_copy):
        super().__init__(daemon=True)
        self.path, self.lines, self.chance, self.by_copy = path, lines, chance, by_copy
        # A file that was renamed before the job ever saw it is not the job's.
        self.is_followed = threading.Event()

    def rotate(self):
        last = 1
        while os.path.exists(f"{self.path}.{last}"):
            last += 1
        for number in range(last, 1, -1):
            os.rename(f"{self.path}.{number - 1}", f"{self.path}.{number}")
        if self.by_copy:
            shutil.copy2(self.path, self.path + ".1")
            os.truncate(self.path, 0)
        else:
            os.rename(self.path, self.path + ".1")
            open(self.path, "w").close()

    def run(self):
        for start in range(0, len(self.lines), 50):
            text = "".join(self.lines[start : start + 50]).encode()
            # Lines come in two parts, so that some are seen half.
            middle = self.chance.randrange(len(text))
            for part in (text[:middle], text[middle:]):
                with open(self.path, "ab") as file:
                    file.write(part)
                time.sleep(self.chance.random() * 0.01)
            if self.chance.random() < 0.1 and self.is_followed.is_set():
                self.rotate()


class GrowingLog:
    """A script whose source does not end."""

    def __init__(self, script, rows):
        self.script = script
        self.log = os.path.join(script.folder, "log")
        self.lines = [f"{row},name {row % 97}\n" for row in range(rows)]
        self.expected = sorted(f"lines: {(row, f'name {row % 97}')}".encode() for row in range(rows))

    def round(self, chance):
        """Kills the job while lines are written, and lets it read the rest; gives how often it was killed."""
        self.script.clear()
        shutil.rmtree(self.log, ignore_errors=True)
        os.makedirs(self.log)
        path = os.path.join(self.log, "app.log")
        open(path, "w").close()
        writer = LogWriter(path, self.lines, random.Random(chance.random()), chance.random() < 0.5)
        writer.start()
        kills = 0
        while True:
            job = self.script.start("--state", self.script.state, "--parallelism", str(chance.choice([1, 2])))
            is_last = not writer.is_alive()
            deadline = time.monotonic() + (60 if is_last else 0.05 + chance.random() * 0.8)
            while time.monotonic() < deadline and job.poll() is None:
                if not writer.is_followed.is_set() and self.script.content():
                    writer.is_followed.set()
                if is_last and len(self.script.content()) >= len(self.expected):
                    break
                time.sleep(0.05)
            if job.poll() is not None:
                self.script.finish(job, f"the run after {kills} kills, which should not end,")
                sys.exit(f"FAILED: {self.script.name}: a job that follows a log has ended")
            if is_last:
                # What comes now would come twice.
                time.sleep(0.2)
            job.send_signal(signal.SIGKILL)
            job.wait()
            job.stdout.close()
            if is_last:
                return kills
            self.script.moments["while the log grows"] += 1
            kills += 1


def check(script, actual, expected, what):
    found = difference(actual, expected)
    if found:
        sys.exit(f"FAILED: {script.name}, {what}: {found}")
    if hidden_below(script.out):
        sys.exit(f"FAILED: {script.name}, {what}: unpublished files are left")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sluice")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    parser.add_argument("--only")
    options = parser.parse_args()
    print(f"kill: seed {options.seed}, {options.kills} kills of each script")
    moments = collections.Counter()
    for name, kind in scripts():
        if options.only and options.only not in (name, f"{name} {kind}"):
            continue
        chance = random.Random(f"{options.seed} {name} {kind}")
        script = Script(os.path.abspath(options.sluice), name, kind, options.events)
        if script.uses_postgresql and not POSTGRESQL:
            print(f"  {script.name}: SKIPPED, no PostgreSQL server (scripts/with-postgres.sh)")
            continue
        kills = rounds = 0
        if script.writes_log:
            log = GrowingLog(script, options.events // 20)
            expected = log.expected
        else:
            expected, seconds = script.undisturbed()
            counts = script.counts()
        while kills < options.kills:
            if script.writes_log:
                kills += log.round(chance)
            else:
                kills += script.round(chance, seconds, chance.choice([1, 1, 2, 3]), counts)
            rounds += 1
            check(script, script.content(), expected, f"seed {options.seed}, round {rounds}")
        moments.update(script.moments)
        print(f"  {script.name}: killed {kills} times in {rounds} rounds, {len(expected)} lines each time", flush=True)
    by_moment = ", ".join(f"{moment} {count}" for moment, count in sorted(moments.items()))
    print(f"kill: {sum(moments.values())} kills: {by_moment}")


def scripts():
    """The scripts of Tests/Kill, each with its kind of sinks where it can have several."""
    folder = os.path.join(ROOT, "Tests", "Kill")
    for file in sorted(os.listdir(folder)):
        with open(os.path.join(folder, file)) as script:
            has_kinds = "${SINK " in script.read()
        for kind in KINDS if has_kinds else [""]:
            yield file.removesuffix(".sql"), kind


if __name__ == "__main__":
    main()
