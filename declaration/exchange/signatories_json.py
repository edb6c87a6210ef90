"""The list of invited signatories as JSON (docs/spec/exchange.md, section 3).

    {"source": "…", "signatories": [{"id": "abidjan", "city": "Abidjan", "native": "Abidjan", "country": "CI"}, …]}

``office`` and ``name`` may be added; without them a signatory is the "Mayor" and "Mayor of <city>".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from declaration.exchange.json_source import read_json
from declaration.exchange.tree import Field, shown
from declaration.exchange.wording import Proofreader, identifier, unique

MAX_NAME: Final = 64
"""Code points of a name, an office or a city: the upper bounds of common name, title and organisation in a
certificate (RFC 5280, appendix A.1: ub-common-name, ub-title, ub-organization-name)."""
MAX_SOURCE: Final = 2_000
"""Code points of the note that says where the list comes from."""
DEFAULT_OFFICE: Final = "Mayor"
"""The office of a signatory of whom only the city is given."""

_COUNTRIES: Final = """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO
FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE
JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO
MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW
PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM
TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW XK
"""
"""ISO 3166-1 alpha-2, and XK, which the European Union uses for Kosovo (ISO leaves X… to its users)."""


@dataclass(frozen=True, slots=True)
class SignatoryLine:
    """One invited signatory: who signs, in which office, for which city.

    `native` is the city's name in its own script, `country` its ISO 3166-1 alpha-2 code.
    """

    id: str
    office: str
    name: str
    city: str
    native: str
    country: str


@dataclass(frozen=True, slots=True)
class ReadSignatories:
    """The signatories in the order of the file, where the list comes from, and notes of whatever was cleaned."""

    signatories: tuple[SignatoryLine, ...]
    source: str | None
    notes: tuple[str, ...]


def read_signatories(data: bytes, *, file: str) -> ReadSignatories:
    """Read a list of signatories.

    Args:
        data: the file's bytes, JSON in UTF-8.
        file: the name by which messages call it.

    Raises:
        LimitExceeded: larger or longer than a named limit.
        InputRefused: not of the form described above; names file, line and field.

    """
    top, notes = read_json(data, file=file)
    fields = top.members(("signatories",), ("source",))
    proof = Proofreader()
    source = proof.prose(fields["source"], limit=MAX_SOURCE) if "source" in fields else None
    items = fields["signatories"].items()
    if not items:
        raise fields["signatories"].refused(
            "signatories.none", "nobody is invited.", hint="Add at least one signatory."
        )
    signatories = tuple(_signatory(item, proof) for item in items)
    unique(zip((line.id for line in signatories), items, strict=True), what="signatory")
    return ReadSignatories(signatories, source, (*notes, *proof.notes))


def _signatory(place: Field, proof: Proofreader) -> SignatoryLine:
    fields = place.members(("id", "city", "native", "country"), ("office", "name"))

    def short(name: str, default: str) -> str:
        return proof.prose(fields[name], limit=MAX_NAME) if name in fields else default

    city = short("city", "")
    name = short("name", f"Mayor of {city}")
    if len(name) > MAX_NAME:
        raise fields["city"].refused(
            "signatories.name",
            f"the name {shown(name)} would have more than {MAX_NAME} characters.",
            hint="Add a shorter 'name' to this signatory.",
        )
    return SignatoryLine(
        id=identifier(fields["id"]),
        office=short("office", DEFAULT_OFFICE),
        name=name,
        city=city,
        native=short("native", city),
        country=_country(fields["country"]),
    )


def _country(place: Field) -> str:
    value = place.scalar()
    if value not in _COUNTRIES.split():
        raise place.refused(
            "signatories.country",
            f"{shown(value)} is not the code of a country.",
            hint="Use two capital letters of ISO 3166-1, such as BJ, DE or GB.",
        )
    return value
