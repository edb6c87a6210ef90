"""Attacks on the text: opening, amendments, decisions, positions, freezing."""

from service_attacks import attack, reworded
from service_world import HOST, ID, Depositary, device, party, text_of

from declaration.canonical import b64u, digest
from declaration.drafting.positions import Stance
from declaration.drafting.text import Text
from declaration.errors import Altered, InputRefused, NotFound, NotPermitted, StateConflict
from declaration.render.values import Occasion
from declaration.services import evidence, freezing, negotiating, opening, positions, publishing, sealing, translating
from declaration.services.consolidating import Given
from declaration.services.negotiating import Decision
from declaration.signing.statement import Party

# Opening and inviting


@attack("drafting", StateConflict, "declaration.taken")
def opening_with_another_text(w):
    return lambda: opening.open_declaration(w.chancery, text_of(last="Fait ailleurs."), HOST)


@attack("drafting", StateConflict, "declaration.taken")
def opening_as_another_depositary(w):
    return lambda: opening.open_declaration(w.chancery, text_of(), Depositary("mallory", "Mallory", "Nowhere", "XX"))


@attack("drafting", StateConflict, "declaration.taken")
def opening_under_an_id_that_differs_in_capitals(w):
    return lambda: opening.open_declaration(w.chancery, text_of("D1"), HOST)


@attack("drafting", StateConflict, "record.otherwise")
def inviting_the_same_city_under_another_name(w):
    other = Party("haifa", "Mayor", "Mallory", "Haifa", "Haifa", "IL")
    return lambda: opening.invite_signatories(w.chancery, ID, [other])


@attack("drafting", StateConflict, "signatory.known")
def inviting_an_id_that_differs_in_capitals(w):
    return lambda: opening.invite_signatories(w.chancery, ID, [party("HAIFA", "IL")])


@attack("drafting", StateConflict, "record.otherwise")
def a_list_of_invitations_of_which_the_last_is_refused(w):
    other = Party("haifa", "Mayor", "Mallory", "Haifa", "Haifa", "IL")
    return lambda: opening.invite_signatories(w.chancery, ID, [party("turin", "IT"), other])


@attack("drafting", StateConflict, "record.otherwise")
def admitting_a_drafter_under_another_name(w):
    return lambda: opening.admit_drafter(w.chancery, ID, "w1", "Somebody else")


@attack("drafting", InputRefused, "entry.form")
def admitting_a_drafter_whose_name_reads_backwards(w):
    return lambda: opening.admit_drafter(w.chancery, ID, "w3", "Workshop \u202e3")


# Amendments


@attack("drafting", NotPermitted, "amendment.author")
def an_amendment_by_nobody(w):
    return lambda: w.table("a9", "mallory", w.insert("c9"))


@attack("drafting", StateConflict, "amendment.known")
def an_amendment_under_a_taken_id(w):
    return lambda: w.table("a1", "w2", w.insert("c9"))


@attack("drafting", StateConflict, "amendment.known")
def an_amendment_under_an_id_that_differs_in_capitals(w):
    return lambda: w.table("A1", "w2", w.insert("c9"))


@attack("drafting", StateConflict, "amendment.base")
def an_amendment_on_an_earlier_version(w):
    late = w.amendment("a9", "w1", w.insert("c9"))
    w.adopt("a3")
    return lambda: negotiating.table(w.chancery, ID, late)


@attack("drafting", StateConflict, "change.base")
def an_amendment_of_words_that_do_not_stand_there(w):
    change = w.replace("c3", "We learn.")
    w.adopt("a1")
    w.adopt(words=(w.replace("c3", "We teach each other."),))
    return lambda: w.table("a9", "w1", change)


@attack("drafting", NotPermitted, "amendment.author")
def a_revision_by_another_drafter(w):
    return lambda: negotiating.revise(w.chancery, ID, w.amendment("a1", "w1", w.insert("c9")), by="w2")


@attack("drafting", NotPermitted, "amendment.author")
def a_revision_by_the_depositary_without_need(w):
    return lambda: negotiating.revise(w.chancery, ID, w.amendment("a1", "w1", w.insert("c9")), by=HOST.id)


@attack("drafting", InputRefused, "amendment.document")
def a_revision_that_changes_the_author(w):
    return lambda: negotiating.revise(w.chancery, ID, w.amendment("a1", "w2", w.insert("c9")), by="w1")


