"""Three-letter codes of languages (ISO 639-2/T), which the identifiers of Akoma Ntoso are written with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

_CODES: Final = {
    pair[:2]: pair[2:]
    for pair in (  # noqa: SIM905 - a table of words is read more easily than 184 literals
        "aaaar ababk aeave afafr akaka amamh anarg arara asasm avava ayaym azaze babak bebel bgbul bhbih bibis bmbam "
        "bnben bobod brbre bsbos cacat ceche chcha cocos crcre csces cuchu cvchv cycym dadan dedeu dvdiv dzdzo eeewe "
        "elell eneng eoepo esspa etest eueus fafas ffful fifin fjfij fofao frfra fyfry gagle gdgla glglg gngrn guguj "
        "gvglv hahau heheb hihin hohmo hrhrv hthat huhun hyhye hzher iaina idind ieile igibo iiiii ikipk ioido isisl "
        "itita iuiku jajpn jvjav kakat kgkon kikik kjkua kkkaz klkal kmkhm knkan kokor krkau kskas kukur kvkom kwcor "
        "kykir lalat lbltz lglug lilim lnlin lolao ltlit lulub lvlav mgmlg mhmah mimri mkmkd mlmal mnmon mrmar msmsa "
        "mtmlt mymya nanau nbnob ndnde nenep ngndo nlnld nnnno nonor nrnbl nvnav nynya ococi ojoji omorm orori ososs "
        "papan pipli plpol pspus ptpor quque rmroh rnrun roron rurus rwkin sasan scsrd sdsnd sesme sgsag sisin skslk "
        "slslv smsmo snsna sosom sqsqi srsrp ssssw stsot susun svswe swswa tatam tetel tgtgk ththa titir tktuk tltgl "
        "tntsn toton trtur tstso tttat twtwi tytah uguig ukukr ururd uzuzb veven vivie vovol wawln wowol xhxho yiyid "
        "yoyor zazha zhzho zuzul "
    ).split()
}
"""Of every two-letter code of ISO 639-1."""


def three_letters(language: str, among: Sequence[str] = ()) -> str:
    """Return a language tag with a three-letter primary language: ``fra``, ``zho-Hant``.

    Args:
        language: a language tag (BCP 47).
        among: all languages of the text; where two of them would be called alike, the tag stays as it is.

    """
    written = _written(language)
    return language if any(other != language and _written(other) == written for other in among) else written


def _written(language: str) -> str:
    primary, hyphen, rest = language.partition("-")
    return _CODES.get(primary, primary) + hyphen + rest
