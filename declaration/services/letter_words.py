"""What letters say, in French, German and English; whoever reads none of them is written to in English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SPOKEN: Final = ("fr", "de", "en")
"""Languages of letters: those of the pages."""

_FRENCH: Final = {
    # what is followed
    "text": "le texte de la déclaration",
    "clause": "la clause {id}",
    "amendment": "l’amendement {id}",
    "mentions": "les mentions de votre nom dans la discussion",
    # the question
    "question.subject": "Confirmez-vous votre demande\u202f? {title}",
    "question.body": (
        "Bonjour,\n\n"
        "Quelqu’un a demandé que cette adresse reçoive des nouvelles par courriel de ce qui suit\u00a0: {what}.\n"
        "{title}\n\n"
        "Si c’est bien vous, confirmez ici et choisissez le rythme des envois\u00a0:\n"
        "{link}\n\n"
        "Le lien est valable deux jours. Si ce n’est pas vous, vous n’avez rien à faire\u00a0: sans votre "
        "confirmation, aucune nouvelle ne sera envoyée et votre adresse sera effacée."
    ),
    "again.subject": "Vous suivez déjà\u00a0: {title}",
    "again.body": (
        "Bonjour,\n\n"
        "Quelqu’un a demandé que cette adresse reçoive des nouvelles par courriel de ce qui suit\u00a0: {what}.\n"
        "{title}\n\n"
        "Vous les recevez déjà. Vous pouvez changer le rythme des envois, ou y mettre fin, ici\u00a0:\n"
        "{link}"
    ),
    # news
    "news.subject": "{title}\u00a0: {act}",
    "news.subject.many": "{title}\u00a0: {count} nouveautés",
    "news.opening": "Bonjour,\n\nVoici ce qui s’est passé. Vous suivez {what}.",
    "news.more": "Autres actes, à lire dans le registre\u00a0: {count}\n{link}",
    "news.reason": "Motif\u00a0: {reason}",
    "news.closing": (
        "Vous recevez ce courriel parce que cette adresse a demandé à suivre {what}.\n"
        "Mettre fin aux envois, d’un seul clic\u00a0:\n{stop}\n"
        "Changer le rythme des envois\u00a0:\n{link}"
    ),
    "amendment.tabled": "{by} a déposé l’amendement {id}.",
    "amendment.revised": "{by} a réécrit l’amendement {id}.",
    "amendment.withdrawn": "{by} a retiré l’amendement {id}.",
    "amendment.rejected": "{by} a rejeté l’amendement {id}.",
    "amendment.supported": "{by} soutient l’amendement {id}.",
    "amendment.unsupported": "{by} ne soutient plus l’amendement {id}.",
    "version.adopted": "{by} a adopté la version {id}.",
    "positions.taken": "{about} a pris position sur cette clause.",
    "reservation.withdrawn": "{about} a retiré sa réserve à cette clause.",
    "objection.raised": "{about} a fait objection à la réserve de {author} à cette clause.",
    "objection.withdrawn": "{about} a retiré son objection à la réserve de {author} à cette clause.",
    "instrument.frozen": "{by} a figé la version {id}\u00a0: elle est ouverte à la signature.",
    "instrument.unfrozen": "{by} a mis fin au gel du texte\u00a0: les signatures déjà données sont nulles.",
    "instrument.sealed": "{by} a scellé l’édition signée.",
    # an invitation
    "mention.opening": (
        "Bonjour,\n\nVotre nom est cité dans la discussion. Connectez-vous pour lire ce qui a été écrit."
    ),
    "mention": "{by} cite votre nom. Objet\u00a0: {what}.",
    "mention.subject": "{title}\u00a0: {by} cite votre nom",
    "mention.subject.many": "{title}\u00a0: {count} mentions de votre nom",
    "mention.more": "Autres mentions\u00a0: {count}\n{link}",
    "invitation.subject": "Invitation personnelle\u00a0: {title}",
    "invitation.opening": "Bonjour,\n\n{by} adresse cette invitation personnelle à\u00a0: {name}.\n{title}",
    "invitation.signatory": "Elle vous permet de prendre position sur le texte et de le signer, au nom de votre ville.",
    "invitation.drafter": "Elle vous permet de proposer des amendements au texte.",
    "invitation.depositary": "Elle vous permet d’agir pour le dépositaire.",
    "invitation.body": (
        "Ouvrez ce lien sur votre propre téléphone ou ordinateur\u00a0:\n"
        "{link}\n\n"
        "Vous y créez votre clé d’accès\u00a0: l’appareil demande votre doigt, votre visage ou son code de "
        "verrouillage. Ensuite, seul cet appareil vous fait entrer. Personne ne peut signer à votre place, "
        "ce service non plus.\n\n"
        "Le lien sert une seule fois, jusqu’au {until}. Gardez-le comme une clé et ne transmettez ce courriel à "
        "personne. Si cette invitation n’est pas pour vous, ne l’ouvrez pas et prévenez le dépositaire."
    ),
    "signature": "{by}, dépositaire de la déclaration\n{place}",
}
_GERMAN: Final = {
    "text": "der Text der Erklärung",
    "clause": "Klausel {id}",
    "amendment": "Änderungsantrag {id}",
    "mentions": "Erwähnungen Ihrer Person in der Diskussion",
    "question.subject": "Bitte bestätigen Sie: {title}",
    "question.body": (
        "Guten Tag,\n\n"
        "jemand hat darum gebeten, dass diese Adresse Nachrichten per E-Mail erhält. Thema: {what}.\n"
        "{title}\n\n"
        "Wenn Sie das waren, bestätigen Sie es bitte hier und wählen Sie, wie oft wir schreiben:\n"
        "{link}\n\n"
        "Der Link gilt zwei Tage. Wenn Sie es nicht waren, brauchen Sie nichts zu tun: Ohne Ihre Bestätigung "
        "schreiben wir nicht wieder, und Ihre Adresse wird gelöscht."
    ),
    "again.subject": "Sie erhalten bereits Nachrichten: {title}",
    "again.body": (
        "Guten Tag,\n\n"
        "jemand hat darum gebeten, dass diese Adresse Nachrichten per E-Mail erhält. Thema: {what}.\n"
        "{title}\n\n"
        "Sie erhalten sie bereits. Wie oft wir schreiben, können Sie hier ändern, und hier können Sie die Nachrichten "
        "auch beenden:\n"
        "{link}"
    ),
    "news.subject": "{title}: {act}",
    "news.subject.many": "{title}: {count} Neuigkeiten",
    "news.opening": "Guten Tag,\n\ndas ist geschehen. Ihr Thema: {what}.",
    "news.more": "Weitere Vorgänge, im Register nachzulesen: {count}\n{link}",
    "news.reason": "Grund: {reason}",
    "news.closing": (
        "Sie erhalten diese Nachricht, weil diese Adresse darum gebeten hat. Thema: {what}.\n"
        "Mit einem Klick beenden:\n{stop}\n"
        "Ändern, wie oft wir schreiben:\n{link}"
    ),
    "amendment.tabled": "{by} hat den Änderungsantrag {id} eingebracht.",
    "amendment.revised": "{by} hat den Änderungsantrag {id} neu gefasst.",
    "amendment.withdrawn": "{by} hat den Änderungsantrag {id} zurückgezogen.",
    "amendment.rejected": "{by} hat den Änderungsantrag {id} abgelehnt.",
    "amendment.supported": "{by} unterstützt den Änderungsantrag {id}.",
    "amendment.unsupported": "{by} unterstützt den Änderungsantrag {id} nicht mehr.",
    "version.adopted": "{by} hat Fassung {id} angenommen.",
    "positions.taken": "{about} hat zu dieser Klausel Stellung genommen.",
    "reservation.withdrawn": "{about} hat den Vorbehalt zu dieser Klausel zurückgezogen.",
    "objection.raised": "{about} hat gegen den Vorbehalt von {author} zu dieser Klausel Einspruch erhoben.",
    "objection.withdrawn": (
        "{about} hat den Einspruch gegen den Vorbehalt von {author} zu dieser Klausel zurückgezogen."
    ),
    "instrument.frozen": "{by} hat Fassung {id} festgelegt: Sie liegt zur Unterzeichnung auf.",
    "instrument.unfrozen": "{by} hat die Festlegung des Textes beendet: Bisherige Unterschriften sind nichtig.",
    "instrument.sealed": "{by} hat die unterzeichnete Ausgabe gesiegelt.",
    "mention.opening": "Guten Tag,\n\nSie wurden in der Diskussion erwähnt. Den Wortlaut lesen Sie nach der Anmeldung.",
    "mention": "{by} hat Sie erwähnt. Es geht um: {what}.",
    "mention.subject": "{title}: {by} hat Sie erwähnt",
    "mention.subject.many": "{title}: {count} Erwähnungen",
    "mention.more": "Weitere Erwähnungen: {count}\n{link}",
    "invitation.subject": "Persönliche Einladung: {title}",
    "invitation.opening": "Guten Tag,\n\n{by} lädt persönlich ein: {name}.\n{title}",
    "invitation.signatory": ("Mit dieser Einladung nehmen Sie für Ihre Stadt zum Text Stellung und unterzeichnen ihn."),
    "invitation.drafter": "Mit dieser Einladung schlagen Sie Änderungen am Text vor.",
    "invitation.depositary": "Mit dieser Einladung handeln Sie für den Depositar.",
    "invitation.body": (
        "Öffnen Sie diesen Link auf Ihrem eigenen Telefon oder Rechner:\n"
        "{link}\n\n"
        "Dort legen Sie Ihren Passkey an: Das Gerät fragt nach Ihrem Finger, Ihrem Gesicht oder seiner "
        "Bildschirmsperre. Von da an kommen Sie allein mit diesem Gerät hinein. Niemand kann an Ihrer Stelle "
        "unterzeichnen, auch dieser Dienst nicht.\n\n"
        "Der Link gilt ein einziges Mal, bis zum {until}. Verwahren Sie ihn wie einen Schlüssel und geben Sie diese "
        "Nachricht nicht weiter. Wenn diese Einladung nicht für Sie bestimmt ist, öffnen Sie sie bitte nicht und sagen "
        "Sie dem Depositar Bescheid."
    ),
    "signature": "{by}, Depositar der Erklärung\n{place}",
}
_ENGLISH: Final = {
    "text": "the text of the declaration",
    "clause": "clause {id}",
    "amendment": "amendment {id}",
    "mentions": "mentions of you in the discussion",
    "question.subject": "Please confirm: {title}",
    "question.body": (
        "Good day,\n\n"
        "Somebody asked that this address receive news by e-mail about {what}.\n"
        "{title}\n\n"
        "If it was you, please confirm it here and choose how often we write:\n"
        "{link}\n\n"
        "The link is valid for two days. If it was not you, there is nothing to do: without your confirmation we do "
        "not write again, and your address is deleted."
    ),
    "again.subject": "You already receive news: {title}",
    "again.body": (
        "Good day,\n\n"
        "Somebody asked that this address receive news by e-mail about {what}.\n"
        "{title}\n\n"
        "It already does. You can change how often we write, or end it, here:\n"
        "{link}"
    ),
    "news.subject": "{title}: {act}",
    "news.subject.many": "{title}: {count} pieces of news",
    "news.opening": "Good day,\n\nThis has happened. You follow {what}.",
    "news.more": "Further acts, to be read in the ledger: {count}\n{link}",
    "news.reason": "Reason: {reason}",
    "news.closing": (
        "You receive this letter because this address asked to follow {what}.\n"
        "End it with one click:\n{stop}\n"
        "Change how often we write:\n{link}"
    ),
    "amendment.tabled": "{by} tabled amendment {id}.",
    "amendment.revised": "{by} wrote amendment {id} anew.",
    "amendment.withdrawn": "{by} withdrew amendment {id}.",
    "amendment.rejected": "{by} rejected amendment {id}.",
    "amendment.supported": "{by} supports amendment {id}.",
    "amendment.unsupported": "{by} no longer supports amendment {id}.",
    "version.adopted": "{by} adopted version {id}.",
    "positions.taken": "{about} took a position on this clause.",
    "reservation.withdrawn": "{about} withdrew the reservation on this clause.",
    "objection.raised": "{about} objected to the reservation of {author} on this clause.",
    "objection.withdrawn": "{about} withdrew the objection to the reservation of {author} on this clause.",
    "instrument.frozen": "{by} froze version {id}: it is open for signature.",
    "instrument.unfrozen": "{by} ended the freeze: signatures given so far are void.",
    "instrument.sealed": "{by} sealed the signed edition.",
    "mention.opening": "Good day,\n\nYou were mentioned in the discussion. Log in to read what was written.",
    "mention": "{by} mentioned you, about {what}.",
    "mention.subject": "{title}: {by} mentioned you",
    "mention.subject.many": "{title}: {count} mentions of you",
    "mention.more": "Further mentions: {count}\n{link}",
    "invitation.subject": "Personal invitation: {title}",
    "invitation.opening": "Good day,\n\n{by} sends this personal invitation to {name}.\n{title}",
    "invitation.signatory": "With it you take positions on the text and sign it, for your city.",
    "invitation.drafter": "With it you propose amendments to the text.",
    "invitation.depositary": "With it you act for the depositary.",
    "invitation.body": (
        "Open this link on your own phone or computer:\n"
        "{link}\n\n"
        "There you make your passkey: the device asks for your finger, your face or its screen lock. From then on this "
        "device alone lets you in. Nobody can sign in your place, this service neither.\n\n"
        "The link counts once, until {until}. Keep it like a key, and forward this letter to nobody. If this "
        "invitation is not for you, please do not open it, and tell the depositary."
    ),
    "signature": "{by}, depositary of the declaration\n{place}",
}
_WORDS: Final[Mapping[str, Mapping[str, str]]] = {"fr": _FRENCH, "de": _GERMAN, "en": _ENGLISH}


def speaks(language: str) -> str:
    """Return the language in which somebody who reads `language` is written to: its own, or ``en``."""
    primary = language.partition("-")[0]
    return primary if primary in SPOKEN else "en"


def say(key: str, language: str, /, **values: str | int) -> str:
    """Return a sentence in one of `SPOKEN`, its values put in."""
    return _WORDS[language][key].format_map(values)