@attack("drafting", NotFound, "amendment.unknown")
def a_revision_of_nothing(w):
    return lambda: negotiating.revise(w.chancery, ID, w.amendment("a9", "w1", w.insert("c9")), by="w1")


@attack("drafting", StateConflict, "amendment.state")
def a_revision_after_the_decision(w):
    w.adopt("a3")
    return lambda: negotiating.revise(w.chancery, ID, w.amendment("a3", "w1", w.insert("c9")), by="w1")


@attack("drafting", NotPermitted, "amendment.author")
def a_withdrawal_by_another_drafter(w):
    return lambda: negotiating.withdraw(w.chancery, ID, "a1", by="w2")


@attack("drafting", NotPermitted, "amendment.author")
def a_withdrawal_by_the_depositary(w):
    return lambda: negotiating.withdraw(w.chancery, ID, "a1", by=HOST.id)


@attack("drafting", StateConflict, "amendment.state")
def a_withdrawal_after_the_rejection(w):
    negotiating.reject(w.chancery, ID, "a1", reason="No.")
    return lambda: negotiating.withdraw(w.chancery, ID, "a1", by="w1")


@attack("drafting", StateConflict, "record.key-used")
def a_second_withdrawal_by_another(w):
    negotiating.withdraw(w.chancery, ID, "a1", by="w1")
    return lambda: negotiating.withdraw(w.chancery, ID, "a1", by="w2")


@attack("drafting", StateConflict, "amendment.state")
def a_rejection_after_the_withdrawal(w):
    negotiating.withdraw(w.chancery, ID, "a1", by="w1")
    return lambda: negotiating.reject(w.chancery, ID, "a1", reason="No.")


@attack("drafting", StateConflict, "record.otherwise")
def a_rejection_for_another_reason(w):
    negotiating.reject(w.chancery, ID, "a1", reason="No.")
    return lambda: negotiating.reject(w.chancery, ID, "a1", reason="Because.")


@attack("drafting", NotFound, "amendment.unknown")
def a_rejection_of_nothing(w):
    return lambda: negotiating.reject(w.chancery, ID, "a9", reason="No.")


@attack("drafting", InputRefused, "entry.form")
def a_rejection_with_a_reason_too_long(w):
    return lambda: negotiating.reject(w.chancery, ID, "a1", reason="x" * 4_001)


# Decisions


@attack("drafting", StateConflict, "version.stale")
def a_decision_on_a_base_no_longer_in_force(w):
    base = w.version.digest
    w.adopt("a3")
    return lambda: negotiating.adopt(w.chancery, ID, Decision(base, ("a1",)))


@attack("drafting", StateConflict, "version.stale")
def a_decision_sent_twice(w):
    decision = Decision(w.version.digest, ("a3",))
    negotiating.adopt(w.chancery, ID, decision)
    return lambda: negotiating.adopt(w.chancery, ID, decision)


@attack("drafting", NotFound, "amendment.not-open")
def adopting_nothing_that_is_there(w):
    return lambda: w.adopt("a9")


@attack("drafting", NotFound, "amendment.not-open")
def adopting_what_was_withdrawn(w):
    negotiating.withdraw(w.chancery, ID, "a1", by="w1")
    return lambda: w.adopt("a1")


@attack("drafting", StateConflict, "merge.unresolved")
def adopting_what_collides(w):
    return lambda: w.adopt("a1", "a2")


@attack("drafting", StateConflict, "amendment.in-conflict")
def adopting_what_no_longer_fits(w):
    w.adopt("a1")
    return lambda: w.adopt("a2")


@attack("drafting", StateConflict, "merge.unconfirmed")
def adopting_a_merged_clause_that_nobody_has_read(w):
    w.table("a4", "w2", w.replace("c2", "They protect water and air."))
    return lambda: w.adopt("a3", "a4")


@attack("drafting", NotFound, "declaration.unknown")
def deciding_where_nothing_is(w):
    return lambda: negotiating.adopt(w.chancery, "nowhere", Decision(w.version.digest, ("a1",)))


# Positions


@attack("drafting", NotFound, "clause.unknown")
def a_position_on_no_clause(w):
    return lambda: positions.prepare(w.chancery, ID, "abidjan", w.choices("c99"))


