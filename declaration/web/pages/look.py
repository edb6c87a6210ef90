"""How pages look and speak: templates, catalogues, and the few filters that all of them share."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote, urlencode

from babel import Locale
from babel.dates import format_date, format_datetime, format_time, get_timezone, get_timezone_name
from babel.lists import format_list
from babel.numbers import format_decimal
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from declaration.drafting import reasons
from declaration.services.lettering import is_rtl, language_name
from declaration.web.assets import Assets
from declaration.web.languages import PARAMETER, SPOKEN, catalogues

_PATTERN: Final = "d MMMM y, HH:mm"
_PATTERNS: Final = {"de": "d. MMMM y, HH:mm"}
SHORT: Final = 12
"""Digits of a digest that a reader compares at a glance."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a page stands: its path, and the parameters that it understands.

    Args:
        path: as in the request, beginning with a slash.
        parameters: those given, without the one that chooses the interface's language.

    """

    path: str
    parameters: Mapping[str, str]

    def but(self, **changes: str | None) -> str:
        """Return the same address with other parameters; None leaves one out."""
        given = {name: value for name, value in {**self.parameters, **changes}.items() if value is not None}
        path = quote(self.path, safe="/-._~")
        return f"{path}?{urlencode(given)}" if given else path


@dataclass(frozen=True, slots=True)
class Said:
    """A text in the language in which there is one."""

    text: str
    language: str


class Look:
    """The templates in every language of the interface.

    Args:
        assets: the static files that pages name.
        people: whether anybody acts here; else the pages are for reading alone, and offer nothing else.

    """

    def __init__(self, assets: Assets, *, people: bool = True) -> None:
        self.assets = assets
        translations = catalogues()
        self._environments = {tag: _environment(tag, translations[tag], assets, people=people) for tag in SPOKEN}

    def render(self, template: str, language: str, /, **context: Any) -> str:
        """Return a page or a part.

        Args:
            template: path below ``templates``.
            language: one of `SPOKEN`.
            context: what the template names; a name that is missing is an error.

        """
        return self._environments[language].get_template(template).render(**context)

    def macro(self, template: str, name: str, language: str) -> Callable[..., str]:
        """Return a macro of a template, for a part that is no page (a sentence of an event)."""
        found: Callable[..., str] = getattr(self._environments[language].get_template(template).module, name)
        return found


def _environment(language: str, translations: Any, assets: Assets, *, people: bool) -> Environment:
    environment = Environment(
        loader=PackageLoader("declaration.web"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n", "jinja2.ext.loopcontrols"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined] # the extension adds it
    locale = Locale.parse(language)
    environment.filters |= {
        "moment": lambda at: moment(at, locale),
        "zoned": lambda at, zone: zoned(at, zone, locale),
        "day": lambda at: format_date(at.astimezone(UTC), "long", locale=locale),
        "clock": lambda at: format_time(at.astimezone(UTC), "HH:mm:ss", tzinfo=UTC, locale=locale) + " UTC",
        "iso": iso,
        "short": short,
        "whole": whole,
        "base64": lambda data: base64.b64encode(data).decode(),
        "direction": direction,
        "tongue": language_name,
        "language_here": lambda tag: locale.languages.get(tag.replace("-", "_"), language_name(tag)),
        "cause": reasons.read,
        "country": lambda code: locale.territories.get(code, code),
        "number": lambda value: format_decimal(value, locale=locale),
        "listed": lambda items: listed(items, locale),
        "said": said,
        "tongues": lambda tags: listed([_tongue(tag) for tag in tags], locale),
        "part": lambda text: quote(str(text), safe="-._~"),
    }
    environment.globals |= {
        "static": assets.address,
        "ui": language,
        "spoken": [(tag, language_name(tag)) for tag in SPOKEN],
        "UI": PARAMETER,
        "people": people,
    }
    return environment


def moment(at: datetime, locale: Locale) -> str:
    """Return a moment for reading, always with its zone: the record's own, UTC."""
    pattern = _PATTERNS.get(locale.language, _PATTERN)
    return format_datetime(at.astimezone(UTC), pattern, tzinfo=UTC, locale=locale) + " UTC"


def zoned(at: datetime | str, zone: str, locale: Locale) -> str:
    """Return a moment as clocks in a time zone show it, with the zone in words; in UTC where the zone is not known."""
    if isinstance(at, str):
        at = datetime.fromisoformat(at)
    try:
        tz = get_timezone(zone)
    except LookupError:
        return moment(at, locale)
    local = at.astimezone(tz)
    shown = format_datetime(local, _PATTERNS.get(locale.language, _PATTERN), tzinfo=tz, locale=locale)
    return f"{shown} ({get_timezone_name(local, 'long', locale=locale)}, {zone})"


def iso(at: datetime) -> str:
    """Return a moment for machines (RFC 3339)."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def short(digest: str) -> Markup:
    """Return the first digits of a digest, to compare at a glance; the whole one stands in the title."""
    return Markup('<code class="digest" title="{0}">{1}…</code>').format(digest, digest[:SHORT])


def whole(digest: str) -> Markup:
    """Return a digest in full, in groups of eight digits that may stand on several lines; a copy has no gaps."""
    groups = [digest[start : start + 8] for start in range(0, len(digest), 8)]
    return Markup('<code class="digest whole">{0}</code>').format(Markup("<wbr>").join(groups))


def direction(language: str) -> str:
    """Return ``rtl`` or ``ltr``."""
    return "rtl" if is_rtl(language) else "ltr"


def _tongue(language: str) -> Markup:
    return Markup('<bdi lang="{0}">{1}</bdi>').format(language, language_name(language))


def said(texts: Mapping[str, str], wanted: str, languages: Sequence[str] = ()) -> Said:
    """Return a text in the language wanted, else in the first of `languages` (or of all) that has one."""
    for language in (wanted, *languages, *texts):
        if language in texts:
            return Said(texts[language], language)
    return Said("", wanted)


def listed(items: Sequence[Any], locale: Locale) -> Markup:
    """Return an enumeration as people write it: a, b and c."""
    return Markup(format_list([str(escape(item)) for item in items], locale=locale))  # noqa: S704 - each is escaped
