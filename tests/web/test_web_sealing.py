"""The end of a ceremony by the interface: who is next, one seal however many ask, the evidence, the audit."""

import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text
from test_web_freezing import freeze, unfreeze
from typer.testing import CliRunner
from web_desk import DESK
from web_mayor import Hand, decline
from web_summit import DECLARATION, ORIGIN, ok, refused

from declaration.cli.app import app as command
from declaration.ledger.entries import Entry
from declaration.store import queries
from declaration.store.session import open_store
from declaration.web.app import create_app


@pytest.fixture
def desk(summit):
    return summit.come_in("depositary", "host")


def signed(summit, desk, *, sign=("haifa",), refuse=()):
    """Freeze; let some sign and some decline."""
    mayors = {who: summit.come_in("signatory", who) for who in (*sign, *refuse)}
    freeze(desk, summit)
    for who in sign:
        Hand(summit, mayors[who], who).whole()
    for who in refuse:
        ok(decline(summit, mayors[who], who))
    return mayors


def test_the_roster_stands_in_the_order_of_protocol_and_says_who_is_next(summit, desk):
    assert ok(desk.get(f"{DESK}/ceremony"))["next"] is None
    signed(summit, desk, sign=["haifa"], refuse=["abidjan"])
    found = ok(desk.get(f"{DESK}/ceremony"))
    assert [(place["id"], place["standing"]) for place in found["roster"]] == [
        ("abidjan", "declined"),
        ("haifa", "signed"),
        ("reading", "absent"),
    ]
    assert (found["signed"], found["declined"], found["missing"], found["next"]) == (1, 1, 1, "reading")
    assert found["roster"][0]["reason"] == "The council has not decided yet."
    summit.come_in("signatory", "reading")
    assert ok(desk.get(f"{DESK}/ceremony"))["roster"][2]["standing"] == "ready"


def test_sealing_without_somebody_takes_an_explicit_word(summit, desk):
    refused(desk.post(f"{DESK}/seal", json={"without": 0}), 409, "declaration.not-frozen")
    mayors = {who: summit.come_in("signatory", who) for who in ("haifa", "abidjan")}
    freeze(desk, summit)
    refused(desk.post(f"{DESK}/seal", json={"without": 3}), 409, "seal.empty")
    Hand(summit, mayors["haifa"], "haifa").whole()
    refused(desk.post(f"{DESK}/seal", json={"without": 0}), 409, "seal.missing")
    refused(desk.post(f"{DESK}/seal", json={"without": 1}), 409, "seal.missing")
    refused(desk.get(f"{DESK}/evidence.zip"), 409, "publish.unsealed")
    done = ok(desk.post(f"{DESK}/seal", json={"without": 2}))
    assert (done["signatures"], done["declined"]) == (1, 0)
    assert ok(desk.post(f"{DESK}/seal", json={"without": 0})) == done  # asked again, it is the same seal
    refused(unfreeze(desk, 1), 409, "declaration.sealed")
    assert Hand(summit, mayors["abidjan"], "abidjan").begin().status_code == 409


def test_two_clicks_and_two_processes_give_one_seal(tmp_path, summit, desk):
    signed(summit, desk, sign=["haifa", "abidjan"], refuse=["reading"])
    store = open_store(f"sqlite:///{tmp_path / 'summit.db'}")
    elsewhere = create_app(replace(summit.chancery, store=store))
    second = TestClient(elsewhere, base_url=ORIGIN, headers=desk.headers, raise_server_exceptions=True)
    summit.sign_in("depositary", "host", client=second)
    with ThreadPoolExecutor(4) as hands:
        told = list(hands.map(lambda who: ok(who.post(f"{DESK}/seal", json={"without": 0})), [desk, second] * 2))
    store.dispose()
    assert all(one == told[0] for one in told)
    with summit.chancery.store.reading() as session:
        kinds = [Entry.parse(data).kind for data in queries.entries(session, DECLARATION)]
    assert kinds.count("instrument.sealed") == 1


def test_the_evidence_verifies_on_another_machine(summit, desk, tmp_path):
    signed(summit, desk, sign=["haifa", "abidjan"], refuse=["reading"])
    ok(desk.post(f"{DESK}/seal", json={"without": 0}))
    answer = desk.get(f"{DESK}/evidence.zip")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"] == f'attachment; filename="{DECLARATION}.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        assert {name.partition("/")[0] for name in archive.namelist()} == {DECLARATION}
        archive.extractall(tmp_path / "taken")
    folder = tmp_path / "taken" / DECLARATION
    told = CliRunner().invoke(command, ["verify", str(folder), "--trust", str(folder / "trust")])
    assert told.exit_code == 0, told.output
    (folder / "declines" / "reading.json").write_bytes(b"{}")
    assert CliRunner().invoke(command, ["verify", str(folder), "--trust", str(folder / "trust")]).exit_code != 0


def test_the_audit_says_that_everything_follows_from_the_ledger_or_what_does_not(summit, desk):
    found = ok(desk.post(f"{DESK}/audit"))
    assert (found["agrees"], found["finding"], found["rows"]["signatories"]) == (True, "", 3)
    with summit.chancery.store.transaction() as session:
        session.execute(text("UPDATE signatories SET city = 'Elsewhere' WHERE signatory = 'haifa'"))
    found = ok(desk.post(f"{DESK}/audit"))
    assert (found["agrees"], found["table"]) == (False, "signatories")
    assert "haifa" in found["finding"]
    assert found["hint"]
