"""The desk at which somebody sits is worked out anew after each act, before they ask."""

import time

from web_desk import DESK, SQUARES, table
from web_server import serving
from web_summit import DECLARATION, ok

from declaration.services import survey
from declaration.store import heads


def known(summit):
    """Whether the desk of the present head has been worked out."""
    with summit.chancery.store.reading() as session:
        return (DECLARATION, heads.head(session, DECLARATION).tag) in survey.whole._kept


def test_after_an_act_the_desk_is_worked_out_before_anybody_asks(summit):
    desk = summit.come_in("depositary", "host")
    with serving(summit.app):
        ok(desk.get(f"{DESK}/consolidation"))
        assert known(summit)
        table(summit, "A7", ("city-1", "en", SQUARES))
        limit = time.monotonic() + 20
        while not known(summit):
            assert time.monotonic() < limit
            time.sleep(0.02)


def test_without_a_running_service_nothing_is_worked_out_ahead(summit):
    desk = summit.come_in("depositary", "host")
    ok(desk.get(f"{DESK}/consolidation"))
    # an amendment of this test alone: two summits played within one second have one ledger, and what is known of it
    table(summit, "A8", ("city-1", "en", SQUARES), rationale="So that nobody else has worked it out.")
    assert not known(summit)
