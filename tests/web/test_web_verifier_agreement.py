"""The verifier in the browser gives the same report as the one in Python: good, incomplete, and other files."""

import time
from pathlib import Path

import pytest
from web_hostile import Editions
from web_phone import chromium
from web_verifier import Site, Verifier, serving

from declaration.canonical import encode
from declaration.signing.examination import examine_bundles, examine_edition
from declaration.signing.trust import Trust

SUMMIT = Path(__file__).parents[2] / "docs" / "spec" / "example" / "summit"
CHOOSE = """async (trust, files) => {
  const given = [];
  for (const [name, place] of files) { given.push({ name, data: await blob(place) }); }
  const report = await ours.choosing.examineFiles(given, window[trust]);
  return { ...told(report), severities: report.findings.map((finding) => finding.severity) };
}"""


@pytest.fixture(scope="module")
def verifier():
    site = Site()
    with serving(site) as address, chromium() as browser:
        yield Verifier(browser, site, address)


@pytest.fixture(scope="module")
def editions():
    return Editions()


@pytest.fixture(scope="module")
def example():
    return {str(file.relative_to(SUMMIT)): file.read_bytes() for file in SUMMIT.rglob("*") if file.is_file()}


def trust_of(files):
    return {name.removeprefix("trust/"): data for name, data in files.items() if name.startswith("trust/")}


def bundles_of(files):
    folders = ("signatures/", "declines/")
    return {name: data for name, data in files.items() if name.startswith(folders) and name.endswith(".json")}


def same_report(verifier, files):
    """Let both judge the edition and its bundles; return the report."""
    verifier.trust(trust_of(files))
    trust = Trust.from_files(trust_of(files))
    report = examine_edition(files["signed.pdf"], trust=trust)
    assert verifier.edition(files["signed.pdf"])["json"] == encode(report.as_json()).decode()
    bundles = {name.rpartition("/")[2]: data for name, data in bundles_of(files).items()}
    given = examine_bundles(bundles, files["instrument.pdf"], trust=trust)
    assert verifier.bundles(bundles, files["instrument.pdf"])["json"] == encode(given.as_json()).decode()
    return report


def test_the_example_of_the_specification(verifier, example):
    report = same_report(verifier, example)
    assert (report.verdict, report.as_json()["signed"], report.as_json()["declined"]) == ("valid", 1, 1)


@pytest.mark.parametrize(
    ("answers", "verdict"),
    [
        ({"abidjan": "sign", "dhaka": "sign", "duesseldorf": "decline"}, "valid"),
        ({"abidjan": "sign", "duesseldorf": "decline"}, "incomplete"),
        ({"dhaka": "sign"}, "incomplete"),
    ],
)
def test_fresh_summits(verifier, editions, answers, verdict):
    assert same_report(verifier, editions.play(answers).files).verdict == verdict


def test_thirty_five_signatories(verifier, monkeypatch):
    """The time is printed, not judged: see it with `pytest -s`."""
    editions = Editions()
    cities = {f"city-{number:02}": ("DE", f"City {number}") for number in range(35)}
    monkeypatch.setattr(editions.scene, "CITIES", editions.scene.CITIES | cities)
    files = editions.play(dict.fromkeys(cities, "sign")).files
    verifier.trust(trust_of(files))
    trust = Trust.from_files(trust_of(files))
    began = time.perf_counter()
    in_python = examine_edition(files["signed.pdf"], trust=trust)
    python = time.perf_counter() - began
    verifier.site.put("/large", files["signed.pdf"])
    told, cold, warm = verifier.run(
        """async () => {
          const data = await blob("/large");
          const times = [];
          let report;
          for (let turn = 0; turn < 2; turn += 1) {
            const began = performance.now();
            report = told(await ours.examination.examineEdition(data, window.trust));
            times.push(performance.now() - began);
          }
          return [report, ...times];
        }"""
    )
    print(f"\n35 signatures: browser {cold:.0f} ms, again {warm:.0f} ms; Python {1000 * python:.0f} ms")
    assert told["json"] == encode(in_python.as_json()).decode()
    assert (told["verdict"], in_python.as_json()["signed"]) == ("incomplete", 35)


def choose(verifier, files):
    places = [(name, verifier.site.put(f"/given/{number}", data)) for number, (name, data) in enumerate(files)]
    return verifier.run(CHOOSE, "trust", places)


