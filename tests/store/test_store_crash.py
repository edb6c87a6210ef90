"""kill -9 in the middle of signing, again and again: what was acknowledged is there, once; the rest can go on."""

import signal
import subprocess
import sys
import time
from pathlib import Path

from declaration.store import queries
from declaration.store.audit import audit

WRITER = Path(__file__).with_name("store_writer.py")
ROUNDS = 2
SIGNATORIES = 60


def test_nothing_is_lost_and_nothing_doubled(scene, store_url):
    names = [f"city{number}" for number in range(SIGNATORIES)]
    scene.ready(*names)
    scene.freeze()
    acknowledged = {}
    for killed in range(ROUNDS):
        acknowledged |= run_and_kill(store_url, after=killed * 11 + 2)
        with scene.store.reading() as session:
            recorded = {item.signatory: item.entry for item in queries.signatures(session, "d1")}
        assert acknowledged.items() <= recorded.items(), "an acknowledged signature is gone"
        assert len(recorded) == len(set(recorded.values()))
        # at most the one that was under way is there without its acknowledgement
        assert len(recorded) - len(acknowledged) <= killed + 1
    acknowledged |= run_and_kill(store_url, after=None)
    assert set(acknowledged) == set(names)
    scene.seal(SIGNATORIES, 0)
    audit(scene.store, "d1")


def run_and_kill(url, *, after):
    """Let the writer acknowledge `after` signatures (None: all), kill it, and return what it acknowledged."""
    command = [sys.executable, str(WRITER), url, "0", "1"]
    said = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        for line in writer.stdout:
            said.append(line)
            if after is not None and len(said) > after:
                time.sleep(0.001 * (after % 5))
                writer.send_signal(signal.SIGKILL)
                break
        said += writer.stdout.readlines()
    assert writer.returncode == (0 if after is None else -signal.SIGKILL)
    parts = [line.split() for line in said if line.endswith("\n")]
    return {part[1]: int(part[2]) for part in parts if part[0] == "signed"}
