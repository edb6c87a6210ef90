"""The signed declaration as one web page: self-contained, printable, for every reader, without a script.

Everything stands in its language and direction, under headings in order and inside landmarks (HTML 5.3 sections,
WAI-ARIA 1.2); nothing is fetched from anywhere. It says that it is not the signed document, and where that is.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from declaration.render import telling
from declaration.render.fonts import is_rtl
from declaration.render.labels import label, language_name, speaks
from declaration.render.signed_text import SignedText
from declaration.render.signed_words import said
from declaration.render.stamps import utc
from declaration.render.telling import Answer, Role, Told

STYLE: Final = """
:root{color-scheme:light dark;--paper:#fffefb;--ink:#1c2129;--deep:#1a3354;--accent:#7d5e33;--quiet:#5d636d;
--line:#dedbd3}
@media (prefers-color-scheme:dark){:root{--paper:#14171c;--ink:#e6e4df;--deep:#a9c4ea;--accent:#d3b283;
--quiet:#9aa0aa;--line:#333841}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);
font:1.0625rem/1.6 "Noto Serif","Source Serif 4",Georgia,"Times New Roman",serif}
header,main,footer{max-width:46rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:3rem}
main{padding-bottom:2rem}
h1,h2,h3{color:var(--deep);font-weight:600;line-height:1.3;text-wrap:balance;margin:0;overflow-wrap:anywhere}
h1{font-size:2rem;font-weight:500}
h2{font-size:1.55rem;font-weight:500;margin:3.5rem 0 .4rem;padding-top:1.4rem;border-top:1px solid var(--line)}
h3{font-size:1.15rem;margin:2.2rem 0 .5rem}
p{margin:.7rem 0;overflow-wrap:anywhere}
a{color:var(--deep)}a:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.title,.also{color:var(--deep);font-size:1.15rem;margin:.5rem 0}.also{color:var(--quiet);font-size:1rem}
.notice{border-inline-start:4px solid var(--accent);padding:.2rem 0 .2rem 1.1rem;margin:1.8rem 0}
nav ul{list-style:none;padding:0;margin:1.2rem 0;columns:14rem}nav li{break-inside:avoid;padding:.2rem 0}
ol.text{list-style:none;margin:0;padding:0}
ol.text>li{display:grid;grid-template-columns:3.2rem minmax(0,1fr);column-gap:.8rem;scroll-margin-top:1rem}
ol.text>li:target{background:color-mix(in srgb,var(--accent) 14%,transparent)}
.number{color:var(--accent)}h3 .number{margin-inline-end:.8rem}
li>.number{margin:.7rem 0}
.missing{color:var(--quiet);font-style:italic}
[dir=rtl]{font-family:Amiri,"Noto Naskh Arabic","Frank Ruhl Libre","Times New Roman",serif}
p[dir=rtl]{font-size:1.14em;line-height:1.75}
code,.fixed{font-family:ui-monospace,"Cascadia Mono",Consolas,monospace;font-size:.86em;overflow-wrap:anywhere}
.name{font-weight:600;margin-bottom:0}.on{color:var(--quiet);margin:0}
.words{margin:.3rem 0 1.2rem;padding-inline-start:1rem;border-inline-start:2px solid var(--line)}
.roll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.9rem;line-height:1.45}
th,td{text-align:start;vertical-align:top;padding:.5rem .9rem .5rem 0;border-bottom:1px solid var(--line);
font-weight:400;overflow-wrap:anywhere}
thead th{color:var(--quiet);white-space:nowrap}tbody th{font-weight:600}
td .small,th .small{display:block;color:var(--quiet);font-weight:400}
.others{padding-inline-start:1.2rem}.others li{margin:.8rem 0}
footer{color:var(--quiet);font-size:.8rem;padding-top:1rem;padding-bottom:3rem;overflow-wrap:anywhere}
@media (max-width:40rem){ol.text>li{grid-template-columns:2.4rem minmax(0,1fr);column-gap:.5rem}
table,tbody,tr,th,td{display:block}thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
th,td{border:0;padding:.1rem 0}tr{border-bottom:1px solid var(--line);padding:.7rem 0}}
@media print{:root{--paper:#fff;--ink:#000;--deep:#1a3354}body{font-size:10pt}
header,main,footer{max-width:none;padding-inline:0}h2{break-before:page;border-top:0}h3,.name{break-after:avoid}
li,tr,.words{break-inside:avoid}thead{display:table-header-group}a{color:inherit;text-decoration:none}
@page{margin:20mm 18mm}}
"""
"""The page's whole look, embedded; a server that sends its own Content-Security-Policy allows it by `STYLE_SOURCE`."""
STYLE_SOURCE: Final = f"'sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'"
"""The source expression that allows exactly this style (CSP level 3, 2.3.1)."""


def render_signed_html(signed: SignedText, languages: Sequence[str] = ()) -> bytes:
    """Render the signed declaration as a complete HTML document in UTF-8.

    Args:
        signed: the sealed declaration.
        languages: which texts, one after the other; none for all.

    Raises:
        NotFound: ``text.language``.

    """
    chosen = signed.chosen(languages)
    parts = [
        _head(signed, chosen),
        *(_text(signed, tag) for tag in chosen),
        _part("reservations", chosen, map(_paragraph, telling.reservations(signed, chosen))),
        _part("signatures", chosen, _signatures(signed, chosen[0])),
    ]
    if signed.declines or signed.unanswered:
        parts.append(_part("answers", chosen, _others(signed, chosen[0])))
    parts += [_part("verify", chosen, map(_paragraph, telling.verifying(signed, chosen))), _foot(signed, chosen)]
    return "\n".join(parts).encode()


def _attributes(language: str) -> str:
    return f'lang="{escape(language)}" dir="{"rtl" if is_rtl(language) else "ltr"}"'


def _head(signed: SignedText, languages: Sequence[str]) -> str:
    title, tag = signed.title(languages[0])
    tongue = speaks(languages[0])
    policy = f"default-src 'none'; style-src {STYLE_SOURCE}; base-uri 'none'; form-action 'none'"
    titles = [
        f'<p class="title" {_attributes(other)}>{escape(signed.version.text.title[other])}</p>'
        for other in languages
        if other != tag and signed.version.text.title.get(other)
    ]
    links = [
        *((f"text-{language}", language_name(language), language) for language in languages),
        *((key, label(key, tongue), tongue) for key in _keys(signed)),
    ]
    items = "".join(
        f'<li><a href="#{escape(place)}" {_attributes(by)}>{escape(name)}</a></li>' for place, name, by in links
    )
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
            "<body>",
            "<header>",
            f"<h1 {_attributes(tag)}>{escape(title)}</h1>",
            *titles,
            f'<div class="notice" role="note">{"".join(map(_paragraph, telling.notice(signed, languages)))}</div>',
            f'<nav aria-label="{escape(said("contents", tongue))}" {_attributes(tongue)}><ul>{items}</ul></nav>',
            "</header>",
            "<main>",
        ]
    )


