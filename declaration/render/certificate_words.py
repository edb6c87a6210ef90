"""What a certificate says beside the declaration's own words, in the languages that we speak."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from declaration.render.stamps import stamp, utc


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language.

    Args:
        heading: what the page is.
        intro: stands before the name.
        signed: stands after it; ``{moment}`` is when.
        moment: how a moment is written, from ``{day}``, ``{month}``, ``{year}`` and ``{time}``.
        months: twelve names.
        code: before the short code of the signature.
        instrument: before the digest of what was signed.
        note: what the page is not, and where to look.
        drawn: says of the drawing what it is; ``{name}`` is whose.

    """

    heading: str
    intro: str
    signed: str
    moment: str
    months: tuple[str, ...]
    code: str
    instrument: str
    note: str
    drawn: str


def _months(names: str) -> tuple[str, ...]:
    return tuple(names.split())


_WORDS: Final = {
    "fr": Words(
        "Attestation de signature",
        "Il est attesté que",
        "a signé cette déclaration le {moment}.",
        "{day} {month} {year} à {time} UTC",
        _months("janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
        "Code de la signature",
        "Instrument signé (SHA-256)",
        "Cette attestation n’est pas le document signé. Le document signé, et de quoi vérifier cette signature, se "
        "trouvent à l’adresse ci-dessous.",
        "Signature manuscrite\u00a0: {name}",
    ),
    "de": Words(
        "Bestätigung der Unterschrift",
        "Hiermit wird bestätigt:",
        "hat diese Erklärung am {moment} unterzeichnet.",
        "{day}. {month} {year} um {time} UTC",
        _months("Januar Februar März April Mai Juni Juli August September Oktober November Dezember"),
        "Code der Unterschrift",
        "Unterzeichnete Urkunde (SHA-256)",
        "Diese Bestätigung ist nicht das unterzeichnete Dokument. Dieses, und alles zur Prüfung der Unterschrift, "
        "steht unter der folgenden Adresse.",
        "Handschriftliche Unterschrift: {name}",
    ),
    "en": Words(
        "Certificate of signature",
        "This is to certify that",
        "signed this declaration on {moment}.",
        "{day} {month} {year} at {time} UTC",
        _months("January February March April May June July August September October November December"),
        "Code of the signature",
        "Signed instrument (SHA-256)",
        "This certificate is not the signed document. The signed document, and all that is needed to verify this "
        "signature, can be found at the address below.",
        "Signature drawn by hand: {name}",
    ),
    "ar": Words(
        "شهادة توقيع",
        "نشهد بتوقيع",
        "على هذا الإعلان بتاريخ {moment}.",
        "{day} {month} {year}، الساعة {time} بالتوقيت العالمي",
        _months("يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر"),
        "رمز التوقيع",
        "الصك الموقَّع (SHA-256)",
        "هذه الشهادة ليست الوثيقة الموقَّعة. تجدون الوثيقة الموقَّعة وكل ما يلزم للتحقق من هذا التوقيع على العنوان أدناه.",
        "توقيع بخط اليد: {name}",
    ),
    "es": Words(
        "Certificado de firma",
        "Se certifica que",
        "ha firmado esta declaración el {moment}.",
        "{day} de {month} de {year} a las {time} UTC",
        _months("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"),
        "Código de la firma",
        "Instrumento firmado (SHA-256)",
        "Este certificado no es el documento firmado. El documento firmado, y todo lo necesario para verificar esta "
        "firma, se encuentran en la dirección siguiente.",
        "Firma manuscrita: {name}",
    ),
    "it": Words(
        "Attestato di firma",
        "Si attesta che",
        "ha firmato questa dichiarazione il {moment}.",
        "{day} {month} {year} alle {time} UTC",
        _months("gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre"),
        "Codice della firma",
        "Strumento firmato (SHA-256)",
        "Questo attestato non è il documento firmato. Il documento firmato, e quanto serve per verificare questa "
        "firma, si trovano all’indirizzo seguente.",
        "Firma autografa: {name}",
    ),
    "pt": Words(
        "Certificado de assinatura",
        "Certifica-se que",
        "assinou esta declaração em {moment}.",
        "{day} de {month} de {year} às {time} UTC",
        _months("janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro"),
        "Código da assinatura",
        "Instrumento assinado (SHA-256)",
        "Este certificado não é o documento assinado. O documento assinado, e tudo o que é preciso para verificar "
        "esta assinatura, encontram-se no endereço abaixo.",
        "Assinatura manuscrita: {name}",
    ),
    "nl": Words(
        "Bevestiging van ondertekening",
        "Hierbij wordt bevestigd:",
        "heeft deze verklaring ondertekend op {moment}.",
        "{day} {month} {year} om {time} UTC",
        _months("januari februari maart april mei juni juli augustus september oktober november december"),
        "Code van de handtekening",
        "Ondertekend document (SHA-256)",
        "Deze bevestiging is niet het ondertekende document. Dat document, en alles om deze handtekening te "
        "controleren, staat op het adres hieronder.",
        "Met de hand geschreven handtekening: {name}",
    ),
    "ru": Words(
        "Свидетельство о подписании",
        "Настоящим подтверждается подпись:",
        "Декларация подписана {moment}.",
        "{day} {month} {year} г. в {time} UTC",
        _months("января февраля марта апреля мая июня июля августа сентября октября ноября декабря"),
        "Код подписи",
        "Подписанный документ (SHA-256)",
        "Это свидетельство не является подписанным документом. Сам документ и всё необходимое для проверки подписи "
        "находятся по указанному ниже адресу.",
        "Подпись от руки: {name}",
    ),
    "uk": Words(
        "Свідоцтво про підписання",
        "Цим підтверджується підпис:",
        "Декларацію підписано {moment}.",
        "{day} {month} {year} р. о {time} UTC",
        _months("січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня"),
        "Код підпису",
        "Підписаний документ (SHA-256)",
        "Це свідоцтво не є підписаним документом. Сам документ і все потрібне для перевірки підпису – за адресою "
        "нижче.",
        "Підпис від руки: {name}",
    ),
    "tr": Words(
        "İmza belgesi",
        "Aşağıdaki imza tasdik olunur:",
        "Bu bildirge {moment} itibarıyla imzalanmıştır.",
        "{day} {month} {year}, saat {time} UTC",
        _months("Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık"),
        "İmza kodu",
        "İmzalanan belge (SHA-256)",
        "Bu belge, imzalanan bildirgenin kendisi değildir. İmzalı bildirge ve bu imzanın doğrulanması için gereken "
        "her şey aşağıdaki adrestedir.",
        "El yazısı imza: {name}",
    ),
    "he": Words(
        "אישור חתימה",
        "ניתן בזה אישור על חתימה:",
        "ההצהרה נחתמה ב־{moment}.",
        "{day} ב{month} {year} בשעה {time} UTC",
        _months("ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר"),
        "קוד החתימה",
        "המסמך החתום (SHA-256)",
        "אישור זה אינו המסמך החתום. המסמך החתום וכל הדרוש לאימות החתימה נמצאים בכתובת שלהלן.",
        "חתימה בכתב יד: {name}",
    ),
    "zh": Words(
        "签署证明",
        "兹证明",
        "于{moment}签署本宣言。",
        "{year}年{month}{day}日 {time}（UTC）",
        tuple(f"{month}月" for month in range(1, 13)),
        "签名代码",
        "所签文书（SHA-256）",
        "本证明并非所签署的文件。所签署的文件以及验证此签名所需的一切，见下方网址。",
        "手写签名：{name}",
    ),
}


def words(language: str) -> tuple[Words, str]:
    """Return the words for readers of a language, and the language that they are in: that one, or English."""
    primary = language.partition("-")[0]
    spoken = primary if primary in _WORDS else "en"
    return _WORDS[spoken], spoken


def written_moment(moment: datetime, language: str) -> str:
    """Return a moment as people write it, with its zone: ``1 September 2019 at 11:04:05 UTC``."""
    said, spoken = words(language)
    if spoken == "en" and language.partition("-")[0] != "en":
        return stamp(moment)
    at = utc(moment)
    day = "1er" if spoken == "fr" and at.day == 1 else str(at.day)
    time = at.strftime("%H:%M:%S")
    return said.moment.format(day=day, month=said.months[at.month - 1], year=at.year, time=time)
