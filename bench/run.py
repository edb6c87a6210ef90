"""Measure, and print a table: ``python bench/run.py``, or the names of single parts after it.

Nothing is asserted here, and no test runs this: times belong to a machine. What is worth comparing are the ratios, each
taken within one run against the floor (what the work cannot do without) or a peer (another program doing the same).
"""

import importlib
import os
import platform
import sys

from measure import HEAD

PARTS = {
    "verify": "one signature bundle, against its own public-key operations and against pyHanko",
    "consolidate": "2,500 amendments over 500 clauses",
    "growth": "100, 500 and 2,500 amendments consolidated and carried; the difference of 5,000 words",
    "desk": "the depositary's view of 2,500 open amendments",
    "appends": "entries a second on SQLite and PostgreSQL",
    "start": "cold start of `declaration verify`",
    "render": "instrument and edition for 35 and for 1,000 signatories",
    "typeset": "instrument and edition, warm and cold, beside WeasyPrint and Typst setting the same words",
    "word": "import of an edited Word document of 100 pages, as a multiple of parsing it",
    "pages": "public pages and reads over HTTP, as a share of the bare framework; memory of a worker",
    "live": "from a signature in one process to 200 browsers on another",
    "flows": "signatures a second over HTTP, on SQLite and PostgreSQL",
    "summits": "whole ceremonies with 35 and with 1,000 signatories",
}


def main(names):
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        told = "\n".join(f"  {name:12} {what}" for name, what in PARTS.items())
        sys.exit(f"There is no part {unknown[0]!r}. Parts:\n{told}")
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}")
    for name in names or PARTS:
        print(f"\n## {name}: {PARTS[name]}\n\n{HEAD}", flush=True)
        for figure in importlib.import_module(name).figures():
            print(figure.line(), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
