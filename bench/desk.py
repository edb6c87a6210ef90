"""The depositary's view of 2,500 open amendments over 500 clauses, as the server answers it.

The amendments are those of the part `consolidate`, in a database on SQLite. What is measured is a whole request, in the
process that serves it: the session looked up, the page chosen, and written as HTML. The first request after an act
works out what collides and what is alike; the next ones find it worked out. The floor is a page of the same service
that has nothing to work out: the desk's audit.
"""

import os
import random
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from consolidate import AMENDMENTS, a_text, an_amendment
from fastapi.testclient import TestClient
from measure import Figure, ratio, rounds, shown
from web_service import COOKIE, ORIGIN, chancery

from declaration.config import DEMO_PASSPHRASE
from declaration.drafting.amendment import Amendment
from declaration.drafting.text import Version
from declaration.services import negotiating, opening, sessions
from declaration.services.actors import Role, find_actor
from declaration.signing.keystore import init_keys
from declaration.signing.pkcs8 import THROWAWAY
from declaration.store.values import Depositary
from declaration.web.app import create_app

REPETITIONS = 12
HOST = Depositary("host", "City of Düsseldorf", "Düsseldorf", "DE")
VIEWS = {
    "the first page": "",
    "a page in the middle": "?page=20",
    "what collides, of one theme": "?fit=collides&section=s3",
    "what is wanted twice": "?alike=1",
}


def figures():
    for kind, hot in (("spread", 0.0), ("hot", 0.5)):
        with tempfile.TemporaryDirectory(prefix="declaration-bench-") as name:
            yield from _figures(Path(name), kind, hot)


def _figures(folder, kind, hot):
    client, service = desk(folder, hot)
    desk_address = "/bench/desk"
    begun = time.process_time()
    get(client, f"{desk_address}/amendments")
    first = time.process_time() - begun
    yield Figure(f"{kind}: the first page after an act, with everything worked out", shown(first))
    acts = {view: lambda q=query: get(client, f"{desk_address}/amendments{q}") for view, query in VIEWS.items()}
    taken = rounds({**acts, "floor": lambda: get(client, f"{desk_address}/audit")}, repetitions=REPETITIONS)
    for view, query in VIEWS.items():
        spent = median(taken[view])
        size = len(get(client, f"{desk_address}/amendments{query}"))
        yield Figure(
            f"{kind}: {view} ({size / 1e3:,.0f} kB)",
            shown(spent),
            f"a page with nothing to work out {shown(median(taken['floor']))}",
            f"{ratio(taken[view], taken['floor']):.1f} ×",
            "< 300 ms",
            spent < 0.3,
        )
    service.store.dispose()


def get(client, address):
    answer = client.get(address)
    if answer.status_code != 200:
        raise SystemExit(f"{address} answers {answer.status_code}: {answer.text[:300]}")
    return answer.content


def desk(folder, hot):
    """Return a client of the depositary, and the service."""
    keys = folder / "keys"
    init_keys(keys, passphrase=DEMO_PASSPHRASE, at=datetime.now(UTC), random=os.urandom, hardness=THROWAWAY)
    service = chancery(f"sqlite:///{folder}/service.db", keys)
    service.store.upgrade()
    rng = random.Random(2019)
    text = a_text(rng)
    opening.open_declaration(service, text, HOST)
    for number in range(60):
        opening.admit_drafter(service, text.id, f"drafter-{number}", f"Delegation {number}")
    base = Version(1, None, text).digest
    for number in range(AMENDMENTS):
        made = an_amendment(rng, text, number, hot)
        negotiating.table(service, text.id, Amendment(made.id, made.by, base, made.rationale, made.changes))
    with service.store.transaction() as session:
        actor = find_actor(session, text.id, Role.DEPOSITARY, HOST.id)
        cookie = sessions.open_for(service, session, actor, credential="").secret
    client = TestClient(create_app(service), base_url=ORIGIN, cookies={COOKIE: cookie})
    return client, service
