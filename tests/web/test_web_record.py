"""The files of the record and the timestamp authority, as strangers' programs ask for them."""

import hashlib
import io
import json
import shutil
import subprocess
import zipfile

import pytest
from fastapi.testclient import TestClient
from web_server import serving

from declaration.canonical import digest, encode, is_digest
from declaration.ledger.checkpoint import Checkpoint
from declaration.ledger.note import Note, open_checkpoint
from declaration.ledger.tiles import decode_bundle, tiles_for
from declaration.signing import asic
from declaration.signing.examination import examine_bundles, examine_edition
from declaration.signing.timestamp import MAX_REQUEST
from declaration.signing.trust import Trust
from declaration.store import queries
from declaration.web.app import create_app
from declaration.web.record import CACHING, LAYOUTS, PARTS, WHOLE, WORDED

D = "/small-summit"
FOREVER = "public, max-age=31536000, immutable"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
OPEN = "application/vnd.oasis.opendocument.text"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
AKOMA = "application/akn+xml"
FILES = {
    "/amendments.json": ("application/json", "public, no-cache"),
    "/matrix.json": ("application/json", "public, no-cache"),
    "/declaration.json": ("application/json", FOREVER),
    "/instrument.pdf": ("application/pdf", FOREVER),
    "/signatures.asics": ("application/vnd.etsi.asic-s+zip", FOREVER),
    "/signatures.p7s": ("application/pkcs7-signature", FOREVER),
    "/signed.pdf": ("application/pdf", FOREVER),
    "/ledger/checkpoint": ("text/plain; charset=utf-8", "public, max-age=5"),
    "/signatures/haifa.json": ("application/json", FOREVER),
    "/signatures/seoul.json": ("application/json", FOREVER),
    "/trust/signing-root.pem": ("application/x-pem-file", "public, no-cache"),
    "/trust/timestamp-root.pem": ("application/x-pem-file", "public, no-cache"),
    "/trust/seal-root.pem": ("application/x-pem-file", "public, no-cache"),
    "/trust/ledger.vkeys": ("text/plain; charset=utf-8", "public, no-cache"),
    "/versions/1.json": ("application/json", FOREVER),
    "/versions/1.html": ("text/html; charset=utf-8", "public, max-age=3600"),
    "/versions/2.docx": (WORD, "public, max-age=3600"),
    "/versions/2.fr.docx": (WORD, "public, max-age=3600"),
    "/amendments/S1.en.docx": (WORD, "public, no-cache"),
    "/versions/2.odt": (OPEN, "public, max-age=3600"),
    "/versions/2.fr.akn.xml": (AKOMA, "public, max-age=3600"),
    "/amendments/S1.en.akn.xml": (AKOMA, "public, no-cache"),
    "/certificates/haifa.fr.pdf": ("application/pdf", "public, max-age=3600"),
    "/large-print/ar.pdf": ("application/pdf", "public, max-age=3600"),
    "/posters/a0.fr.pdf": ("application/pdf", "public, max-age=3600"),
    "/signed/all.docx": (WORD, "public, max-age=3600"),
    "/signed/fr.html": ("text/html; charset=utf-8", "public, max-age=3600"),
    "/matrix.csv": ("text/csv; charset=utf-8; header=present", "public, no-cache"),
    "/matrix.xlsx": (SHEET, "public, no-cache"),
}


@pytest.fixture(scope="module")
def client(whole):
    with TestClient(create_app(whole)) as made:
        yield made


@pytest.fixture(scope="module")
def drafting(half):
    with TestClient(create_app(half)) as made:
        yield made


