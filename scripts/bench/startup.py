"""Size of the binary, and what the smallest query takes."""
import os

import process

RUNS = 11


def run(options):
    size = os.stat(options.sluice).st_size / 1e6
    log = ".build/bench/startup.log"
    runs = [process.run([options.sluice, "sql", "-e", "SELECT 1"], log) for _ in range(RUNS)]
    failures = [f"SELECT 1: {process.last_lines(log)}"] if any(each.status for each in runs) else []
    walls = sorted(each.wall * 1000 for each in runs)
    rss = max(each.rss for each in runs)
    print(f"binary {size:.1f} MB; SELECT 1: {walls[0]:.0f} ms at best, {walls[RUNS // 2]:.0f} ms in the middle, {rss:.1f} MB")
    return {"binaryMB": size, "bestMillis": walls[0], "medianMillis": walls[RUNS // 2], "rssMB": rss}, failures