def _keys(signed: SignedText) -> list[str]:
    answers = ["answers"] if signed.declines or signed.unanswered else []
    return ["reservations", "signatures", *answers, "verify"]


def _paragraph(told: Told) -> str:
    words = escape(told.text)
    if told.role is Role.FIXED:
        if told.text.startswith(("http://", "https://")):
            words = f'<a href="{words}">{words}</a>'
        return f'<p class="fixed" lang="zxx" dir="ltr">{words}</p>'
    if told.role is Role.WORDS:
        return f'<blockquote class="words" dir="auto">{words}</blockquote>'
    if told.role is Role.NAME:
        return f'<p class="name" dir="auto">{words}</p>'
    quality = ' class="on"' if told.role is Role.PLACE else ""
    return f"<p{quality} {_attributes(told.language)}>{words}</p>"


# -- the text ----------------------------------------------------------------------------------------------------


def _text(signed: SignedText, language: str) -> str:
    """Return the declaration in one language, as an article under its title."""
    title, *told = telling.text(signed, language)
    anchor = escape(title.anchor)
    parts = [f'<article {_attributes(language)} aria-labelledby="{anchor}"><h2 id="{anchor}">{escape(title.text)}</h2>']
    is_open = False
    for each in told:
        if each.role is Role.SECTION:
            parts.append("</ol>" if is_open else "")
            is_open = False
            number = f'<span class="number">{escape(each.number)}</span>' if each.number else ""
            words = f"<span {_attributes(each.language)}>{escape(each.text)}</span>"
            parts.append(f'<h3 id="{escape(each.anchor)}">{number}{words}</h3>')
            continue
        if not is_open:
            parts.append('<ol class="text" role="list">')
            is_open = True
        quality = ' class="missing"' if each.role is Role.MISSING else ""
        number = f'<span class="number" dir="ltr">{escape(each.number)}</span>'
        words = f"<p{quality} {_attributes(each.language)}>{escape(each.text)}</p>"
        parts.append(f'<li id="{escape(each.anchor)}">{number}{words}</li>')
    parts.append("</ol></article>" if is_open else "</article>")
    return "\n".join(part for part in parts if part)


