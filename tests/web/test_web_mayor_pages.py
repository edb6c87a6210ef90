"""A mayor's pages without script: who may read them, what they say, and that nobody keeps a copy."""

import pytest
from web_mayor import DRAWN, Hand, adopt, decline, delegate, freeze, take_positions, unfreeze
from web_summit import DECLARATION, ok, refused

PAGES = ("my", "my/sign", "my/receipt", "my/delegates", "my/devices")
HTML = {"accept": "text/html", "accept-language": "en"}


@pytest.fixture
def mayor(summit):
    return summit.come_in("signatory", "haifa")


def read(client, path, **headers):
    answer = client.get(f"/{DECLARATION}/{path}", headers=HTML | headers)
    assert answer.status_code == 200, answer.text
    return answer.text


@pytest.mark.parametrize("page", PAGES)
def test_nobody_reads_them_and_whoever_comes_in_is_led_back(summit, page):
    answer = summit.client().get(f"/{DECLARATION}/{page}?lang=ar&x=1", headers=HTML)
    assert answer.status_code == 303
    place = answer.headers["location"]
    assert place.startswith(f"/{DECLARATION}/enter?next=%2F{DECLARATION}%2F{page.replace('/', '%2F')}")
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(("role", "subject"), [("drafter", "workshop"), ("depositary", "host")])
def test_other_roles_do_not_read_them(summit, page, role, subject):
    client = summit.come_in(role, subject)
    refused(client.get(f"/{DECLARATION}/{page}", headers={"accept": "application/json"}), 403, "caller.role")


def test_a_delegate_reads_all_but_the_list_of_delegates(summit, mayor):
    helper, _ = delegate(summit, mayor, "Noa <b>from</b> the office")
    for page in PAGES:
        answer = helper.get(f"/{DECLARATION}/{page}", headers=HTML)
        assert answer.status_code == (403 if page == "my/delegates" else 200)
    text = read(helper, "my")
    assert "Noa &lt;b&gt;from&lt;/b&gt; the office" in text
    assert 'id="confirm"' not in text
    assert 'id="confirm"' in read(mayor, "my")


@pytest.mark.parametrize("page", [*PAGES, "enter", "welcome"])
def test_no_cache_keeps_them_and_no_script_or_style_stands_inside(mayor, page):
    answer = mayor.get(f"/{DECLARATION}/{page}", headers=HTML)
    assert answer.headers["cache-control"] == "no-store"
    assert "require-trusted-types-for 'script'" in answer.headers["content-security-policy"]
    assert "<script>" not in answer.text
    assert " style=" not in answer.text
    assert " onclick=" not in answer.text


def test_they_speak_the_reader_s_language_and_remember_it(mayor):
    assert "Meine Klauseln" in read(mayor, "my", **{"accept-language": "de"})
    assert "Mes clauses" in read(mayor, "my?ui=fr")
    assert "Mes clauses" in read(mayor, "my", **{"accept-language": "de"})


def test_the_language_of_the_texts_is_remembered_apart_from_the_interface_s(mayor):
    assert "نفتح ساحاتنا" in read(mayor, "my?lang=ar")
    text = read(mayor, "my")
    assert "نفتح ساحاتنا" in text
    assert "My clauses" in text
    assert "We open our squares" in read(mayor, "my?lang=xx<")  # no language of this text: passed over, and not kept
    assert "نفتح ساحاتنا" in read(mayor, "my")
    assert "We open our squares" in read(mayor, "my?lang=en")
    assert "We open our squares" in read(mayor, "my")


def test_a_page_of_a_declaration_that_is_not_there_is_not_found(mayor):
    refused(mayor.get("/nowhere/my", headers={"accept": "application/json"}), 404, "declaration.unknown")


def test_the_clauses_say_where_one_stands(summit, mayor):
    text = read(mayor, "my?lang=ar")
    assert 'dir="rtl">نفتح ساحاتنا وحدائقنا للجميع.' in text
    assert "You have a position on every clause." not in text
    take_positions(
        summit,
        mayor,
        "haifa",
        preamble_1="accept",
        city_1="accept",
        city_2=("object", "If <i>dry</i>."),
    )
    text = read(mayor, "my?lang=en")
    assert "You have a position on every clause." in text
    assert "If &lt;i&gt;dry&lt;/i&gt;." in text
    adopt(summit)
    text = read(mayor, "my?lang=en&show=changed")
    assert "Your position on 1 clause counts again" in text
    assert "and our gardens" in text
    assert 'id="clause-city-2"' not in text
    assert "they changed in: English." in read(mayor, "my?lang=fr", **{"accept-language": "en"})
    freeze(summit, with_stale=True)
    text = read(mayor, "my?lang=en")
    assert "The text is frozen" in text
    assert "<fieldset" not in text


def test_the_answer_is_told_in_every_state(summit, mayor):
    assert "There is nothing to sign yet." in read(mayor, "my/sign")
    assert "There is nothing to sign yet." in read(mayor, "my/receipt")
    freeze(summit)
    assert "1. Read" in read(mayor, "my/sign")
    assert "You have not answered yet." in read(mayor, "my/receipt")
    Hand(summit, mayor, "haifa", DRAWN).whole()
    assert "You have answered." in read(mayor, "my/sign")
    assert "data:image/svg+xml;base64,PHN2Zy" in read(mayor, "my/receipt")
    other = summit.come_in("signatory", "reading")
    assert "Your signature is recorded" not in read(other, "my/receipt")
    ok(decline(summit, other, "reading", reason="The <b>council</b> waits."))
    assert "The &lt;b&gt;council&lt;/b&gt; waits." in read(other, "my/receipt")
    unfreeze(summit)
    assert "Your earlier answer to the instrument is void." in read(mayor, "my")


def test_what_lets_one_in_is_listed(summit, mayor):
    assert summit.passkeys["signatory", "haifa"].credential in read(mayor, "my/devices")
    helper, name = delegate(summit, mayor)
    assert summit.passkeys["delegate", name].credential in read(helper, "my/devices")
    assert summit.passkeys["signatory", "haifa"].credential not in read(helper, "my/devices")
