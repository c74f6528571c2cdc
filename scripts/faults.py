#!/usr/bin/env python3
"""Lets every operation on real files fail once, in turn, and compares what jobs have written in the end.

Usage: scripts/faults.py SLUICE [--only PART] [--every N] [--verbose]

The job of Tests/Faults runs once without disturbance. Then it runs again and again with stored state, each time with
another fault, and after it without: what is published in the end must be the same, nothing lost, nothing twice, no half
line. A run that fails must say so with a code and who must act. The parts:

  calls      each system call on files (write, sync, rename, open, make, cut, remove ...) fails with an error of the
             system, the first, the second and so on (strace injects it)
  kills      the same places, with SIGKILL instead of an error
  sizes      writes end half-way: the limit of file sizes (RLIMIT_FSIZE) comes ever later
  disks      a small file system, of ever more pages, is full; the state's, that of the files, or both
  retries    the disk of the state is full for a while, and failures are tolerated: the job waits and goes on
  files      the process may open ever more files (RLIMIT_NOFILE)
  readonly   the file system of the state or of the files is read-only, from the start or from a moment on
  removed    folders are removed while the job runs
  torn       after a kill, RocksDB's log and manifest are cut and bytes of them changed; part files too
  savepoints `sluice savepoint` and the start from a savepoint under the same faults

All of them with commits through RocksDB's log and with commits that become files of their own. A part whose means this
machine does not allow (strace, a mount in a namespace of its own) is skipped and says so.
"""
import argparse
import collections
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time

import tracing
from published import difference, hidden_below, lines_below, sqlite_rows

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
WORK = os.path.join(ROOT, ".build", "faults")
# Calls that change files or make them durable, and the error of each that a disk gives.
CALLS = {
    "write": "ENOSPC", "pwrite64": "ENOSPC", "fsync": "EIO", "fdatasync": "EIO",
    "rename": "EIO", "mkdir": "EACCES", "ftruncate": "EIO", "truncate": "EIO", "unlink": "EACCES",
    "fallocate": "ENOSPC", "pread64": "EIO", "lseek": "EIO", "link": "EIO",
}
# Bytes from which a commit becomes a file of its own.
COMMITS = {"through the log": "1gb", "as files": "1b"}
# Set in the process that has mounts of its own; empty where that is not allowed.
OWN_NAMESPACE = "SLUICE_FAULTS_NAMESPACE"
ERROR = re.compile(r"the job failed: \w+: |error: ")

# Debian builds RocksDB with its assertions, and one of them does not expect that the file of a commit, just written,
# cannot be read. The process ends as if it were killed: the next run goes on and loses nothing, which is checked.
ASSERTION = re.compile(r"^\S+: \./table/block_based/.* Assertion `Valid\(\)' failed", re.MULTILINE)


class Failed(Exception):
    """The engine did not do what it must."""