def _part(key: str, languages: Sequence[str], inner: Iterable[str]) -> str:
    """Return a part of all languages, under its heading in the first and the others."""
    first, *further = telling.heading(key, languages)
    also = " · ".join(f"<span {_attributes(each.language)}>{escape(each.text)}</span>" for each in further)
    lines = [
        f'<section {_attributes(first.language)} aria-labelledby="{key}">',
        f'<h2 id="{key}">{escape(first.text)}</h2>',
        f'<p class="also">{also}</p>' if also else "",
        *inner,
        "</section>",
    ]
    return "\n".join(line for line in lines if line)


# -- answers -----------------------------------------------------------------------------------------------------


def _signatures(signed: SignedText, language: str) -> list[str]:
    tongue = speaks(language)
    heads = "".join(f'<th scope="col">{escape(said(key, tongue))}</th>' for key in ("city", "person", "time", "code"))
    rows = [_row(answer) for answer in telling.signatures(signed, language)]
    name = escape(label("signatures", tongue))
    return [
        _paragraph(telling.counts(signed, language)),
        f'<div class="roll" role="region" aria-label="{name}" tabindex="0"><table role="table">',
        f'<thead role="rowgroup"><tr role="row">{heads}</tr></thead>',
        '<tbody role="rowgroup">',
        *rows,
        "</tbody></table></div>",
    ]


def _row(answer: Answer) -> str:
    party = answer.party
    city = _small(party.city or answer.name, answer.native, party.country)
    code = f'<span class="fixed" lang="zxx" dir="ltr">{escape(answer.code)}</span>'
    if answer.url:
        code = f'<a href="{escape(answer.url)}">{code}</a>'
    return (
        f'<tr role="row" id="signature-{escape(party.id)}"><th scope="row" role="rowheader">{city}</th>'
        f'<td role="cell">{_small(answer.name, answer.office)}</td>'
        f'<td role="cell">{_time(answer)}</td><td role="cell">{code}</td></tr>'
    )


def _small(first: str, *further: str) -> str:
    """Return a name, each in its own direction, and what stands smaller below it."""
    below = "".join(f'<span class="small"><bdi>{escape(each)}</bdi></span>' for each in further if each)
    return f"<bdi>{escape(first)}</bdi>{below}"


def _time(answer: Answer) -> str:
    if answer.at is None:
        return ""
    moment = utc(answer.at).strftime("%Y-%m-%dT%H:%M:%SZ")
    return f'<time datetime="{moment}">{escape(answer.moment)}</time>'


def _others(signed: SignedText, language: str) -> list[str]:
    items = ['<ul class="others">']
    for answer in telling.others(signed, language):
        place = [part for part in (answer.party.city, answer.native) if part and part != answer.name]
        parts = [f'<bdi class="name">{escape(answer.name)}</bdi>', *(f"<bdi>{escape(part)}</bdi>" for part in place)]
        said_so = escape(answer.state) + (f" · {_time(answer)}" if answer.at else "")
        reason = f'<blockquote class="words" dir="auto">{escape(answer.reason)}</blockquote>' if answer.reason else ""
        link = f' · <a class="fixed" href="{escape(answer.url)}">{escape(answer.code)}</a>' if answer.url else ""
        items.append(f'<li id="answer-{escape(answer.party.id)}">{", ".join(parts)}: {said_so}{link}{reason}</li>')
    return [*items, "</ul>"]


def _foot(signed: SignedText, languages: Sequence[str]) -> str:
    tongue = speaks(languages[0])
    version = signed.version
    return "\n".join(
        [
            "</main>",
            f"<footer {_attributes(tongue)}><p>{escape(said('not-signed', tongue))}</p>",
            f"<p>{escape(version.text.id)} · {escape(label('version', tongue))} {version.number}</p>",
            f'<p dir="ltr">SHA-256 {escape(version.digest)}</p></footer>',
            "</body>",
            "</html>",
            "",
        ]
    )
