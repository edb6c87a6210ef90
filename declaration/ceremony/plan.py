"""The plan of a summit: what is opened, who takes part, what they do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from declaration.drafting.text import Text
from declaration.exchange.acts import ALL, Acts
from declaration.exchange.signatories_json import SignatoryLine
from declaration.signing.statement import Party
from declaration.store.values import Depositary

DEPOSITARY = "depositary"
"""Id of the depositary in a rehearsal."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that a ceremony is played from.

    Args:
        text: the first version.
        signatories: who is invited, in order.
        acts: amendments, decisions, positions, declines.
        host: which city is the depositary; by default that of the first signatory.
        occasion: lines of the title page by language: name, place, date.
        columns: how many languages stand beside each other in the instrument.

    """

    text: Text
    signatories: tuple[SignatoryLine, ...]
    acts: Acts
    host: str | None = None
    occasion: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    columns: int = 1

    @property
    def parties(self) -> tuple[Party, ...]:
        """The signatories as the ledger names them."""
        return tuple(
            Party(line.id, line.office, line.name, line.city, line.native, line.country) for line in self.signatories
        )

    @property
    def declines(self) -> dict[str, str]:
        """Why each signatory declines who does; a line for all is for those who are not named."""
        said = {line.signatory: line.reason for line in self.acts.declines}
        return {
            line.id: said.get(line.id, said.get(ALL, "")) for line in self.signatories if said.keys() & {line.id, ALL}
        }

    @property
    def depositary(self) -> Depositary:
        """The host city."""
        hosts: Sequence[SignatoryLine] = [line for line in self.signatories if line.id == self.host]
        host = (hosts or self.signatories)[0]
        return Depositary(DEPOSITARY, f"City of {host.city}", host.city, host.country)
