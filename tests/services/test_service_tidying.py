"""Forgetting what has had its time: nothing that anybody can still use, nothing of the record."""

from dataclasses import replace

import pytest

from declaration.drafting.positions import Stance
from declaration.services import traffic
from declaration.services.tidying import Tidied, tidy

SECRET = b"a secret for tests alone, and long enough"


def test_only_what_has_had_its_time_is_forgotten(worlds):
    world = worlds.at("drafting")
    chancery = replace(world.chancery, secret=SECRET)
    world.prepared("abidjan", clause="c2", stance=Stance.ACCEPT)
    for _ in range(traffic.SIGNING.burst):
        traffic.take(chancery, traffic.SIGNING, "abidjan")
    before = world.rows()
    assert (tidy(chancery).challenges, tidy(chancery).allowances) == (0, 0)
    with pytest.raises(traffic.TooOften):  # what is used up stays so
        traffic.take(chancery, traffic.SIGNING, "abidjan")
    world.wait(days=1)
    assert tidy(chancery).allowances == 1
    assert tidy(chancery).challenges == 0  # expired, but whoever comes now is told so
    world.wait(days=1, minutes=30)
    assert tidy(chancery).challenges >= 1
    assert tidy(chancery) == Tidied(0, 0, 0, 0)
    assert world.rows() == before