class Bench:
    """A folder with the job's script, its input, output and state."""

    def __init__(self, sluice, folder, rows):
        self.sluice, self.folder, self.file_bytes = sluice, folder, COMMITS["through the log"]
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(os.path.join(folder, "in"))
        self.disk = os.path.join(folder, "disk")
        self.out = os.path.join(self.disk, "out")
        self.state = os.path.join(self.disk, "state")
        self.database = os.path.join(self.disk, "out.db")
        os.mkdir(self.disk)
        for part in range(2):
            with open(os.path.join(folder, "in", f"{part}.csv"), "w") as file:
                for row in range(rows):
                    minute, second = row // 600, row // 10 % 60
                    file.write(f"{row * 2 + part},name {row % 97},2031-01-01 10:{minute:02}:{second:02}.000\n")
        self.script = self.write_script("job.sql")
        # Reads so slowly that something can happen meanwhile.
        self.slow_script = self.write_script("slow.sql", f"', 'scan.rows-per-second' = '{rows // 3}")

    def write_script(self, name, more=""):
        with open(os.path.join(ROOT, "Tests", "Faults", "job.sql")) as file:
            text = file.read()
        places = {"IN": os.path.join(self.folder, "in") + more, "OUT": self.out, "SQLITE": self.database}
        for key, value in places.items():
            text = text.replace("${%s}" % key, value)
        path = os.path.join(self.folder, name)
        with open(path, "w") as file:
            file.write(text)
        return path

    def command(self, *options, script=None):
        return [
            self.sluice, "run", script or self.script, "-D", "execution.checkpointing.interval=2ms",
            "-D", f"state.checkpoint.file-bytes={self.file_bytes}", "--state", self.state, *options,
        ]

    def clear(self):
        for name in os.listdir(self.disk):
            path = os.path.join(self.disk, name)
            if os.path.isdir(path):
                shutil.rmtree(path)
            else:
                os.remove(path)

    def content(self):
        return lines_below(self.out) + sqlite_rows(self.database)

    def run(self, command, **keywords):
        ended = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, **keywords)
        return ended.returncode, ended.stdout.decode(errors="replace")

    def expect_error(self, status, output, what):
        """Holds a run that failed against what a failure must say."""
        if status == -signal.SIGABRT and ASSERTION.search(output):
            return
        if status != 1 or not ERROR.search(output) or "the makers of Sluice" in output:
            raise Failed(f"{what}: status {status}, and the message is not that of a failure outside:\n{output}")

    def expect_recovery(self, expected, what):
        """Runs the job without faults and compares."""
        status, output = self.run(self.command())
        if status != 0:
            raise Failed(f"{what}: the next run ends with {status}:\n{output}")
        self.compare(expected, what)

    def compare(self, expected, what):
        found = difference(self.content(), expected)
        if found:
            raise Failed(f"{what}: {found}")
        if hidden_below(self.out):
            raise Failed(f"{what}: unpublished files are left: {hidden_below(self.out)}")

    def undisturbed(self):
        status, output = self.run(self.command())
        if status != 0:
            raise Failed(f"the undisturbed run ends with {status}:\n{output}")
        expected = self.content()
        if not expected:
            raise Failed("the undisturbed run wrote nothing")
        return expected


class Tally:
    """What a part did: runs by how they ended, and messages by code."""

    def __init__(self):
        self.endings = collections.Counter()
        self.codes = collections.Counter()

    def note(self, status, output):
        self.endings["failed" if status == 1 else "went on" if status == 0 else "was killed"] += 1
        found = re.search(r"(?:the job failed|error): (\w+): ", output)
        if status == 1 and found:
            self.codes[found[1]] += 1

    def __str__(self):
        ends = ", ".join(f"{count} {ending}" for ending, count in sorted(self.endings.items()))
        codes = ", ".join(f"{code} {count}" for code, count in sorted(self.codes.items()))
        return ends + (f" ({codes})" if codes else "")


def steps(count, every):
    """The first calls one by one, later ones thinned out by `every`."""
    return [step for step in range(1, count + 1) if step <= 4 or step % every == 0]


def chosen_calls(strace, command, every):
    """What a command calls, with the number of each call that is to fail in one run."""
    for call, count in sorted(strace.counts(command, CALLS).items()):
        for step in steps(count, every):
            yield call, step


def was_injected(status, lines):
    """Whether the engine has met the fault: not the system's loader, nor the message about another one."""
    hit = [line for line in lines if "INJECTED" in line]
    return status != 127 and hit and not any(" write(2<" in line for line in hit)


def calls(bench, expected, options, tally):
    strace = tracing.Strace(bench.folder)
    bench.clear()
    for call, step in chosen_calls(strace, bench.command(), options.every):
        what = f"{call} number {step} fails with {CALLS[call]}"
        bench.clear()
        inject = f"{call}:error={CALLS[call]}:when={step}"
        status, output, lines = strace.run(bench.command(), [call], inject)
        if not was_injected(status, lines):
            continue
        note(options, what, status, output)
        tally.note(status, output)
        if status == 0:
            bench.compare(expected, what)
        else:
            bench.expect_error(status, output, what)
        bench.expect_recovery(expected, what)


def kills(bench, expected, options, tally):
    strace = tracing.Strace(bench.folder)
    bench.clear()
    for call, step in chosen_calls(strace, bench.command(), options.every):
        what = f"killed at {call} number {step}"
        bench.clear()
        status, output, _ = strace.run(bench.command(), [call], f"{call}:signal=KILL:when={step}")
        if status == 0:
            continue
        tally.note(status, output)
        # The next life is killed at the same place, where it gets there: it is restoring then.
        strace.run(bench.command(), [call], f"{call}:signal=KILL:when={step}")
        bench.expect_recovery(expected, what)


