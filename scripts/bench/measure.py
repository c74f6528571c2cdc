#!/usr/bin/env python3
"""measure.py COMMAND...

Runs a command and prints, as one line, wall seconds, CPU seconds (user + system) and peak RSS in MB of that process.
The command's own output goes to standard error. Exits with the command's status. It is a program of its own and a small
one, because the peak that Linux reports for a process includes what its parent had at the time of the fork.
"""
import os
import sys
import time


def main(argv):
    if not argv:
        sys.stderr.write(__doc__)
        return 2
    started = time.monotonic()
    actions = [(os.POSIX_SPAWN_DUP2, 2, 1)]
    child = os.posix_spawnp(argv[0], argv, os.environ, file_actions=actions)
    _, status, usage = os.wait4(child, 0)
    wall = time.monotonic() - started
    print("%.3f %.3f %.1f" % (wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024))
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
