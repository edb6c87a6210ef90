"""The whole ceremony as a command: what it writes holds, and the same command again changes nothing."""

import re
from collections import Counter

from ceremony_runs import command, own_database, record_of

WRITTEN = {
    "VERIFY.md",
    "declaration.json",
    "declines/venlo.json",
    "instrument.pdf",
    "ledger/checkpoint",
    "report.json",
    "signatures.asics",
    "signatures.p7s",
    "signed.pdf",
    "trust/ledger.vkeys",
    "trust/seal-root.pem",
    "trust/signing-root.pem",
    "trust/timestamp-root.pem",
    *(
        f"signatures/{who}.{ending}"
        for who in ("duesseldorf", "haifa", "reading", "seoul")
        for ending in ("json", "p7s")
    ),
}
KINDS = {
    "amendment.rejected": 1,
    "amendment.revised": 1,
    "amendment.tabled": 7,
    "amendment.withdrawn": 1,
    "credential.enrolled": 5,
    "declaration.opened": 1,
    "drafter.admitted": 3,
    "instrument.frozen": 1,
    "instrument.sealed": 1,
    "signatory.invited": 5,
    "signature.affixed": 4,
    "signature.declined": 1,
    "version.adopted": 3,
    "translation.confirmed": 1,
}


def public_files(folder):
    files = (path for path in folder.rglob("*") if path.is_file())
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in files
        if "service" not in path.relative_to(folder).parts
    }


def test_a_summit_is_played_verified_and_played_again(small, server, store_url, tmp_path):
    out = tmp_path / "out"
    arguments = (*small, "--out", out, "--database-url", store_url)
    ended = command(*arguments)
    assert (ended.status, ended.complained) == (0, ""), ended.said
    assert "L1 by delegation-of-reading: refused (declaration.frozen)" in ended.said
    assert "all 5 signatories have answered (4 signed, 1 declined)" in ended.said
    files = public_files(out)
    assert {name for name in files if not name.startswith(("ledger/tile/", "ledger/blob/"))} == WRITTEN
    recorded = record_of(store_url, "small-summit")
    assert recorded.answers == dict.fromkeys(("duesseldorf", "haifa", "reading", "seoul", "venlo"), 1)
    assert dict(recorded.kinds - Counter({"positions.taken": 99})) == KINDS
    assert server.run("verify", out, "--trust", out / "trust").status == 0
    audited = server.run("audit", "--database-url", store_url)
    assert audited.status == 0
    assert re.match(rf"small-summit: {recorded.size} entries replay", audited.said)

    ended = server.run(*arguments)
    assert (ended.status, ended.complained) == (0, ""), ended.said
    assert record_of(store_url, "small-summit") == recorded
    again = public_files(out)
    assert again.keys() == files.keys()
    # a checkpoint's ML-DSA signature is randomised: everything else is the same, byte for byte
    assert {name for name in files if again[name] != files[name]} <= {"ledger/checkpoint"}
    assert server.run("verify", out).status == 0


def test_the_default_summit(tmp_path):
    out = tmp_path / "out"
    ended = command("ceremony", "--out", out)
    assert (ended.status, ended.complained) == (0, ""), ended.said
    assert "all 35 signatories have answered (34 signed, 1 declined)" in ended.said
    assert "refused (declaration.frozen)" in ended.said
    recorded = record_of(own_database(out), "duesseldorf-2019")
    assert sorted(set(recorded.answers.values())) == [1]
    assert (len(recorded.answers), recorded.seals) == (35, 1)
    verified = command("verify", out)
    assert verified.status == 0, verified.said


def test_the_private_part_is_private_and_any_seed_makes_devices(small, server, tmp_path):
    out = tmp_path / "out"
    assert server.run(*small, "--out", out, "--seed", -(2**70)).status == 0
    assert (out / "service").stat().st_mode & 0o777 == 0o700
    for path in (out / "service" / "keys").iterdir():
        assert path.stat().st_mode & 0o077 == 0, path
    assert b"PRIVATE KEY" not in b"".join(public_files(out).values())
    assert not list(out.rglob(".*"))
