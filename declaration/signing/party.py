"""Who acts: a signatory as statements and certificates name them, and a party as the roster does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, cast

from declaration.canonical import Json
from declaration.errors import InputRefused, LimitExceeded
from declaration.ledger import forms
from declaration.ledger.entries import MAX_NAME
from declaration.ledger.forms import Form

_name: Final = forms.text(MAX_NAME)
SIGNATORY: Final = forms.members(
    {"id": forms.identifier, "office": _name, "name": _name, "city": _name, "country": forms.country}
)
"""Form of the member ``signatory`` of a statement."""
PARTY: Final = forms.members(
    {
        "id": forms.identifier,
        "office": _name,
        "name": _name,
        "city": _name,
        "native": _name,
        "country": forms.country,
    }
)
"""Form of a member of the roster."""


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who acts, as a statement and a certificate name them.

    Args:
        id: stable id within the declaration.
        office: the office held (``"Mayor"``).
        name: how the person acting in office is named.
        city: the city they act for.
        country: ISO 3166-1 alpha-2.

    Raises:
        InputRefused: ``statement.form``, a member is malformed.

    """

    id: str
    office: str
    name: str
    city: str
    country: str

    def __post_init__(self) -> None:
        """Check every member."""
        refuse_unless(SIGNATORY, self.as_json(), "signatory")

    def as_json(self) -> dict[str, Json]:
        """Return the member ``signatory`` of a statement."""
        return {"id": self.id, "office": self.office, "name": self.name, "city": self.city, "country": self.country}


@dataclass(frozen=True, slots=True)
class Party:
    """An invited signatory, as the roster names them: a `Signatory` with the city's name in its own script.

    Args:
        id: stable id within the declaration.
        office: the office held.
        name: how the person acting in office is named.
        city: the city they act for.
        native: the city's name in its own script.
        country: ISO 3166-1 alpha-2.

    Raises:
        InputRefused: ``statement.form``, a member is malformed.

    """

    id: str
    office: str
    name: str
    city: str
    native: str
    country: str

    def __post_init__(self) -> None:
        """Check every member."""
        refuse_unless(PARTY, self.as_json(), "party")

    @classmethod
    def from_json(cls, value: Json, *, place: str = "party") -> Party:
        """Read a member of the roster, or of an entry ``signatory.invited``.

        Raises:
            InputRefused: ``statement.form``.

        """
        refuse_unless(PARTY, value, place)
        return cls(**cast("dict[str, str]", value))

    def as_json(self) -> dict[str, Json]:
        """Return the party as the roster and the ledger write it."""
        return {
            "id": self.id,
            "office": self.office,
            "name": self.name,
            "city": self.city,
            "native": self.native,
            "country": self.country,
        }

    @property
    def signatory(self) -> Signatory:
        """The party as a statement and a certificate name it."""
        return Signatory(self.id, self.office, self.name, self.city, self.country)


def refuse_unless(form: Form, value: Json, place: str) -> None:
    """Apply a form of the ledger's, and refuse in a statement's name.

    Raises:
        InputRefused: ``statement.form``, naming the place.

    """
    try:
        form(value, place)
    except LimitExceeded:
        raise
    except InputRefused as error:
        raise InputRefused(
            "statement.form", error.message, hint="Compare it with the specification (docs/spec/statement.md)."
        ) from error