@pytest.mark.parametrize("path", FILES)
def test_every_file_and_its_headers(client, path):
    answer = client.get(D + path)
    media, caching = FILES[path]
    assert answer.status_code == 200, answer.text
    assert answer.content
    assert (answer.headers["content-type"], answer.headers["cache-control"]) == (media, caching)
    assert is_digest(answer.headers["etag"].strip('"'))
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "vary" not in answer.headers
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
    assert ("style-src 'sha256-" in policy) == path.endswith(".html")
    headed = client.head(D + path)
    assert (headed.status_code, dict(headed.headers)) == (200, dict(answer.headers))
    again = client.get(D + path, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_table_of_files_names_every_address():
    """A new file of the record has to be tested too."""
    told = set(FILES) | {"/ledger/blob/x", "/ledger/tile/x"}
    assert set(WHOLE) | set(WORDED) <= told
    for pattern in (*PARTS, *LAYOUTS):
        before, _, after = pattern.partition("{")
        assert any(path.startswith(before) and path.endswith(after.partition("}")[2]) for path in told), pattern
    assert len(CACHING) == 4


@pytest.mark.parametrize(("language", "city"), [("fr", "Ville"), ("ar", "المدينة"), ("pt-BR", "City"), ("", "Ville")])
def test_tables_of_positions_are_in_the_language_asked_for(client, language, city):
    table = client.get(f"{D}/matrix.csv", params={"lang": language})
    assert table.headers["content-disposition"] == 'inline; filename="small-summit-matrix.csv"'
    assert table.text.startswith(f'\ufeff"{city}",')
    book = client.get(f"{D}/matrix.xlsx", params={"lang": language})
    assert book.headers["content-disposition"] == 'inline; filename="small-summit-matrix.xlsx"'
    with zipfile.ZipFile(io.BytesIO(book.content)) as package:
        assert f">{city}<" in package.read("xl/worksheets/sheet2.xml").decode()


def test_a_language_that_is_none_is_refused(client):
    answer = client.get(f"{D}/matrix.csv", params={"lang": "../x"})
    assert (answer.status_code, answer.json()["code"]) == (400, "text.language")


@pytest.mark.parametrize(
    ("path", "saved"),
    [
        ("/instrument.pdf", "small-summit-instrument.pdf"),
        ("/signed.pdf", "small-summit-signed.pdf"),
        ("/certificates/haifa.en.pdf", "small-summit-haifa-en.pdf"),
        ("/signatures.asics", "small-summit-signatures.asics"),
        ("/signatures.p7s", "small-summit-signatures.p7s"),
        ("/versions/2.docx", "small-summit-2.docx"),
    ],
)
def test_files_are_kept_under_their_name(client, path, saved):
    assert client.get(D + path).headers["content-disposition"] == f'inline; filename="{saved}"'


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/certificates/nobody.fr.pdf", 404, "signatory.unknown"),
        ("/certificates/haifa.pdf", 400, "text.id"),
        ("/certificates/haifa.tlh.pdf", 404, "text.language"),
        ("/certificates/seoul.fr.pdf", 404, "certificate.none"),
        ("/posters/a0.en.fr.pdf", 400, "poster.languages"),
        ("/posters/a0.fr.fr.pdf", 400, "poster.languages"),
        ("/posters/a0.pdf", 400, "text.language"),
        ("/signed/..%2f.html", 404, "http.not-found"),
    ],
)
def test_layouts_that_cannot_be_had_are_refused_with_their_code(client, path, status, code):
    answer = client.get(D + path)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


def test_stored_files_are_tagged_by_their_own_digest(client):
    for path in ("/instrument.pdf", "/signed.pdf", "/declaration.json", "/versions/1.json", "/ledger/checkpoint"):
        answer = client.get(D + path)
        assert answer.headers["etag"] == f'"{digest(answer.content)}"', path


def test_a_stranger_verifies_what_is_served(client, whole):
    """From these addresses alone, as a program on another machine would."""
    served = {name: client.get(f"{D}/trust/{name}").content for name in whole.trust("small-summit").files()}
    assert served == whole.trust("small-summit").files()
    trust = whole.trust("small-summit")
    assert isinstance(trust, Trust)
    edition = examine_edition(client.get(D + "/signed.pdf").content, trust=trust)
    assert edition.verdict.value == "valid"
    bundles = {f"{who}.json": client.get(f"{D}/signatures/{who}.json").content for who in ("haifa", "reading")}
    report = examine_bundles(bundles, client.get(D + "/instrument.pdf").content, trust=trust)
    assert report.verdict.value == "valid", report.findings


