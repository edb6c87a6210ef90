"""Running the command: as people do, in a process of its own; or forked from one that has imported it already."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from declaration.ledger.entries import Entry
from declaration.store import queries
from declaration.store.audit import audit
from declaration.store.session import open_store

SAMPLES = Path(__file__).parent.parent / "exchange" / "samples"


@dataclass(frozen=True)
class Ended:
    """A command that has ended."""

    status: int
    said: str
    complained: str

    def refused(self, *names):
        """Was it refused in two sentences, without a trace, with status 2, naming these? Return the code."""
        lines = self.complained.strip().splitlines()
        assert self.status == 2, (self.status, self.said[-2000:], self.complained[-2000:])
        assert len(lines) == 2, self.complained
        assert lines[0].endswith("."), lines[0]
        hint, code = lines[1].rsplit("  ", 1)
        assert hint.endswith((".", ")")), hint
        for name in names:
            assert str(name) in self.complained, (name, self.complained)
        return code.strip("()")


def command(*arguments, environment=None):
    """Run the command as people do."""
    ended = subprocess.run(
        [sys.executable, "-m", "declaration", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env=clean_environment() | (environment or {}),
        stdin=subprocess.DEVNULL,
    )
    return Ended(ended.returncode, ended.stdout, ended.stderr)


def clean_environment():
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DECLARATION_")}
    return kept | {"COLUMNS": "120", "NO_COLOR": "1", "LC_ALL": "C.UTF-8"}


class Server:
    """A process that has imported the command line, and forks a child for each command."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="declaration-commands-")
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("ceremony_forks.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=clean_environment(),
        )

    def start(self, *arguments):
        said, complained = (Path(self.folder.name) / name for name in ("said", "complained"))
        line = json.dumps([list(map(str, arguments)), str(said), str(complained)])
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return Running(self, int(self.process.stdout.readline()), said, complained)

    def run(self, *arguments):
        return self.start(*arguments).ended()

    def stop(self):
        self.process.stdin.close()
        self.process.wait(timeout=60)
        self.process.stdout.close()
        self.folder.cleanup()


class Running:
    """One command under way; `ended` waits for it."""

    def __init__(self, server, child, said, complained):
        self.server = server
        self.child = child
        self.files = said, complained

    def kill(self):
        os.kill(self.child, signal.SIGKILL)

    def alive(self):
        # the server reaps the child at once, so its number may be gone
        return Path(f"/proc/{self.child}").exists()

    def ended(self):
        status = int(self.server.process.stdout.readline())
        return Ended(status, *(path.read_text(errors="replace") if path.exists() else "" for path in self.files))


@dataclass(frozen=True)
class Record:
    """What a database holds of one declaration, audited."""

    size: int
    kinds: Counter
    answers: Counter
    seals: int


def record_of(url, declaration):
    """Audit a declaration and return what is recorded of it."""
    store = open_store(url)
    try:
        audited = audit(store, declaration)
        with store.reading() as session:
            entries = [Entry.parse(data) for data in queries.entries(session, declaration)]
            seals = [queries.seal(session, declaration)]
        assert audited.size == len(entries)
        return Record(
            size=len(entries),
            kinds=Counter(str(entry.kind) for entry in entries),
            answers=Counter(entry.by for entry in entries if entry.kind in {"signature.affixed", "signature.declined"}),
            seals=len([seal for seal in seals if seal is not None]),
        )
    finally:
        store.dispose()


def own_database(folder):
    """The database of a ceremony that was given none."""
    return f"sqlite:///{folder / 'service' / 'declaration.db'}"
