"""A version as one HTML page: languages side by side, permanent ids, no script, nothing from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

from declaration.drafting.text import Clause, Section, Version
from declaration.render.fonts import is_rtl
from declaration.render.labels import label, language_name, speaks
from declaration.render.numbering import clause_numbers, section_numbers

STYLE: Final = """
:root{color-scheme:light dark;--paper:#fffefb;--ink:#1c2129;--deep:#1a3354;
--accent:#7d5e33;--quiet:#666b74;--line:#dedbd3}
@media (prefers-color-scheme:dark){:root{--paper:#14171c;--ink:#e6e4df;--deep:#a9c4ea;
--accent:#d3b283;--quiet:#9aa0aa;--line:#333841}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);
font:1.0625rem/1.6 "Noto Serif","Source Serif 4",Georgia,"Times New Roman",serif}
main{max-width:44rem;margin:0 auto;padding:3rem 1.25rem 4rem}
.n2 main{max-width:70rem}.n3 main{max-width:92rem}.n4 main,.n5 main,.n6 main{max-width:112rem}
.row{display:grid;grid-template-columns:3.2rem minmax(0,1fr);column-gap:1.5rem;align-items:baseline;margin:0}
.n2 .row{grid-template-columns:3.2rem repeat(2,minmax(0,1fr))}
.n3 .row{grid-template-columns:3.2rem repeat(3,minmax(0,1fr))}
.n4 .row{grid-template-columns:3.2rem repeat(4,minmax(0,1fr))}
.n5 .row{grid-template-columns:3.2rem repeat(5,minmax(0,1fr))}
.n6 .row{grid-template-columns:3.2rem repeat(6,minmax(0,1fr))}
h1,h2,.title{color:var(--deep);font-weight:600;line-height:1.3;text-wrap:balance;margin:0}
h1,.title{font-size:1.7rem;font-weight:500}
.n3 h1,.n3 .title,.n4 h1,.n4 .title,.n5 h1,.n5 .title,.n6 h1,.n6 .title{font-size:1.3rem}
h2.row{font-size:1.15rem;margin:2.4rem 0 .6rem}
header{border-bottom:1px solid var(--line);padding-bottom:1.6rem}
.tongue{color:var(--quiet);font-size:.8rem;margin:0 0 .4rem}
.clause{padding:.35rem 0;scroll-margin-top:1rem}
.clause p{margin:0;overflow-wrap:anywhere;hyphens:auto}
.clause:target{background:color-mix(in srgb,var(--accent) 14%,transparent)}
.number{color:var(--accent);text-align:end;text-decoration:none;font-variant-numeric:tabular-nums;font-size:.95em}
a.number:hover,a.number:focus-visible{text-decoration:underline}
.missing{color:var(--quiet);font-style:italic}
main [dir=rtl]{font-family:Amiri,"Noto Naskh Arabic","Frank Ruhl Libre","Times New Roman",serif}
p[dir=rtl]{font-size:1.14em;line-height:1.75}h2 [dir=rtl]{font-size:1.14em}
main h1[dir=rtl],main .title[dir=rtl]{font-size:1.9rem;line-height:1.35}.tongue[dir=rtl]{font-size:.9rem}
.n3 main h1[dir=rtl],.n3 main .title[dir=rtl],.n4 main h1[dir=rtl],.n4 main .title[dir=rtl],
.n5 main h1[dir=rtl],.n5 main .title[dir=rtl],.n6 main h1[dir=rtl],.n6 main .title[dir=rtl]{font-size:1.5rem}
footer{margin-top:3rem;border-top:1px solid var(--line);padding-top:1rem;color:var(--quiet);font-size:.8rem;
overflow-wrap:anywhere}
@media (min-width:68.01rem) and (max-width:90rem){:is(.n5,.n6) .row{
grid-template-columns:3.2rem repeat(3,minmax(0,1fr));row-gap:.6rem}:is(.n5,.n6) .row>:nth-child(3n+2){grid-column:2}
:is(.n5,.n6) .row>:nth-child(3n+3){grid-column:3}:is(.n5,.n6) .row>:nth-child(3n+4){grid-column:4}}
@media (min-width:44.01rem) and (max-width:68rem){:is(.n4,.n5,.n6) .row{
grid-template-columns:3.2rem repeat(2,minmax(0,1fr));row-gap:.6rem}
:is(.n4,.n5,.n6) .row>:nth-child(even){grid-column:2}:is(.n4,.n5,.n6) .row>:nth-child(2n+3){grid-column:3}}
@media (max-width:44rem){main{padding:1.75rem 1.1rem 3rem}
.row,:is(.n2,.n3,.n4,.n5,.n6) .row{grid-template-columns:2.1rem minmax(0,1fr);column-gap:.6rem;row-gap:.55rem}
.row>*{grid-column:2}.row>.number{grid-column:1;grid-row:1;text-align:start}
header .row>*{grid-column:1/-1}header .row>.number{display:none}header .row{row-gap:1.1rem}
.tongue{margin-bottom:.1rem}.clause{padding:.8rem 0}.clause+.clause{border-top:1px solid var(--line)}}
@media print{:root{--paper:#fff;--ink:#000}body{font-size:10pt}main{max-width:none;padding:0}
.clause{break-inside:avoid}h2.row{break-after:avoid}a.number{color:inherit}@page{margin:18mm}}
"""
"""The page's whole look, embedded; a server that sends its own Content-Security-Policy allows it by `STYLE_SOURCE`."""
STYLE_SOURCE: Final = f"'sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'"
"""The source expression that allows exactly this style (CSP level 3, 2.3.1)."""
WIDEST: Final = 6
"""Columns that fit beside each other; further languages follow below them."""


def render_html(version: Version, languages: Sequence[str] | None = None) -> str:
    """Render a version as a complete HTML document.

    Args:
        version: what to show.
        languages: the columns, in their order; None shows all authentic languages.

    Returns:
        The page. Clauses have the ids ``clause-<id>``, sections ``section-<id>``: permanent, whatever the numbers.

    """
    chosen = tuple(languages) if languages else version.text.languages
    numbers, chapters = clause_numbers(version.text), section_numbers(version.text)
    parts = [_head(version, chosen), _titles(version, chosen)]
    for section in version.text.sections:
        parts.append(f'<section id="section-{escape(section.id)}">')
        parts += _section_heading(section, chapters[section.id], chosen)
        parts += [_clause(clause, numbers[clause.id], chosen) for clause in section.clauses]
        parts.append("</section>")
    parts.append(_foot(version, chosen))
    return "\n".join(parts)


def _attributes(language: str) -> str:
    return f'lang="{escape(language)}" dir="{"rtl" if is_rtl(language) else "ltr"}"'


def _head(version: Version, languages: Sequence[str]) -> str:
    title = next((version.text.title[tag] for tag in languages if tag in version.text.title), version.text.id)
    policy = f"default-src 'none'; style-src {STYLE_SOURCE}; base-uri 'none'; form-action 'none'"
    return "\n".join(
        [
            "<!doctype html>",
            f"<html {_attributes(languages[0])}>",
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(title)}</title>",
            f"<style>{STYLE}</style>",
            "</head>",
            f'<body class="n{min(len(languages), WIDEST)}">',
            "<main>",
        ]
    )


def _titles(version: Version, languages: Sequence[str]) -> str:
    """Return the titles, each under its language's own name; the first is the page's heading."""
    cells = []
    for rank, language in enumerate(languages):
        title = version.text.title.get(language)
        tag = "p" if rank else "h1"
        name = f'<p class="tongue" {_attributes(language)}>{escape(language_name(language))}</p>'
        cells.append(f"<div>{name}{_cell(tag, title, language, 'title')}</div>")
    return f'<header><div class="row"><span class="number"></span>{"".join(cells)}</div></header>'


def _cell(tag: str, text: str | None, language: str, name: str = "") -> str:
    """Return one text, or the remark that it is missing."""
    if text is None:
        tongue = speaks(language)
        return f'<{tag} class="missing" {_attributes(tongue)}>{escape(label("missing", tongue))}</{tag}>'
    attribute = f' class="{name}"' if name else ""
    return f"<{tag}{attribute} {_attributes(language)}>{escape(text)}</{tag}>"


def _cells(tag: str, texts: Mapping[str, str], languages: Sequence[str]) -> str:
    return "".join(_cell(tag, texts.get(language), language) for language in languages)


def _section_heading(section: Section, number: str, languages: Sequence[str]) -> list[str]:
    if not section.title and not number:
        return []
    cells = _cells("span", section.title, languages) if section.title else ""
    return [f'<h2 class="row"><span class="number">{escape(number)}</span>{cells}</h2>']


def _clause(clause: Clause, number: str, languages: Sequence[str]) -> str:
    place = f"clause-{escape(clause.id)}"
    link = f'<a class="number" href="#{place}">{escape(number)}</a>'
    return f'<div class="row clause" id="{place}">{link}{_cells("p", clause.texts, languages)}</div>'


def _foot(version: Version, languages: Sequence[str]) -> str:
    tongue = speaks(languages[0])
    parent = f" · ← {escape(version.parent)}" if version.parent else ""
    return "\n".join(
        [
            f"<footer {_attributes(tongue)}>{escape(version.text.id)} · {escape(label('version', tongue))}",
            f"{version.number} · SHA-256 {escape(version.digest)}{parent}</footer>",
            "</main>",
            "</body>",
            "</html>",
            "",
        ]
    )
