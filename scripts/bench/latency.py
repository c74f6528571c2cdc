"""From a line written into a pipe to the result's line out of it, at a steady rate."""
import os
import subprocess
import threading
import time

import workload

LINES_PER_SECOND = 10_000
SECONDS = 10
WARM_UP = LINES_PER_SECOND  # lines that are not counted
WANTED_MILLIS = 5.0

JOB = """
CREATE TABLE lines (id BIGINT, level STRING, text STRING) WITH ('connector' = 'stdin', 'format' = 'json');
CREATE TABLE hits (id BIGINT, text STRING) WITH ('connector' = 'stdout', 'format' = 'csv');
INSERT INTO hits SELECT id, text FROM lines WHERE level = 'ERROR' AND text LIKE '%disk%';
"""


def run(options):
    job = f"{workload.WORK}/latency.sql"
    with open(job, "w") as file:
        file.write(JOB)
    engine = subprocess.Popen(
        [options.sluice, "run", job, "--parallelism", "1"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, bufsize=0,
    )
    count = LINES_PER_SECOND * SECONDS
    sent, seen = [0.0] * count, {}
    reader = threading.Thread(target=collect, args=(engine.stdout, seen))
    reader.start()
    feed(engine.stdin, sent)
    engine.stdin.close()
    reader.join()
    engine.wait()
    wanted = range(0, count, 2)
    if list(seen) != list(wanted) or engine.returncode:
        return {}, [f"{len(seen)} results of {len(wanted)}, exit status {engine.returncode}"]
    delays = sorted((seen[line] - sent[line]) * 1000 for line in wanted if line >= WARM_UP)
    p50, p99, p999 = (delays[int(len(delays) * share)] for share in (0.5, 0.99, 0.999))
    print(f"{LINES_PER_SECOND:,} lines/s for {SECONDS} s, every other one passes the filter: "
          f"p50 {p50:.2f} ms, p99 {p99:.2f} ms, p99.9 {p999:.2f} ms, most {delays[-1]:.2f} ms "
          f"(wanted p99 < {WANTED_MILLIS})")
    figures = {"p50Millis": p50, "p99Millis": p99, "p999Millis": p999, "maxMillis": delays[-1]}
    return figures, [] if p99 < WANTED_MILLIS else [f"p99 {p99:.2f} ms, wanted less than {WANTED_MILLIS}"]


def feed(pipe, sent):
    """Writes the lines that are due, a few at a time, and notes when each was written."""
    started = time.monotonic()
    due, line = 0, 0
    while line < len(sent):
        due = min(len(sent), int((time.monotonic() - started) * LINES_PER_SECOND))
        if due == line:
            time.sleep(0.0002)
            continue
        text = b"".join(
            b'{"id":%d,"level":"%s","text":"request %d took 17 ms, disk 3"}\n'
            % (each, b"INFO" if each % 2 else b"ERROR", each)
            for each in range(line, due)
        )
        now = time.monotonic()
        os.write(pipe.fileno(), text)
        for each in range(line, due):
            sent[each] = now
        line = due


def collect(pipe, seen):
    """Notes when each result came."""
    rest = b""
    while True:
        block = os.read(pipe.fileno(), 1 << 16)
        if not block:
            return
        now = time.monotonic()
        lines = (rest + block).split(b"\n")
        rest = lines.pop()
        for line in lines:
            seen[int(line.split(b",", 1)[0])] = now
