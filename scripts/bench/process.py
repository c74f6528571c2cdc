"""Runs a command and says what it took."""
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass


@dataclass
class Usage:
    """What one process took, its start included."""

    wall: float  # seconds
    cpu: float  # user and system seconds
    rss: float  # peak of resident memory, MB of 2^20 bytes
    status: int  # exit status, as a shell would see it


def pinned(command, cores=1):
    """The command, pinned to the first cores where the system can."""
    if shutil.which("taskset"):
        return ["taskset", "-c", ",".join(str(core) for core in range(cores))] + command
    return command


def run(command, log):
    """Runs a command to its end; its output goes to file `log`."""
    with open(log, "wb") as file:
        measure = [sys.executable, "-I", "-S", os.path.join(os.path.dirname(__file__), "measure.py")]
        result = subprocess.run(measure + command, stdout=subprocess.PIPE, stderr=file)
    if not result.stdout:
        return Usage(0, 0, 0, result.returncode or 1)
    wall, cpu, rss = (float(figure) for figure in result.stdout.split())
    return Usage(wall, cpu, rss, result.returncode)


def median_run(command, log, count):
    """Runs a command so many times; gives the run in the middle by CPU time, or the first that failed."""
    runs = []
    for _ in range(count):
        runs.append(run(command, log))
        if runs[-1].status:
            return runs[-1]
    return sorted(runs, key=lambda usage: usage.cpu)[len(runs) // 2]


def last_lines(log, count=5):
    """The end of a log, for a message."""
    with open(log, errors="replace") as file:
        return " | ".join(line.strip() for line in file.readlines()[-count:])