def test_the_container_holds_the_instrument_and_the_signatures_that_stand_beside_it(client):
    container = client.get(D + "/signatures.asics").content
    with zipfile.ZipFile(io.BytesIO(container)) as archive:
        assert archive.read("instrument.pdf") == client.get(D + "/instrument.pdf").content
        assert archive.read("META-INF/signature.p7s") == client.get(D + "/signatures.p7s").content
    assert asic.write(*asic.read(container)) == container


def test_the_ledger_is_read_from_its_tiles(client, whole):
    note = client.get(D + "/ledger/checkpoint").content
    checkpoint = open_checkpoint(note, whole.trust("small-summit").ledger_keys)
    assert checkpoint == Checkpoint.parse(Note.parse(note).text)
    for tile in tiles_for(checkpoint.size):
        answer = client.get(f"{D}/ledger/{tile.path}")
        assert (answer.status_code, answer.headers["cache-control"]) == (200, FOREVER)
        assert answer.headers["content-type"] == "application/octet-stream"
    width = checkpoint.size % 256
    entries = decode_bundle(client.get(f"{D}/ledger/tile/entries/000.p/{width}").content, width=width)
    with whole.store.reading() as session:
        assert list(entries) == queries.entries(session, "small-summit", stop=checkpoint.size)
        for name in queries.blob_names(session, "small-summit"):
            answer = client.get(f"{D}/ledger/blob/{name}")
            assert digest(answer.content) == name
            assert answer.headers["cache-control"] == FOREVER


def test_what_is_canonical_is_served_canonically(client):
    for path in ("/amendments.json", "/matrix.json", "/declaration.json", "/signatures/haifa.json", "/versions/2.json"):
        data = client.get(D + path).content
        assert encode(json.loads(data)) == data, path


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/signed.pdf", 404, "edition.none"),
        ("/signatures.asics", 404, "edition.none"),
        ("/signatures.p7s", 404, "edition.none"),
        ("/instrument.pdf", 404, "instrument.none"),
        ("/declaration.json", 404, "instrument.none"),
        ("/signatures/haifa.json", 404, "answer.none"),
        ("/signatures/nobody.json", 404, "signatory.unknown"),
        ("/signatures/%20.json", 400, "text.id"),
        ("/versions/0.json", 400, "version.number"),
        ("/versions/01.html", 400, "version.number"),
        ("/versions/9.docx", 404, "version.unknown"),
        ("/versions/" + "9" * 4400 + ".json", 400, "version.number"),
        ("/ledger/blob/" + "0" * 64, 404, "blob.unknown"),
        ("/ledger/blob/..%2f..%2fetc%2fpasswd", 404, "http.not-found"),
        ("/ledger/blob/xyz", 400, "blob.name"),
        ("/ledger/tile/0/000", 404, "tile.unknown"),
        ("/ledger/tile/0/000.p/999", 400, None),
        ("/ledger/tile/99/000", 400, None),
        ("/ledger/tile/0/%2e%2e/%2e%2e/checkpoint", 400, None),
        ("/ledger/tile/entries/x999/999", 404, "tile.unknown"),
        ("/certificates/haifa.fr.pdf", 404, "edition.none"),
        ("/posters/a0.fr.pdf", 404, "edition.none"),
        ("/posters/a9.fr.pdf", 400, "poster.sheet"),
        ("/large-print/xx.pdf", 404, "text.language"),
        ("/signed/all.html", 404, "edition.none"),
        ("/trust/keys", 404, "trust.unknown"),
        ("/trust/%2e%2e", 404, "trust.unknown"),
    ],
)
def test_what_is_not_there_is_refused_with_its_code(drafting, path, status, code):
    for ask in (drafting.get, drafting.head):
        answer = ask(D + path)
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["cache-control"] == "no-store"
    if code is not None:
        assert drafting.get(D + path).json()["code"] == code


@pytest.mark.parametrize("path", FILES)
def test_a_file_is_only_read(client, path):
    for method in ("post", "put", "delete", "patch"):
        assert getattr(client, method)(D + path).status_code == 405


