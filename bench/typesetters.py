"""One document set by one program: ``python bench/typesetters.py PROGRAM instrument|edition SHEET FOLDER``.

A sheet is JSON: the version's document, the parties, the occasion. Imports stand inside the functions, so that the
process of a program loads that program alone.
"""

import html
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

AT = datetime(2019, 9, 1, 10, 0, tzinfo=UTC)
CODE = "9b5f0c1e7a3d4286"
"""What a short code looks like."""


def by_us(sheet, what, _folder):
    from declaration.canonical import digest, encode
    from declaration.drafting.text import version_from_document
    from declaration.render.edition import render_edition
    from declaration.render.instrument import render_instrument
    from declaration.render.values import Attachment, Occasion, RosterLine, SignatureLine

    version = version_from_document(sheet["version"])
    roster = [RosterLine(**party) for party in sheet["parties"]]
    document = encode({"format": "declaration/1"})
    occasion = Occasion(**sheet["occasion"])
    made = render_instrument(version, roster, [], document=document, frozen_at=AT, occasion=occasion).pdf
    if what == "instrument":
        return made
    return render_edition(
        made,
        version,
        signatures=[
            SignatureLine(line, AT, digest(line.id.encode()), f"{sheet['site']}/{line.id}", None) for line in roster
        ],
        attachments=[Attachment("instrument.pdf", made, "application/pdf", "What was signed", "Source")],
        sealed_at=AT,
        url=sheet["site"].removesuffix("/signatures"),
    ).pdf


def by_weasyprint(sheet, what, folder):
    import segno
    import weasyprint

    kinds = {"title": "h1", "heading": "h2", "clause": "p", "name": "p"}
    parts = []
    for kind, language, words in blocks(sheet, what):
        if kind == "code":
            uri = segno.make(words, error="m").svg_data_uri(scale=2)
            parts.append(f'<img alt="{words}" width="66" src="{html.escape(uri)}">')
        else:
            parts.append(f'<{kinds[kind]} lang="{language}">{html.escape(words)}</{kinds[kind]}>')
    style = f"""
      @page {{ size: A4; margin: 86pt 133pt 72pt 120pt; @bottom-center {{ content: counter(page) }} }}
      @font-face {{ font-family: Text; src: url(file://{folder}/NotoSerif-400.ttf); font-weight: 400 }}
      @font-face {{ font-family: Text; src: url(file://{folder}/NotoSerif-600.ttf); font-weight: 600 }}
      body {{ font: 10.4pt/15.6pt Text }} p {{ margin: 7.5pt 0; orphans: 2; widows: 2 }}
      h1 {{ font-size: 21pt; break-before: page; line-height: 1.4 }} h2 {{ font-size: 13.5pt }}"""
    head = f"<title>{html.escape(title(sheet))}</title><style>{style}</style>"
    document = weasyprint.HTML(string=f'<html lang="fr"><head>{head}</head><body>{"".join(parts)}</body></html>')
    return document.write_pdf(pdf_variant="pdf/ua-1", pdf_tags=True)


def by_typst(sheet, what, folder):
    import segno
    import typst

    lines = [
        f"#set document(title: {_quoted(title(sheet))}, date: none)",
        '#set page("a4", margin: (top: 86pt, bottom: 72pt, left: 120pt, right: 133pt), numbering: "1")',
        '#set text(font: "Noto Serif", size: 10.4pt, lang: "fr", top-edge: 0.8em, bottom-edge: -0.2em)',
        "#set par(leading: 5.2pt, spacing: 12.7pt)",
    ]
    for number, (kind, language, words) in enumerate(blocks(sheet, what)):
        said = f'text(lang: "{language}", {_quoted(words)})'
        match kind:
            case "title":
                lines += ["#pagebreak(weak: true)", f"#heading(level: 1, {said})"]
            case "heading":
                lines.append(f"#heading(level: 2, {said})")
            case "code":
                file = folder / f"code-{number}.svg"
                segno.make(words, error="m").save(str(file), kind="svg", scale=2)
                lines.append(f'#image("{file.name}", width: 50pt, alt: {_quoted(words)})')
            case _:
                lines.append(f"#par({said})")
    (folder / "main.typ").write_text("\n".join(lines), encoding="utf-8")
    fonts = {"font_paths": [str(folder)], "ignore_system_fonts": True}
    return typst.compile(str(folder / "main.typ"), root=str(folder), pdf_standards="ua-1", **fonts)


def _quoted(words):
    return '"' + words.replace("\\", "\\\\").replace('"', '\\"') + '"'


def title(sheet):
    return sheet["version"]["title"][sheet["version"]["languages"][0]]["text"]


def blocks(sheet, what):
    """Yield what the others set: kind (title, heading, clause, name, code), language, words."""
    version = sheet["version"]
    for language in version["languages"]:
        yield "title", language, version["title"][language]["text"]
        for section in version["sections"]:
            yield "heading", language, section["title"][language]["text"]
            for clause in section["clauses"]:
                yield "clause", language, clause["texts"][language]["text"]
    for party in sheet["parties"]:
        yield "name", "en", f"{party['office']}, {party['city']}"
    if what == "edition":
        for party in sheet["parties"]:
            yield "name", "en", f"{party['office']}, {party['city']}, {AT:%Y-%m-%d %H:%M} UTC, {CODE}"
            yield "code", "en", f"{sheet['site']}/{party['id']}"


PROGRAMS = {"declaration": by_us, "Typst": by_typst, "WeasyPrint": by_weasyprint}

if __name__ == "__main__":
    program, wanted, file, place = sys.argv[1:]
    PROGRAMS[program](json.loads(Path(file).read_bytes()), wanted, Path(place))