def test_files_in_any_number_and_order(verifier, example):
    verifier.trust(trust_of(example))
    part = {name.rpartition("/")[2]: data for name, data in example.items() if not name.startswith("ledger/")}
    give = lambda *names, **more: choose(verifier, [*((name, part[name]) for name in names), *more.items()])  # noqa: E731
    signed, bundle, instrument = "signed.pdf", "abidjan.json", "instrument.pdf"
    assert give(signed)["verdict"] == "valid"
    everything = give(*part)
    assert (everything["verdict"], set(everything["severities"])) == ("valid", {"note"})
    assert give(instrument, bundle)["codes"] == ["count.only-given"]
    assert give("algiers.json", bundle, instrument, "declaration.json")["verdict"] == "valid"
    # what was not seen is never valid
    for names in ((bundle, "declaration.json"), (bundle,)):
        told = give(*names)
        assert (told["verdict"], told["codes"][0]) == ("cannot-be-verified", "container.missing")
    assert give(instrument)["codes"] == ["seal.missing"]
    assert give("declaration.json")["verdict"] == give("VERIFY.md")["verdict"] == "cannot-be-verified"
    assert choose(verifier, [])["verdict"] == "cannot-be-verified"


def test_files_beside_an_edition_are_held_against_it(verifier, example):
    verifier.trust(trust_of(example))
    signed = ("signed.pdf", example["signed.pdf"])
    for name in ("declaration.json", "instrument.pdf", "signatures/abidjan.json", "signatures.p7s"):
        spoiled = example[name][:-2] + bytes([example[name][-2] ^ 1]) + example[name][-1:]
        told = choose(verifier, [signed, (name.rpartition("/")[2], spoiled)])
        assert (told["verdict"], told["codes"]) == ("altered", ["container.differs"])
    told = choose(verifier, [signed, ("dhaka.json", b"{}")])
    assert told["verdict"] == "cannot-be-verified"
    other = example["signed.pdf"][:-1]
    for files in ([signed, ("other.pdf", other)], [("other.pdf", other), signed]):
        assert choose(verifier, files)["verdict"] in {"cannot-be-verified", "altered"}


def test_an_algorithm_that_a_browser_lacks_is_said_and_never_valid(verifier, example):
    verifier.trust(trust_of(example))
    told = verifier.run(
        """async () => {
          const own = crypto.subtle.importKey;
          crypto.subtle.importKey = function (format, data, algorithm, ...rest) {
            const name = algorithm.name ?? algorithm;
            return name === "ML-DSA-44"
              ? Promise.reject(new DOMException("", "NotSupportedError"))
              : own.call(this, format, data, algorithm, ...rest);
          };
          try { return told(await ours.examination.examineEdition(await blob("/signed"), window.trust)); }
          finally { delete crypto.subtle.importKey; }
        }""".replace("/signed", verifier.site.put("/whole", example["signed.pdf"]))
    )
    assert (told["verdict"], told["codes"]) == ("cannot-be-verified", ["ledger.algorithm"])
    assert '"signed":1' in told["json"]
    assert verifier.edition(example["signed.pdf"])["verdict"] == "valid"


def test_trust_files_have_one_spelling(verifier, example):
    files = trust_of(example)
    script = """async (files) => {
      const read = {};
      for (const [name, place] of files) { read[name] = await blob(place); }
      try { return (await ours.trust.readTrust(read)).fingerprints; } catch (error) { return error.code; }
    }"""

    def read(changed):
        return verifier.run(script, [(name, verifier.site.put(f"/t/{name}", data)) for name, data in changed.items()])

    assert read(files) == Trust.from_files(files).fingerprints()
    for name, data in files.items():
        kind = "trust.keys" if name == "ledger.vkeys" else "trust.root"
        assert read({other: content for other, content in files.items() if other != name}) == "trust.missing"
        for wrong in (data[:-1], data + b"\n", b"", data[:40] + bytes([data[40] ^ 1]) + data[41:]):
            assert read(files | {name: wrong}) == kind
        assert read(files | {name: data + bytes(65_536)}) == "trust.size"
    assert read(files | {"seal-root.pem": files["signing-root.pem"]}) != read(files)
