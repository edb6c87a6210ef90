"""Runs the command line again and again without importing it again: forks a child a line, and tells how it ended.

Reads lines of JSON: [arguments, file for what it says, file for its complaints]. Writes the child's process id, and,
when it has ended, its status as Python writes it (negative: killed by that signal).
"""

import json
import os
import sys

from declaration.cli import app, audit, ceremony, verify  # noqa: F401 - so that no child has to


def main():
    for line in sys.stdin:
        arguments, said, complained = json.loads(line)
        child = os.fork()
        if child == 0:
            for stream, path, flags in (
                (0, os.devnull, os.O_RDONLY),
                (1, said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
                (2, complained, os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
            ):
                descriptor = os.open(path, flags)
                os.dup2(descriptor, stream)
                os.close(descriptor)
            sys.argv = ["declaration", *arguments]
            app.run()  # ends the process
        print(child, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


main()
