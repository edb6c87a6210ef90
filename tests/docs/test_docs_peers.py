"""Every fault of others that docs/peers.md tells of is held by a test that exists."""

import re

NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def test_every_situation_is_held_by_a_test_that_exists(root):
    page = (root / "docs" / "peers.md").read_text(encoding="utf-8")
    rows = [
        line for line in page.splitlines() if line.startswith("| ") and not line.startswith(("| ---", "| situation"))
    ]
    assert len(rows) > 15
    for row in rows:
        found = NAMED.findall(row)
        assert found, row
        for file, name in found:
            assert re.search(rf"^def {name}\(", (root / file).read_text(encoding="utf-8"), re.MULTILINE), (file, name)
