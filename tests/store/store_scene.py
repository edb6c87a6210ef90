"""A declaration played through the one door, with made-up bytes for passkeys: the door judges state, not keys."""

import hashlib
import itertools
from datetime import UTC, datetime, timedelta

from declaration.canonical import b64u, digest, encode
from declaration.drafting import concordance
from declaration.drafting.amendment import Amendment, Insert, changes_to_json
from declaration.drafting.apply import apply
from declaration.drafting.consolidate import CarryConflict, carry
from declaration.drafting.derive import derive_replace
from declaration.drafting.reservations import Reservation
from declaration.drafting.text import Clause, Section, SectionKind, Text, Version
from declaration.ledger.entries import P256_SPKI, Entry
from declaration.store import queries, supporting
from declaration.store.record import record
from declaration.store.reservations import reservations

START = datetime(2019, 8, 30, 9, 0, tzinfo=UTC)
HOST = "duesseldorf"
LANGUAGES = ("fr", "de")


def pseudo_random(*parts, size=32):
    return hashlib.shake_128(repr(parts).encode()).digest(size)


def objections(life):
    """The member that a line of the annex has where there are objections in force."""
    lines = [{"signatory": line.signatory, "reason": line.reason} for line in life.standing()]
    return {"objections": sorted(lines, key=lambda line: line["signatory"])} if lines else {}


def clause(name, fr, de):
    return Clause(name, {"fr": fr, "de": de})


def first_text(declaration="d1", languages=LANGUAGES):
    def chapter(name, kind, *clauses):
        return Section(name, kind, {"fr": f"Titre {name}", "de": f"Titel {name}"}, clauses)

    return Text(
        declaration,
        languages,
        {"fr": "La déclaration", "de": "Die Erklärung"},
        (
            chapter("s0", SectionKind.PREAMBLE, clause("c0", "Nous, les maires,", "Wir, die Oberhäupter,")),
            chapter(
                "s1",
                SectionKind.CHAPTER,
                clause("c1", "Nous ouvrons nos villes à tous.", "Wir öffnen unsere Städte für alle."),
                clause("c2", "Nous protégeons l'eau et l'air.", "Wir schützen Wasser und Luft."),
                clause("c3", "Nous apprenons les uns des autres.", "Wir lernen voneinander."),
            ),
            chapter("s2", SectionKind.CLOSING, clause("c4", "Fait à Düsseldorf.", "Geschehen zu Düsseldorf.")),
        ),
    )