@attack("drafting", NotFound, "credential.none")
def a_position_without_a_passkey(w):
    return lambda: positions.prepare(w.chancery, ID, "porto", w.choices())


@attack("drafting", StateConflict, "positions.version")
def a_position_on_a_clause_that_changed_meanwhile(w):
    prepared = w.prepared("abidjan", clause="c1")
    w.adopt("a1")
    return lambda: positions.confirm(w.chancery, *prepared)


@attack("drafting", StateConflict, "positions.version")
def a_position_on_a_text_that_changed_elsewhere(w):
    prepared = w.prepared("abidjan", clause="c4")
    w.adopt("a1")
    return lambda: positions.confirm(w.chancery, *prepared)


@attack("drafting", StateConflict, "declaration.frozen")
def a_position_that_comes_back_after_the_freeze(w):
    prepared = w.prepared("abidjan")
    w.freeze()
    return lambda: positions.confirm(w.chancery, *prepared)


@attack("drafting", StateConflict, "challenge.used")
def a_position_replayed(w):
    prepared = w.prepared("abidjan")
    positions.confirm(w.chancery, *prepared)
    w.take("abidjan", stance=Stance.OBJECT, reservation="On reflection, no.")
    return lambda: positions.confirm(w.chancery, *prepared)


@attack("drafting", StateConflict, "challenge.expired")
def a_position_too_late(w):
    prepared = w.prepared("abidjan")
    w.wait(minutes=10)
    return lambda: positions.confirm(w.chancery, *prepared)


@attack("drafting", Altered, "assertion.credential")
def a_position_for_another(w):
    statement, _ = w.prepared("abidjan")
    return lambda: positions.confirm(w.chancery, statement, w.devices["haifa"].passkey.confirm(statement))


@attack("drafting", Altered, "assertion.credential")
def a_position_with_a_passkey_that_nobody_enrolled(w):
    statement, _ = w.prepared("abidjan")
    return lambda: positions.confirm(w.chancery, statement, device("abidjan", generation=1).passkey.confirm(statement))


def _forged(w, **changes):
    statement, _ = w.prepared("abidjan")
    forged = reworded(statement, **changes)
    return lambda: positions.confirm(w.chancery, forged, w.devices["abidjan"].passkey.confirm(forged))


@attack("drafting", NotPermitted, "challenge.other")
def a_position_rewritten_to_another_stance(w):
    digests = {clause.id: clause.digest for clause in w.version.text.clauses()}
    line = {"clause": "c1", "digest": digests["c1"], "stance": "object", "reservation": None}
    return _forged(w, positions=[line])


@attack("drafting", NotPermitted, "challenge.other")
def a_position_rewritten_to_other_words(w):
    line = {"clause": "c1", "digest": digest(b"other words"), "stance": "accept", "reservation": None}
    return _forged(w, positions=[line])


@attack("drafting", NotPermitted, "challenge.other")
def a_position_rewritten_to_another_mayor(w):
    return _forged(w, signatory=party("haifa").signatory.as_json())


@attack("drafting", NotFound, "challenge.unknown")
def a_position_that_nobody_asked_for(w):
    return _forged(w, nonce=b64u(bytes(32)))


@attack("drafting", StateConflict, "declaration.frozen")
def a_position_asked_for_after_the_freeze(w):
    choices = w.choices()
    w.freeze()
    return lambda: positions.prepare(w.chancery, ID, "abidjan", choices)


@attack("signing", StateConflict, "declaration.sealed")
def a_position_asked_for_after_the_seal(w):
    w.sign("abidjan")
    sealing.seal(w.chancery, ID)
    return lambda: positions.prepare(w.chancery, ID, "abidjan", w.choices())


@attack("drafting", InputRefused, "position.reservation-missing")
def a_reservation_without_words(w):
    return lambda: positions.prepare(
        w.chancery, ID, "abidjan", w.choices(stance=Stance.ACCEPT_WITH_RESERVATION, reservation=None)
    )


@attack("drafting", InputRefused, "position.reservation-stray")
def words_where_none_belong(w):
    return lambda: positions.prepare(w.chancery, ID, "abidjan", w.choices(reservation="But."))


@attack("drafting", InputRefused, "position.words")
def a_reservation_that_reads_backwards(w):
    return lambda: positions.prepare(
        w.chancery, ID, "abidjan", w.choices(stance=Stance.ACCEPT_WITH_RESERVATION, reservation="Not \u2066so.")
    )


