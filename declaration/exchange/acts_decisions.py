"""The decisions of the depositary as YAML: one mapping for each, headed by the verdict.

    - adopt: [A1, A2]
    - adopt modified: A3
      texts: [{clause: mobility-1, language: fr, text: …}]
    - resolve: [A4, A5]              # a group in conflict; what shall stand where they collide
      texts: [{clause: mobility-2, text: {fr: …, de: …}}]
    - reject: A6
      reason: …
    - withdraw: A7
    - revise: A8                     # by its author or the depositary, after it was carried in conflict
      changes: [{replace: {…}}]
    - confirm: [mobility-1]          # clauses that two amendments changed in different places
    - adopt: A8
      round: 2

``{amendment: A1, decision: adopt}`` means the same as ``adopt: A1``; one text may stand in the decision itself
(``clause``, ``language``, ``text``) in place of ``texts``; and resolved conflicts may stand in a list ``conflicts``
of their own. A conflict that names no amendments is between those that change the same clause in the same language.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from declaration.exchange.acts import (
    FINAL,
    AmendmentLine,
    ChangeLine,
    DecisionLine,
    DeleteLine,
    GivenText,
    ReplaceLine,
    RetitleLine,
    RewriteLine,
    Verdict,
)
from declaration.exchange.acts_changes import Context, closed, read_changes, read_given
from declaration.exchange.tree import Field, Scalar, Style, shown

MAX_ROUND: Final = 99
"""Rounds of negotiation; Montréal needed one, treaties rarely more than ten."""

_VERDICTS: Final = {
    "adopt": Verdict.ADOPT,
    "adopted": Verdict.ADOPT,
    "adopt modified": Verdict.ADOPT_MODIFIED,
    "adopt as modified": Verdict.ADOPT_MODIFIED,
    "adopted modified": Verdict.ADOPT_MODIFIED,
    "adopted as modified": Verdict.ADOPT_MODIFIED,
    "modified": Verdict.ADOPT_MODIFIED,
    "resolve": Verdict.RESOLVE,
    "resolved": Verdict.RESOLVE,
    "conflict": Verdict.RESOLVE,
    "conflicts": Verdict.RESOLVE,
    "reject": Verdict.REJECT,
    "rejected": Verdict.REJECT,
    "withdraw": Verdict.WITHDRAW,
    "withdrawn": Verdict.WITHDRAW,
    "revise": Verdict.REVISE,
    "revised": Verdict.REVISE,
    "confirm": Verdict.CONFIRM,
    "confirmed": Verdict.CONFIRM,
}
"""Every spelling of a verdict, with hyphens and underscores read as spaces."""
_FLAT: Final = ("decision", "verdict", "outcome", "state")
"""How the flat spelling may call the verdict."""
_NAMES: Final = ("amendment", "amendments", "between")
"""How a decision may call the amendments it is about."""
_TEXT: Final = ("clause", "section", "language", "text")
"""The fields of one text that stands in the decision itself."""


def read_round(body: dict[str, Field]) -> int:
    """Return the number of the round that stands in ``round``, 1 if it is left out.

    Raises:
        InputRefused: not a whole number from 0 to `MAX_ROUND`.

    """
    place = body.get("round")
    if place is None or place.is_absent:
        return 1
    value = place.scalar()
    if not (value.isascii() and value.isdigit() and len(value) <= 2 and int(value) <= MAX_ROUND):
        raise place.refused(
            "acts.round", f"{shown(value)} is not the number of a round.", hint=f"Write a number from 0 to {MAX_ROUND}."
        )
    return int(value)


def read_decisions(place: Field, context: Context) -> list[tuple[DecisionLine, Field]]:
    """Return the decisions that stand here, each with its place: a list, or a mapping by verdict or by amendment.

    Raises:
        InputRefused: not of the form described above.

    """
    if place.is_mapping:
        return [line for name, value in place.entries().items() for line in _under(name, value, context)]
    return [line for item in place.items() for line in _item(item, context)]


def read_conflicts(place: Field, context: Context) -> list[tuple[DecisionLine, Field]]:
    """Return the resolved conflicts of a list ``conflicts``.

    Raises:
        InputRefused: not of the form described above.

    """
    return _under("resolve", place, context)


def _under(name: str, value: Field, context: Context) -> list[tuple[DecisionLine, Field]]:
    """Read what stands under one name: ``adopt: [A1, A2]``, ``reject: [{amendment: …}]``, ``A3: withdraw``."""
    verdict = _verdict(name)
    if verdict is None:  # by amendment
        head = Field(value.file, value.path, Scalar(value.line, name, Style.QUOTED))
        if value.is_mapping:
            return [_decision(value, {**value.entries(), "amendment": head}, None, context)]
        return [_decision(value, {"amendment": head, "decision": value}, None, context)]
    parts = value.one_or_more()
    if any(part.is_mapping for part in parts):
        return [_decision(part, part.entries(), verdict, context) for part in parts]
    return [_decision(value, {_head(verdict): value}, verdict, context)]


def _item(item: Field, context: Context) -> list[tuple[DecisionLine, Field]]:
    entries = item.entries()
    heads = [name for name in entries if _verdict(name) is not None]
    if len(heads) > 1:
        raise entries[heads[1]].refused(
            "acts.decision", "a second verdict stands in one decision.", hint="Make it a decision of its own."
        )
    if not heads:
        return [_decision(item, entries, None, context)]
    head = entries.pop(heads[0])
    verdict = _verdict(heads[0])
    if verdict is None or head.is_mapping or (head.is_list and any(part.is_mapping for part in head.items())):
        if entries:
            raise next(iter(entries.values())).refused(
                "acts.decision", "this field stands beside the verdict.", hint="Write it inside the verdict."
            )
        return _under(heads[0], head, context)
    if not head.is_absent:
        entries[_head(verdict)] = head
    return [_decision(item, entries, verdict, context)]


def _decision(
    place: Field, body: dict[str, Field], verdict: Verdict | None, context: Context
) -> tuple[DecisionLine, Field]:
    verdict = verdict or _flat_verdict(place, body)
    names = [body.pop(name) for name in _NAMES if name in body]
    if verdict is Verdict.CONFIRM:
        closed(place, body, ("clauses",), ("round",))
        clauses = tuple(context.named("clause", item) for item in body["clauses"].one_or_more())
        return DecisionLine(verdict, clauses=clauses, round=read_round(body)), place
    if not names and verdict is not Verdict.RESOLVE:
        raise place.refused("acts.decision", "it is not said which amendment is meant.", hint="Add 'amendment: …'.")
    amendments = tuple(context.named("amendment", item) for name in names for item in name.one_or_more())
    changes: tuple[ChangeLine, ...] = ()
    texts: tuple[GivenText, ...] = ()
    if verdict is Verdict.REVISE:
        closed(place, body, ("changes",), ("round", "reason"))
        changes = read_changes(body["changes"], context)
    elif verdict in {Verdict.ADOPT_MODIFIED, Verdict.RESOLVE}:
        texts = _texts(place, body, context)
        closed(place, body, (), ("round", "reason", "texts", "changes", *_TEXT))
    else:
        closed(place, body, (), ("round", "reason"))
    reason = body.get("reason")
    return (
        DecisionLine(
            verdict,
            amendments=amendments,
            texts=texts,
            changes=changes,
            reason=None if reason is None or reason.is_absent else context.proof.prose(reason),
            round=read_round(body),
        ),
        place,
    )


def _texts(place: Field, body: dict[str, Field], context: Context) -> tuple[GivenText, ...]:
    given: list[GivenText] = []
    if "changes" in body:
        for change in read_changes(body["changes"], context):
            if not isinstance(change, ReplaceLine | RetitleLine):
                raise body["changes"].refused(
                    "acts.texts", "only words can be given here.", hint="Use replace and retitle, or revise it first."
                )
            given.append(change)
    if "texts" in body:
        for item in body["texts"].one_or_more():
            given += read_given(item, item.entries(), context)
    if "text" in body:
        given += read_given(place, {name: body[name] for name in _TEXT if name in body}, context)
    if not given:
        raise place.refused(
            "acts.texts", "it is not said which words shall stand.", hint="Add 'texts: [{clause, language, text}]'."
        )
    return tuple(given)


def _verdict(name: str) -> Verdict | None:
    return _VERDICTS.get(name.lower().replace("-", " ").replace("_", " "))


def _head(verdict: Verdict) -> str:
    return "clauses" if verdict is Verdict.CONFIRM else "amendments"


def _flat_verdict(place: Field, body: dict[str, Field]) -> Verdict:
    flat = [name for name in _FLAT if name in body]
    if not flat and "clause" in body and "text" in body:
        return Verdict.RESOLVE
    if len(flat) == 1:
        value = body.pop(flat[0])
        verdict = _verdict(value.scalar())
        if verdict is not None:
            return verdict
        place = value
    raise place.refused(
        "acts.decision",
        "it is not said what is decided.",
        hint=f"Head the decision with one of: {', '.join(verdict.value for verdict in Verdict)}.",
    )


def settle_decisions(
    decisions: Iterable[tuple[DecisionLine, Field]], amendments: Sequence[AmendmentLine]
) -> tuple[DecisionLine, ...]:
    """Bring decisions into their final form: conflicts with their amendments, one final verdict for each amendment.

    Raises:
        InputRefused: an amendment is decided twice, or before it is tabled, or a conflict is between nobody.

    """
    lines = _joined([(_between(line, place, amendments), place) for line, place in decisions])
    resolved = {(line.round, name) for line, _ in lines if line.verdict is Verdict.RESOLVE for name in line.amendments}
    tabled = {line.id: line.round for line in amendments}
    decided: dict[str, Field] = {}
    settled: list[DecisionLine] = []
    for line, place in lines:
        names = line.amendments
        if line.verdict is Verdict.ADOPT:  # what is adopted and resolved in one round is resolved
            names = tuple(name for name in names if (line.round, name) not in resolved)
        for name in names:
            if line.round < tabled.get(name, 0):
                raise place.refused(
                    "acts.decision", f"{name} is only tabled in round {tabled[name]}.", hint="Decide it then or later."
                )
            first = decided.setdefault(name, place) if line.verdict in FINAL else place
            if first is not place:
                raise place.refused(
                    "acts.decided-twice", f"{name} was already decided on line {first.line}.", hint="Keep one decision."
                )
        if names or line.verdict is Verdict.CONFIRM:
            settled.append(replace(line, amendments=names))
    return tuple(sorted(settled, key=lambda line: line.round))


def _between(line: DecisionLine, place: Field, amendments: Sequence[AmendmentLine]) -> DecisionLine:
    if line.verdict is not Verdict.RESOLVE or line.amendments:
        return line
    found = tuple(
        amendment.id
        for amendment in amendments
        if amendment.round <= line.round
        and any(_touches(change, text) for change in amendment.changes for text in line.texts)
    )
    if not found:
        raise place.refused(
            "acts.conflict", "no amendment changes these words.", hint="Name the amendments: 'amendments: [A1, A2]'."
        )
    return replace(line, amendments=found)


def _touches(change: ChangeLine, text: GivenText) -> bool:
    if isinstance(text, ReplaceLine):
        if isinstance(change, ReplaceLine):
            return (change.clause, change.language) == (text.clause, text.language)
        if isinstance(change, RewriteLine):
            return any(name == text.clause and text.language in texts for name, texts in change.clauses)
        return isinstance(change, DeleteLine) and change.clause == text.clause
    if isinstance(change, RewriteLine):
        return change.section == text.section and text.language in change.titles
    return isinstance(change, RetitleLine) and (change.section, change.language) == (text.section, text.language)


def _joined(lines: Sequence[tuple[DecisionLine, Field]]) -> list[tuple[DecisionLine, Field]]:
    """Join resolutions of one round that share an amendment (one conflict, written once for each language)."""
    joined: list[tuple[DecisionLine, Field]] = []
    for line, place in lines:
        if line.verdict is Verdict.RESOLVE:
            for index, (other, at) in enumerate(joined):
                if (
                    other.verdict is Verdict.RESOLVE
                    and other.round == line.round
                    and not set(other.amendments).isdisjoint(line.amendments)
                ):
                    names = tuple(dict.fromkeys((*other.amendments, *line.amendments)))
                    joined[index] = (replace(other, amendments=names, texts=(*other.texts, *line.texts)), at)
                    break
            else:
                joined.append((line, place))
        else:
            joined.append((line, place))
    return joined