class Scene:
    """Makes entries of one declaration, one second apart, and records each in a transaction of its own."""

    def __init__(self, store, declaration="d1", origin=None):
        self.store = store
        self.declaration = declaration
        self.origin = origin or f"sign.example/{declaration}"
        self.count = itertools.count()
        self.version = None
        self.blobs = {}
        self.instrument = self.document = None

    # entries

    def entry(self, kind, body, by=HOST):
        at = START + timedelta(seconds=next(self.count))
        return Entry(kind=kind, declaration=self.declaration, at=at, by=by, body=body)

    def record(self, entry, blobs=(), key=None):
        named = {digest(data): data for data in blobs}
        with self.store.transaction() as session:
            return record(session, entry, blobs=named, key=key)

    def act(self, kind, body, by=HOST, blobs=(), key=None):
        return self.record(self.entry(kind, body, by), blobs, key)

    # opening

    def opened_body(self):
        return {
            "origin": self.origin,
            "rp_id": "sign.example",
            "origins": ["https://sign.example"],
            "depositary": {"id": HOST, "name": "Landeshauptstadt", "city": "Düsseldorf", "country": "DE"},
            "languages": list(LANGUAGES),
        }

    def open(self, key=None):
        return self.act("declaration.opened", self.opened_body(), key=key)

    def version_body(self, version, carriage=None):
        document = encode(version.document())
        body = {
            "number": version.number,
            "digest": version.digest,
            "parent": version.parent,
            "document": digest(document),
            "carriage": None if carriage is None else digest(carriage),
        }
        return body, [document] + ([] if carriage is None else [carriage])

    def adopt_first(self, text=None):
        self.version = Version(1, None, text or first_text(self.declaration))
        body, blobs = self.version_body(self.version)
        return self.act("version.adopted", body, blobs=blobs)

    def admit(self, drafter="w1"):
        return self.act("drafter.admitted", {"drafter": drafter, "name": f"Workshop {drafter}"})

    def party(self, signatory):
        return {
            "id": signatory,
            "office": "Mayor",
            "name": f"Mayor of {signatory}",
            "city": signatory.title(),
            "native": f"Città {signatory}",
            "country": "IT",
        }

    def invite(self, signatory, key=None):
        return self.act("signatory.invited", {"signatory": self.party(signatory)}, key=key)

    # passkeys

    def credential(self, signatory, generation=0):
        return b64u(pseudo_random("credential", signatory, generation))

    def public_key(self, signatory, generation=0):
        return P256_SPKI + pseudo_random("key", signatory, generation, size=64)

    def assertion(self, credential):
        return {
            "credential": credential,
            "client_data": b64u(b"{}"),
            "authenticator_data": b64u(bytes(37)),
            "signature": b64u(bytes(8)),
        }

    def statement(self, act, signatory, credential=None, **more):
        party = self.party(signatory)
        del party["native"]
        return {
            "format": "declaration-statement/1",
            "act": act,
            "declaration": self.declaration,
            "ledger": self.origin,
            "signatory": party,
            "credential": credential or self.credential(signatory),
            "nonce": b64u(pseudo_random("nonce", signatory, next(self.count))),
            "at": "2019-08-30T09:00:00Z",
            **more,
        }

    def enrolled_body(self, signatory, generation=0, /, **changed):
        key, credential = self.public_key(signatory, generation), self.credential(signatory, generation)
        statement = self.statement("enrol", signatory, credential, key=digest(key)) | changed
        return {
            "signatory": signatory,
            "credential": credential,
            "public_key": b64u(key),
            "algorithm": -7,
            "statement": encode(statement).decode(),
            "assertion": self.assertion(credential),
        }

    def enrol(self, signatory, generation=0):
        return self.act("credential.enrolled", self.enrolled_body(signatory, generation), by=signatory)

    def revoke(self, signatory, generation=0):
        body = {"signatory": signatory, "credential": self.credential(signatory, generation), "reason": "Lost."}
        return self.act("credential.revoked", body)

    # amendments

    def amendment(self, name, changes, by="w1", base=None):
        return Amendment(name, by, base or self.version.digest, "Because it is better.", tuple(changes))

    def replace(self, clause, new, language="fr"):
        return derive_replace(self.version.text, clause, language, new)

    def insert(self, name, after="c3", section="s1"):
        return Insert(section, after, clause(name, f"Clause {name}.", f"Klausel {name}."))

    def put_body(self, amendment):
        document = encode(amendment.document())
        return {"amendment": amendment.id, "base": amendment.base, "document": digest(document)}, [document]

    def put(self, kind, amendment, by=None, sponsors=()):
        body, blobs = self.put_body(amendment)
        if sponsors:
            body["sponsors"] = [self.sponsor(name, amendment) for name in sponsors]
        return self.act(kind, body, by=by or amendment.by, blobs=blobs)

    def sponsor(self, drafter, amendment, **changed):
        return {"drafter": drafter, "content": amendment.content, "at": "2019-08-30T09:00:00Z"} | changed

    def table(self, name, *changes, by="w1", sponsors=()):
        return self.put("amendment.tabled", self.amendment(name, changes, by), sponsors=sponsors)

    def rules(self, sponsors=1, seconds=None, zone="Europe/Berlin"):
        """Set the rules; the deadline counts in seconds of the scene."""
        deadline = None
        if seconds is not None:
            at = (START + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")
            deadline = {"at": at, "zone": zone}
        return self.act("rules.set", {"sponsors": sponsors, "deadline": deadline})

    def content(self, amendment):
        with self.store.reading() as session:
            return queries.amendment(session, self.declaration, amendment).amendment.content

    def support(self, amendment, by="w2", content=None):
        body = {"amendment": amendment, "content": content or self.content(amendment)}
        return self.act("amendment.supported", body, by=by)

    def unsupport(self, amendment, by="w2"):
        return self.act("amendment.unsupported", {"amendment": amendment}, by=by)

    def supporters(self, amendment):
        """Who supports what the amendment says now."""
        with self.store.reading() as session:
            found = supporting.supports(session, self.declaration, amendment)
        return [item.drafter for item in found if item.counts]

    def carriage(self, changes=(), outcomes=(), confirmed=(), carried=None):
        return encode(
            {
                "format": "declaration-carriage/1",
                "changes": changes_to_json(tuple(changes)),
                "outcomes": [{"amendment": name, "state": state} for name, state in dict(outcomes).items()],
                "confirmed": list(confirmed),
                "carried": self.carried(changes, dict(outcomes)) if carried is None else carried,
            }
        )

    def next_version(self, changes=()):
        return Version(self.version.number + 1, self.version.digest, apply(self.version.text, tuple(changes)))

    def carried(self, changes, outcomes):
        new, found = self.next_version(changes), []
        with self.store.reading() as session:
            waiting = queries.open_amendments(session, self.declaration)
        for item in waiting:
            name = item.amendment.id
            if name in outcomes:
                continue
            if item.conflict:
                found.append({"amendment": name, "result": "conflict", "reasons": list(item.conflict)})
                continue
            result = carry(item.amendment.changes, tuple(changes), self.version.text, new.text)
            if isinstance(result, CarryConflict):
                found.append({"amendment": name, "result": "conflict", "reasons": [r.sentence for r in result.reasons]})
            else:
                found.append({"amendment": name, "result": "clean", "changes": changes_to_json(result.changes)})
        return found

    def adopt(self, changes=(), outcomes=(), confirmed=(), carried=None, **more):
        new = self.next_version(changes)
        body, blobs = self.version_body(new, self.carriage(changes, outcomes, confirmed, carried))
        body |= more
        done = self.act("version.adopted", body, blobs=blobs)
        self.version = new
        return done

    def correct(self, name, words, language="de", *, ask=False):
        """Mend the words of a clause in another language than the one that is drafted in."""
        correction = {"language": language, "reason": "It did not say quite the same.", "ask": ask}
        return self.adopt([self.replace(name, words, language)], correction=correction)

    # positions

    def stance(self, name, stance="accept", reservation=None, digest_of=None):
        digest_of = digest_of or self.version.text.clause(name).digest
        return {"clause": name, "digest": digest_of, "stance": stance, "reservation": reservation}

    def positions_body(self, signatory, /, *stances, **changed):
        more = {"version": self.version.digest, "language": changed.pop("language", "fr"), "positions": list(stances)}
        statement = self.statement("positions", signatory, **more) | changed
        return {
            "signatory": signatory,
            "statement": encode(statement).decode(),
            "assertion": self.assertion(self.credential(signatory)),
        }

    def take(self, signatory, *stances, language="fr"):
        return self.act("positions.taken", self.positions_body(signatory, *stances, language=language), by=signatory)

    # reservations, and objections to them

    def reserved(self, author, clause, words):
        return Reservation(author, clause, self.version.text.clause(clause).digest, words).content

    def reserve(self, author, clause="c1", words="Within our means."):
        self.take(author, self.stance(clause, "accept-with-reservation", words))
        return self.reserved(author, clause, words)

    def stated(self, act, signatory, **said):
        return {
            "signatory": signatory,
            "statement": encode(self.statement(act, signatory, **said)).decode(),
            "assertion": self.assertion(self.credential(signatory)),
        }

    def object(self, signatory, author, content, clause="c1", reason="It empties the clause."):
        body = self.stated("object", signatory, author=author, clause=clause, reservation=content, reason=reason)
        return self.act("objection.raised", body, by=signatory)

    def relent(self, signatory, author, content, clause="c1"):
        body = self.stated("withdraw-objection", signatory, author=author, clause=clause, reservation=content)
        return self.act("objection.withdrawn", body, by=signatory)

    def unreserve(self, author, content, clause="c1"):
        body = self.stated("withdraw-reservation", author, clause=clause, reservation=content)
        return self.act("reservation.withdrawn", body, by=author)

    def lives(self, **chosen):
        with self.store.reading() as session:
            return {(life.signatory, life.clause): life for life in reservations(session, self.declaration, **chosen)}

    # the instrument

    def declaration_json(self):
        with self.store.reading() as session:
            roster = [item.as_json() for item in queries.signatories(session, self.declaration)]
            held = [item.position for item in queries.positions(session, self.declaration)]
        lives = self.lives()
        now = {item.id: item.digest for item in self.version.text.clauses()}
        return {
            "format": "declaration/1",
            "version": self.version.document(),
            "roster": roster,
            "reservations": [
                {
                    "signatory": p.signatory,
                    "clause": p.clause,
                    "digest": p.clause_digest,
                    "reservation": p.reservation,
                }
                | objections(lives[p.signatory, p.clause])
                for p in held
                if p.stance == "accept-with-reservation" and p.is_on(now.get(p.clause))
            ],
        }

    def frozen_body(self, document=None, *, in_step=True, **changed):
        """What freezes the current version, after its languages were compared."""
        if in_step:
            self.confirm()
        document = document or self.declaration_json()
        data, pdf = encode(document), b"%PDF " + pseudo_random("pdf", self.version.digest)
        body = {
            "version": self.version.digest,
            "number": self.version.number,
            "instrument": digest(pdf),
            "document": digest(data),
            "roster": max(1, len(document["roster"])),
        } | changed
        return body, [pdf, data]

    def confirm(self, *languages):
        """Confirm every passage in these languages, or in all."""
        for language in languages or self.version.text.languages[1:]:
            with self.store.reading() as session:
                tasks = concordance.tasks(self.version.text, queries.confirmed(session, self.declaration))
            if any(task.language == language for task in tasks):
                body = {"version": self.version.digest, "language": language, "passages": None}
                self.act("translation.confirmed", body)

    def freeze(self):
        body, blobs = self.frozen_body()
        self.instrument, self.document = body["instrument"], body["document"]
        return self.act("instrument.frozen", body, blobs=blobs)

    def unfreeze(self):
        return self.act("instrument.unfrozen", {"instrument": self.instrument, "reason": "A word is missing."})

    def evidence(self, signatory, generation=0, /, **changed):
        credential = self.credential(signatory, generation)
        statement = self.statement(
            "sign",
            signatory,
            credential,
            version=self.version.digest,
            instrument=self.instrument,
            document=self.document,
            key=digest(b"ephemeral"),
            drawn=None,
        )
        return {
            "assertion": self.assertion(credential),
            "cms": b64u(b"cms " + pseudo_random(signatory)),
            "drawn": None,
            "statement": encode(statement | changed).decode(),
        }

    def affixed(self, signatory, evidence=None, generation=0, **changed):
        data = encode(evidence or self.evidence(signatory, generation))
        body = {
            "signatory": signatory,
            "instrument": self.instrument,
            "credential": self.credential(signatory, generation),
            "evidence": digest(data),
        }
        return body | changed, [data]

    def sign(self, signatory, key=None, generation=0):
        body, blobs = self.affixed(signatory, generation=generation)
        return self.act("signature.affixed", body, by=signatory, blobs=blobs, key=key)

    def declined_body(self, signatory, /, **changed):
        more = {"version": self.version.digest, "instrument": self.instrument, "reason": "The council says no."}
        statement = self.statement("decline", signatory, **more) | changed
        return {
            "signatory": signatory,
            "instrument": self.instrument,
            "statement": encode(statement).decode(),
            "assertion": self.assertion(self.credential(signatory)),
            "reason": "The council says no.",
        }

    def decline(self, signatory):
        return self.act("signature.declined", self.declined_body(signatory), by=signatory)

    def sealed(self, signatures, declined):
        edition, merged = b"%PDF signed" + pseudo_random(self.instrument), b"p7s" + pseudo_random(self.instrument)
        body = {
            "instrument": self.instrument,
            "edition": digest(edition),
            "merged": digest(merged),
            "signatures": signatures,
            "declined": declined,
        }
        return body, [edition, merged]

    def seal(self, signatures, declined, key=None):
        body, blobs = self.sealed(signatures, declined)
        return self.act("instrument.sealed", body, blobs=blobs, key=key)

    # whole lives

    def ready(self, *signatories):
        """Open, adopt version 1, admit a drafter, invite and enrol."""
        self.open()
        self.adopt_first()
        self.admit()
        for signatory in signatories:
            self.invite(signatory)
            self.enrol(signatory)
        return self

    def whole_life(self, crowd=0):
        """Every kind of entry at least once, and a crowd of drafters; ends sealed."""
        self.ready("abidjan", "lagos", "porto", "turin")
        self.admit("w2")
        for number in range(crowd):
            self.admit(f"crowd{number}")
        self.table("a1", self.replace("c1", "Nous ouvrons grand nos villes à tous."))
        self.table("a2", self.replace("c1", "Nous ouvrons nos villes à tous et à toutes."), by="w2")
        self.table("a3", self.replace("c2", "Nous protégeons l'eau, l'air et le sol."))
        self.table("a4", self.insert("c9"))
        self.support("a1")
        self.support("a4")
        self.unsupport("a1")
        self.rules(2, 86_400)
        self.table("a5", self.replace("c2", "Nous protégeons l'eau et le silence."), sponsors=["w2"])
        self.rules()
        self.table("a6", self.insert("c10", after="c1"), by=HOST)
        self.act("amendment.withdrawn", {"amendment": "a4"}, by="w1")
        self.act("amendment.rejected", {"amendment": "a6", "reason": "Said elsewhere."})
        self.take("lagos", self.stance("c1"), self.stance("c2", "accept-with-reservation", "Air only."))
        self.adopt([self.replace("c2", "Nous protégeons l'eau, l'air et le sol.")], {"a3": "adopted"})
        self.put(
            "amendment.revised",
            self.amendment("a5", [self.replace("c2", "Nous protégeons l'eau, l'air, le sol et le silence.")]),
            by=HOST,
        )
        changed = [self.replace("c1", "Nous ouvrons grand nos villes, à tous.")]
        self.adopt(changed, {"a1": "adopted-as-modified"}, ["c1"])
        self.take("lagos", self.stance("c2", "accept-with-reservation", "Air only, still."), self.stance("c3"))
        self.take("porto", self.stance("c1", "object", "Too wide."), self.stance("c4", "abstain"))
        content = self.reserved("lagos", "c2", "Air only, still.")
        self.object("abidjan", "lagos", content, "c2")
        self.object("porto", "lagos", content, "c2", "Nobody breathes alone.")
        self.relent("abidjan", "lagos", content, "c2")
        self.correct("c2", "Wir schützen das Wasser, die Luft und den Boden.")
        self.freeze()
        self.sign("abidjan")
        self.decline("turin")
        self.unfreeze()
        self.revoke("porto")
        self.enrol("porto", 1)
        self.take("abidjan", self.stance("c0"))
        self.freeze()
        self.sign("abidjan")
        self.sign("lagos")
        self.sign("porto", generation=1)
        self.decline("turin")
        self.seal(3, 1)
        self.unreserve("lagos", content, "c2")
        return self
