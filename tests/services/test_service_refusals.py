"""Every attack in the tables is refused with its own code, and a refusal records nothing at all."""

import pytest
import service_attacks_drafting  # noqa: F401 - fills the table
import service_attacks_enrolment  # noqa: F401
import service_attacks_signing  # noqa: F401
from service_attacks import ATTACKS

from declaration.errors import NotPermitted, StateConflict

ONE_OF_EACH = {
    row.code: name for name, row in reversed(ATTACKS.items()) if issubclass(row.error, StateConflict | NotPermitted)
}
"""For each refusal that the database decides, the first attack that meets it."""


def refused(world, row):
    """Is the act refused as the row says, with every row of every table as before?"""
    act = row.prepare(world)
    before = world.rows()
    with pytest.raises(row.error) as refusal:
        act()
    assert refusal.value.code == row.code
    for sentence in (refusal.value.message, refusal.value.hint):
        assert sentence.endswith((".", "”", ")"))
    assert world.rows() == before


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_refused_and_nothing_is_recorded(name, sqlite_worlds):
    row = ATTACKS[name]
    refused(sqlite_worlds.at(row.stage), row)


@pytest.mark.parametrize("name", ONE_OF_EACH.values())
def test_what_the_database_decides_it_decides_on_the_other_kind_too(name, postgresql_worlds):
    row = ATTACKS[name]
    refused(postgresql_worlds.at(row.stage), row)
