"""The worked example of docs/spec/document.md holds, digit by digit."""

import json
import re
from pathlib import Path

from declaration.canonical import encode
from declaration.signing.document import read_document

PAGE = Path(__file__).resolve().parents[2] / "docs" / "spec" / "document.md"


def test_the_example_of_the_document_holds():
    page = PAGE.read_text()
    document = read_document(encode(json.loads(re.search(r"```json\n(.*?)```", page, re.DOTALL)[1])))
    stated = dict(re.findall(r"^\| (the .*?) \| `([0-9a-f]{64})` \|$", page, re.MULTILINE))
    assert stated == {
        "the clause `p-1`": document.clauses["p-1"],
        "the version": document.version,
        "the file": document.digest,
    }
