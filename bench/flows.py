"""Complete signing flows over HTTP: three calls each, by one process on SQLite and by two on PostgreSQL.

The floor is what the service's share of one flow costs in public-key operations alone, with keys loaded: the passkey's
assertion verified when it comes and again within the finished bundle; a certificate, a timestamp signed; CMS, token and
the links of both chains verified before anything is recorded. The clients (passkey and ephemeral key of every phone)
run on the same cores, so the rate is that of the whole hall, not of the service alone.
"""

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from measure import Figure, shown
from web_service import service, sign

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))

from postgresql_cluster import Cluster

FLOWS = {1: 40, 8: 80, 35: 140}
"""At once, and how many in all."""
SIGNED, VERIFIED = 2, 8
"""Public-key operations of one flow: signatures made, signatures verified."""


def figures():
    floor = _floor()
    with service(count=sum(FLOWS.values())) as made:
        yield from _measured("one process on SQLite", made, 1, floor)
    cluster = Cluster(durable=True)
    try:
        cluster.create("flows")
        with service(cluster.url("flows"), count=sum(FLOWS.values())) as made:
            yield from _measured("two processes on PostgreSQL", made, 2, floor)
    finally:
        cluster.stop()


def _measured(name, made, processes, floor):
    waiting = [party.id for party in made.plan.parties]
    with made.processes(processes) as ports:
        done = 0
        for hands, count in FLOWS.items():
            who, waiting = waiting[:count], waiting[count:]
            spent, whole = _sign(made, ports, who, hands)
            done += count
            lost = done - made.signed()
            each = whole / count
            yield Figure(
                f"{name}, {hands} at once: {count / whole:.1f} signatures a second",
                f"p50 {shown(median(spent))}, p99 {shown(sorted(spent)[int(len(spent) * 0.99)])}",
                f"cryptography alone {shown(floor)}",
                f"{each / floor:.1f} × the time",
                "none lost",
                lost == 0,
            )


def _sign(made, ports, who, hands):
    def one(place):
        begun = time.perf_counter()
        sign(made, ports[place % len(ports)], who[place])
        return time.perf_counter() - begun

    begun = time.perf_counter()
    with ThreadPoolExecutor(hands) as pool:
        spent = list(pool.map(one, range(len(who))))
    return spent, time.perf_counter() - begun


def _floor():
    key, message, kind = ec.generate_private_key(ec.SECP256R1()), b"m" * 200, ec.ECDSA(SHA256())
    signature, public = key.sign(message, kind), key.public_key()
    spent = []
    for _ in range(50):
        begun = time.perf_counter()
        for _ in range(SIGNED):
            key.sign(message, kind)
        for _ in range(VERIFIED):
            public.verify(signature, message, kind)
        spent.append(time.perf_counter() - begun)
    return median(spent)
