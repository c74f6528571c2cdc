"""Runs commands under strace, which lets chosen system calls fail or end the process: used by kill.py and faults.py."""
import collections
import os
import re
import shutil
import subprocess


class Strace:
    """Runs commands; the log of calls lies in a folder."""

    def __init__(self, folder):
        self.log = os.path.join(folder, "strace.log")

    @staticmethod
    def is_allowed():
        return shutil.which("strace") is not None and subprocess.run(
            ["strace", "-f", "-qq", "--seccomp-bpf", "-e", "trace=fsync", "-o", "/dev/null", "true"],
            capture_output=True,
        ).returncode == 0

    def run(self, command, calls, inject=None):
        """Gives status, output, and the lines of the calls that were traced."""
        options = ["-e", f"inject={inject}"] if inject else []
        # strace's filter in the kernel makes it fast, but lets signals out.
        if "signal=" not in (inject or ""):
            options.append("--seccomp-bpf")
        traced = ["strace", "-f", "-y", "-qq", "-s", "0", "-o", self.log, "-e", "trace=" + ",".join(calls)]
        ended = subprocess.run(
            [*traced, *options, *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300
        )
        with open(self.log, errors="replace") as file:
            return ended.returncode, ended.stdout.decode(errors="replace"), whole_lines(file)

    def counts(self, command, calls):
        """How often the busiest thread makes each call."""
        counts = collections.Counter()
        for line in self.run(command, calls)[2]:
            found = re.match(r"(\d+) (\w+)\(", line)
            if found:
                counts[found[1], found[2]] += 1
        most = collections.Counter()
        for (_, call), count in counts.items():
            most[call] = max(most[call], count)
        return most


def whole_lines(log):
    """The lines of calls, those put together that another thread's call has cut in two."""
    lines, begun = [], {}
    for line in log:
        thread, text = line.rstrip("\n").split(None, 1)
        resumed = re.match(r"<\.\.\. \w+ resumed>(.*)", text)
        if text.endswith("<unfinished ...>"):
            begun[thread] = text.removesuffix("<unfinished ...>")
        elif resumed:
            lines.append(f"{thread} {begun.pop(thread, '')}{resumed[1]}")
        else:
            lines.append(f"{thread} {text}")
    return lines + [f"{thread} {text}" for thread, text in begun.items()]