def test_the_address_without_a_slash_leads_to_the_page(client):
    answer = client.get(D, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (307, "small-summit/")
    assert client.get("/nothing", follow_redirects=False).status_code == 404


def test_health(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert answer.headers["cache-control"] == "no-store"


# Static files


def test_static_files_never_change_under_their_address(client):
    page = client.get(D + "/").text
    place = page[page.index("/static/") :].split('"')[0].rpartition("/")[0]
    for name, media in (("css/base.css", "text/css; charset=utf-8"), ("js/page.js", "text/javascript; charset=utf-8")):
        answer = client.get(f"{place}/{name}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, media)
        assert answer.headers["cache-control"] == FOREVER
    old = client.get("/static/0123456789abcdef/css/base.css")
    assert (old.status_code, old.headers["cache-control"]) == (200, "no-store")


@pytest.mark.parametrize(
    "path", ["x/../../app.py", "x/%2e%2e/app.py", "x/css/none.css", "x/", "x/css", "x/fonts/a.woff2"]
)
def test_nothing_else_is_static(client, path):
    assert client.get(f"/static/{path}").status_code == 404


# Timestamps (RFC 3161)

QUERY = {"Content-Type": "application/timestamp-query"}


@pytest.fixture(scope="module")
def base(whole):
    with serving(create_app(whole)) as address:
        yield address


def run(*arguments, **given):
    return subprocess.run(list(map(str, arguments)), capture_output=True, check=False, timeout=60, **given)


def test_openssl_asks_for_a_timestamp_and_verifies_it(base, client, tmp_path):
    assert shutil.which("openssl"), "openssl was not found: install the Debian package `openssl`."
    assert shutil.which("curl"), "curl was not found: install the Debian package `curl`."
    (tmp_path / "file").write_bytes(b"what is stamped")
    (tmp_path / "root.pem").write_bytes(client.get(f"{D}/trust/timestamp-root.pem").content)
    for extra in (["-cert"], ["-cert", "-no_nonce"]):
        asked = run("openssl", "ts", "-query", "-data", "file", "-sha256", *extra, "-out", "query.tsq", cwd=tmp_path)
        assert asked.returncode == 0, asked.stderr
        sent = run(
            *(
                "curl",
                "-sS",
                "--fail",
                "-H",
                "Content-Type: application/timestamp-query",
                "--data-binary",
                "@query.tsq",
            ),
            *("-o", "reply.tsr", f"{base}/timestamp"),
            cwd=tmp_path,
        )
        assert sent.returncode == 0, sent.stderr
        checked = run(
            *("openssl", "ts", "-verify", "-queryfile", "query.tsq", "-in", "reply.tsr", "-CAfile", "root.pem"),
            cwd=tmp_path,
        )
        assert checked.returncode == 0, checked.stderr
        assert b"Verification: OK" in checked.stdout + checked.stderr
    (tmp_path / "file").write_bytes(b"something else")
    other = run(*("openssl", "ts", "-verify", "-data", "file", "-in", "reply.tsr", "-CAfile", "root.pem"), cwd=tmp_path)
    assert other.returncode != 0


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"", {}, 415),
        (b"x", {"Content-Type": "application/json"}, 415),
        (b"x" * (MAX_REQUEST + 1), QUERY, 413),
    ],
)
def test_what_is_no_request_is_refused(client, content, headers, status):
    answer = client.post("/timestamp", content=content, headers=headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "content", [b"", b"\x30\x00", b"\x30\x80\x00\x00", b"\xff" * 200, hashlib.sha256(b"").digest()]
)
def test_a_malformed_request_is_answered_as_the_standard_says(client, content):
    answer = client.post("/timestamp", content=content, headers=QUERY)
    assert answer.status_code == 200 or 400 <= answer.status_code < 500
    if answer.status_code == 200:
        assert answer.headers["content-type"] == "application/timestamp-reply"
        assert answer.content[:1] == b"\x30"


def test_a_timestamp_is_asked_for_with_post_alone(client):
    answer = client.get("/timestamp")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