def disturb(bench, expected, options, tally, what, **keywords):
    """One run under a fault, which is over at the end of it, and one without."""
    status, output = bench.run(bench.command(), **keywords)
    note(options, what, status, output)
    tally.note(status, output)
    if status == 0:
        bench.compare(expected, what)
    else:
        bench.expect_error(status, output, what)
    return status


def sizes(bench, expected, options, tally):
    largest = max(
        os.path.getsize(os.path.join(place, name)) for place, _, names in os.walk(bench.disk) for name in names
    )
    for step in range(0, 40, options.every):
        # Odd sizes, so that writes end within lines and records.
        size = 1 + step * largest // 36
        what = f"files may have {size} bytes"
        bench.clear()
        limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        disturb(bench, expected, options, tally, what, preexec_fn=limit)
        bench.expect_recovery(expected, what)


def files(bench, expected, options, tally):
    for count in range(10, 48, options.every):
        what = f"{count} files may be open"
        bench.clear()
        limit = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (count, count))
        disturb(bench, expected, options, tally, what, preexec_fn=limit)
        bench.expect_recovery(expected, what)


class Disk:
    """A small file system in memory, mounted at a folder in this process's own namespace."""

    def __init__(self, folder, pages):
        self.folder = folder
        os.makedirs(folder, exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={pages * 4}k", "none", folder], check=True)

    def remount(self, options):
        subprocess.run(["mount", "-o", f"remount,{options}", self.folder], check=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        subprocess.run(["umount", self.folder], check=True)


def pages_below(bench, expected, folder):
    """The pages that a folder has after an undisturbed run: every file takes whole ones."""
    bench.clear()
    bench.expect_recovery(expected, "without a fault")
    return sum(
        -(-os.path.getsize(os.path.join(place, file)) // 4096) + 1
        for place, _, found in os.walk(folder) for file in found
    )


def disks(bench, expected, options, tally):
    for folder, name in ((bench.disk, "all"), (bench.state, "the state"), (bench.out, "the files")):
        most = pages_below(bench, expected, folder)
        for pages in range(1, most + 8, max(options.every, 1 if most < 60 else 2)):
            bench.clear()
            what = f"a disk of {pages * 4} KB for {name}"
            with Disk(folder, pages) as disk:
                status = disturb(bench, expected, options, tally, what)
                if status != 0 and pages % 3 == 0:
                    # A second try while the disk is still full.
                    disturb(bench, expected, options, tally, what + ", again")
                disk.remount("size=64m")
                bench.expect_recovery(expected, what)


def retries(bench, expected, options, tally):
    most = pages_below(bench, expected, bench.state)
    tolerant = bench.command("-D", "execution.checkpointing.tolerable-failed-checkpoints=1000000")
    has_waited = False
    for pages in range(8, most + 8, max(options.every, most // 6)):
        bench.clear()
        what = f"a disk of {pages * 4} KB for the state, which grows"
        with Disk(bench.state, pages) as disk:
            job = subprocess.Popen(tolerant, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            try:
                status, output = job.wait(timeout=1), ""
            except subprocess.TimeoutExpired:
                # A commit is tried again and again.
                has_waited = True
                disk.remount("size=64m")
                try:
                    output = job.communicate(timeout=60)[0].decode()
                except subprocess.TimeoutExpired:
                    job.kill()
                    raise Failed(f"{what}: the job does not go on") from None
                status = job.returncode
                if status != 0:
                    raise Failed(f"{what}: status {status} although failures are tolerated:\n{output}")
            note(options, what, status, output)
            tally.note(status, output)
            disk.remount("size=64m")
            bench.expect_recovery(expected, what)
    if not has_waited:
        raise Failed("no run has waited for room")


def readonly(bench, expected, options, tally):
    for folder in (bench.disk, bench.state, bench.out):
        for has_state in (False, True):
            bench.clear()
            what = f"{folder} is read-only" + (" after a kill" if has_state else "")
            with Disk(folder, 16_384) as disk:
                if has_state:
                    kill_midway(bench)
                disk.remount("ro")
                status, output = bench.run(bench.command())
                note(options, what, status, output)
                tally.note(status, output)
                bench.expect_error(status, output, what)
                disk.remount("rw")
                bench.expect_recovery(expected, what)


def kill_midway(bench):
    """Kills the job when it has published something and has much left to do."""
    job = subprocess.Popen(
        bench.command(script=bench.slow_script), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 60
    while len(bench.content()) < 100 and time.monotonic() < deadline:
        time.sleep(0.01)
    job.kill()
    job.wait()


def removed(bench, expected, options, tally):
    for folder in (bench.state, bench.out):
        bench.clear()
        what = f"{folder} is removed while the job runs"
        job = subprocess.Popen(
            bench.command(script=bench.slow_script), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        deadline = time.monotonic() + 60
        while len(bench.content()) < 100 and time.monotonic() < deadline:
            time.sleep(0.01)
        os.rename(folder, folder + ".gone")
        try:
            output = job.communicate(timeout=60)[0].decode()
        except subprocess.TimeoutExpired:
            job.kill()
            raise Failed(f"{what}: the job goes on")
        note(options, what, job.returncode, output)
        tally.note(job.returncode, output)
        bench.expect_error(job.returncode, output, what)
        # What was thought lost is put back.
        shutil.rmtree(folder, ignore_errors=True)
        os.rename(folder + ".gone", folder)
        bench.expect_recovery(expected, what)


def torn(bench, expected, options, tally):
    """What is damaged is refused or goes on from a whole epoch that the output agrees with."""
    saved = os.path.join(bench.folder, "saved")
    bench.clear()
    kill_midway(bench)
    shutil.rmtree(saved, ignore_errors=True)
    shutil.copytree(bench.disk, saved)
    state = os.path.join(bench.state, "job-1")
    log = max(name for name in os.listdir(state) if name.endswith(".log"))
    manifest = max(name for name in os.listdir(state) if name.startswith("MANIFEST"))

    def attempt(path, what, damage, must_work=False):
        shutil.rmtree(bench.disk)
        shutil.copytree(saved, bench.disk)
        with open(path, "rb") as file:
            content = bytearray(file.read())
        with open(path, "wb") as file:
            file.write(damage(content))
        status, output = bench.run(bench.command())
        what = f"{os.path.relpath(path, bench.disk)}: {what}"
        note(options, what, status, output)
        tally.note(status, output)
        if status == 0:
            bench.compare(expected, what)
        elif must_work:
            raise Failed(f"{what}: {output}")
        else:
            bench.expect_error(status, output, what)

    def cut(place):
        return lambda content: content[:place]

    def flip(place):
        return lambda content: content[:place] + bytes([content[place] ^ 0x10]) + content[place + 1 :]

    for name in (log, manifest, "CURRENT"):
        path = os.path.join(state, name)
        size = os.path.getsize(path)
        for place in range(max(0, size - 1024), size, 1 if size < 64 else 4 * options.every):
            attempt(path, f"cut at byte {place} of {size}", cut(place))
            attempt(path, f"byte {place} of {size} changed", flip(place))
    for place, _, names in os.walk(os.path.join(saved, "out")):
        for name in sorted(names):
            path = os.path.join(bench.out, os.path.relpath(place, os.path.join(saved, "out")), name)
            if name.startswith("."):
                attempt(path, "longer than what was committed", lambda content: content + b"7,half a li", True)
                attempt(path, "cut", cut(1))
    byte_count = kill_before_publishing(bench)
    shutil.rmtree(saved)
    shutil.copytree(bench.disk, saved)
    path = os.path.join(state, log)
    size = os.path.getsize(path)
    # What is torn off here is a commit that nobody has seen.
    for place in range(size - byte_count, size + 1, max(1, byte_count // 256) * options.every):
        attempt(path, f"cut at byte {place} of {size}, the last commit", cut(place), True)


def kill_before_publishing(bench):
    """Kills the job between a commit of its state and the first file that it publishes; gives the commit's size."""
    strace = tracing.Strace(bench.folder)
    for step in range(4, 60):
        bench.clear()
        # Read slowly, most epochs publish one file or none.
        command = bench.command(script=bench.slow_script)
        lines = strace.run(command, ["write", "rename"], f"rename:signal=KILL:when={step}")[2]
        killed = [line for line in lines if " rename(" in line and not line.endswith("= 0")]
        if not killed or ".inprogress" not in killed[0]:
            continue
        own = [line for line in lines if line.split()[0] == killed[0].split()[0]]
        found = re.search(r" write\(\d+<[^>]*\.log>.*= (\d+)$", own[own.index(killed[0]) - 1])
        if found:
            return int(found[1])
    raise Failed("no run was killed between a commit and its first file")


def savepoints(bench, expected, options, tally):
    """The job is killed, copied under a fault, and goes on from the copy under another one."""
    strace = tracing.Strace(bench.folder)
    savepoint, saved = os.path.join(bench.disk, "savepoint"), os.path.join(bench.folder, "saved")
    bench.clear()
    kill_midway(bench)
    shutil.rmtree(saved, ignore_errors=True)
    shutil.copytree(bench.disk, saved)

    def put_back():
        bench.clear()
        shutil.copytree(saved, bench.disk, dirs_exist_ok=True)

    make = [bench.sluice, "savepoint", savepoint, "--state", bench.state]
    begin = [*bench.command("--from-savepoint", savepoint)]
    begin[begin.index("--state") + 1] = bench.state + ".new"
    for name, command in (("making", make), ("starting from", begin)):
        put_back()
        if command is begin:
            expect_success(bench, make, "a savepoint is made")
        for call, step in chosen_calls(strace, command, options.every):
            what = f"{name} a savepoint, {call} number {step} fails"
            put_back()
            if command is begin:
                expect_success(bench, make, "a savepoint is made")
            status, output, lines = strace.run(command, [call], f"{call}:error={CALLS[call]}:when={step}")
            if not was_injected(status, lines):
                continue
            note(options, what, status, output)
            tally.note(status, output)
            if status != 0:
                bench.expect_error(status, output, what)
            if command is make and status != 0:
                # Where only the message about it failed, it is there.
                status, output = bench.run(make)
                if status != 0 and "savepointExists" not in output:
                    raise Failed(f"{what}, then without a fault: {output}")
            expect_success(bench, begin, what)
            bench.compare(expected, what)


def expect_success(bench, command, what):
    status, output = bench.run(command)
    if status != 0:
        raise Failed(f"{what}: status {status}:\n{output}")


def note(options, what, status, output):
    if options.verbose:
        print(f"    {what}: {status} {output.strip()[:300]}")


PARTS = {
    "calls": calls, "kills": kills, "sizes": sizes, "disks": disks, "retries": retries, "files": files,
    "readonly": readonly, "removed": removed, "torn": torn, "savepoints": savepoints,
}
NEEDS_STRACE = {"calls", "kills", "savepoints"}
NEEDS_MOUNTS = {"disks", "retries", "readonly"}


def enter_namespace():
    """Runs this script again where file systems can be mounted that nobody else sees, if that is allowed."""
    if OWN_NAMESPACE in os.environ:
        return
    unshare = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--mount"]
    probe = "mount -t tmpfs -o size=4k none /mnt"
    is_allowed = shutil.which("unshare") and subprocess.run(
        [*unshare, "sh", "-c", probe], capture_output=True
    ).returncode == 0
    os.environ[OWN_NAMESPACE] = "1" if is_allowed else ""
    if is_allowed:
        os.execvp("unshare", [*unshare, sys.executable, *sys.argv])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sluice")
    parser.add_argument("--only", choices=sorted(PARTS))
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--rows", type=int, default=6_000)
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    enter_namespace()
    bench = Bench(os.path.abspath(options.sluice), os.path.join(WORK, "job"), options.rows)
    has_failed = False
    expected = bench.undisturbed()
    for name, part in PARTS.items():
        if options.only and options.only != name:
            continue
        if name in NEEDS_STRACE and not tracing.Strace.is_allowed():
            print(f"  {name}: SKIPPED, strace is missing or may not trace")
            continue
        if name in NEEDS_MOUNTS and not os.environ.get(OWN_NAMESPACE):
            print(f"  {name}: SKIPPED, no file system can be mounted in a namespace of its own")
            continue
        for way, bench.file_bytes in COMMITS.items():
            start = time.monotonic()
            tally = Tally()
            try:
                part(bench, expected, options, tally)
                print(f"  {name}, commits {way}: {tally}, {time.monotonic() - start:.0f} s", flush=True)
            except Failed as failure:
                has_failed = True
                print(f"FAILED: {name}, commits {way}: {failure}", flush=True)
    sys.exit(1 if has_failed else 0)


if __name__ == "__main__":
    main()