# Languages


@attack("drafting", StateConflict, "instrument.unconfirmed")
def freezing_before_the_languages_were_compared(w):
    return lambda: freezing.freeze(w.chancery, ID, occasion=Occasion({}, {}, {}))


@attack("drafting", StateConflict, "version.stale")
def confirming_what_has_changed_since(w):
    before = w.version.digest
    w.adopt("a3")
    return lambda: translating.confirm(w.chancery, ID, "en", base=before)


@attack("drafting", StateConflict, "concordance.confirmed")
def confirming_twice(w):
    translating.confirm(w.chancery, ID, "en", base=w.version.digest)
    return lambda: translating.confirm(w.chancery, ID, "en", base=w.version.digest, passages=["title", "clause:c1"])


@attack("drafting", InputRefused, "concordance.language")
def confirming_the_drafting_language(w):
    return lambda: translating.confirm(w.chancery, ID, "fr", base=w.version.digest)


@attack("drafting", InputRefused, "concordance.passage")
def confirming_a_clause_that_is_not_there(w):
    return lambda: translating.confirm(w.chancery, ID, "en", base=w.version.digest, passages=["clause:c1", "clause:c9"])


@attack("drafting", InputRefused, "concordance.passage")
def confirming_no_passage(w):
    return lambda: translating.confirm(w.chancery, ID, "en", base=w.version.digest, passages=[])


def _correcting(w, *given, reason="A typing error.", base=None):
    lines = [Given(clause, None, language, text) for clause, language, text in given]
    base = base or w.version.digest
    return lambda: translating.correct(w.chancery, ID, lines, base=base, reason=reason, ask=False)


@attack("drafting", StateConflict, "version.stale")
def correcting_what_has_changed_since(w):
    before = w.version.digest
    w.adopt("a3")
    return _correcting(w, ("c1", "en", "We open them."), base=before)


@attack("drafting", InputRefused, "concordance.language")
def correcting_the_drafting_language(w):
    return _correcting(w, ("c1", "fr", "Nous ouvrons."))


@attack("drafting", InputRefused, "concordance.language")
def correcting_two_languages_at_once(w):
    return _correcting(w, ("c1", "fr", "Nous ouvrons."), ("c1", "en", "We open."))


@attack("drafting", InputRefused, "concordance.nothing")
def correcting_nothing(w):
    return _correcting(w, ("c1", "en", w.version.text.clause("c1").texts["en"]))


@attack("drafting", NotFound, "clause.unknown")
def correcting_a_clause_that_is_not_there(w):
    return _correcting(w, ("c9", "en", "We open."))


@attack("drafting", InputRefused, "entry.form")
def correcting_without_a_reason(w):
    return _correcting(w, ("c1", "en", "We open."), reason=" ")


# Freezing and publishing


@attack("signing", StateConflict, "declaration.phase")
def freezing_twice(w):
    return w.about_to_freeze()


@attack("drafting", StateConflict, "positions.stale")
def freezing_over_stale_positions(w):
    w.take("abidjan", clause="c1")
    w.adopt("a1")
    return w.about_to_freeze()


@attack("empty", StateConflict, "instrument.incomplete")
def freezing_a_text_that_lacks_a_language(w):
    whole = text_of()
    lacking = Text("d1", ("fr", "en", "de"), {**whole.title, "de": "Die Erklärung"}, whole.sections)
    opening.open_declaration(w.chancery, lacking, HOST)
    w.invite("abidjan")
    return w.about_to_freeze()


@attack("empty", StateConflict, "instrument.roster")
def freezing_without_a_signatory(w):
    w.open()
    return w.about_to_freeze()


@attack("drafting", StateConflict, "declaration.not-frozen")
def unfreezing_a_draft(w):
    return w.unfreeze


@attack("signing", InputRefused, "entry.form")
def unfreezing_without_a_reason(w):
    return lambda: w.unfreeze("")


@attack("answered", StateConflict, "publish.unsealed")
def publishing_before_the_seal(w):
    return lambda: publishing.evidence_files(w.chancery, ID)


@attack("signing", StateConflict, "answer.missing")
def a_receipt_for_no_answer(w):
    return lambda: evidence.receipt(w.chancery, ID, "abidjan")
