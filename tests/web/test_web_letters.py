"""Letters, handed to a real mail server: they arrive once, whole and alone, or are tried again, or given up."""

import logging
import threading

import pytest
from web_mail import Mailbox, certificate, entering, receiving
from web_summit import DECLARATION, Summit

from declaration.config import Settings, read_relay
from declaration.errors import ConfigurationError, InputRefused
from declaration.services import letters, mailing
from declaration.services.addresses import read_address
from declaration.services.letters import Post, Words, message, opened
from declaration.services.mailing import Outbox, Server, carrier_of, deliver
from declaration.store import letters as queue

STOP = f"https://declaration.example/{DECLARATION}/following/{'a' * 43}/stop"
WORDS = Words(
    "Erklärung: Fassung 2", "Guten Tag,\n\n.\nEin Punkt allein, 日本, العربية, und eine lange Zeile " + "x" * 900, "de"
)


def write(summit, to="reader@example.org", words=WORDS, **more):
    with summit.chancery.store.transaction() as session:
        letters.post(summit.chancery, session, DECLARATION, more.pop("kind", Post.NEWS), to=to, words=words, **more)


def waiting(summit):
    with summit.chancery.store.reading() as session:
        return queue.count(session)


def test_a_letter_arrives_as_it_was_written(summit):
    box = Mailbox()
    write(summit, stop=STOP)
    with receiving(box) as server:
        assert deliver(summit.chancery, server).taken == 1
        assert deliver(summit.chancery, server).taken == 0
    [(sender, recipients, letter)] = box.got
    assert (sender, recipients) == ("letters@declaration.example", ["reader@example.org"])
    assert letter["subject"] == WORDS.subject
    assert letter.get_content().replace("\r\n", "\n") == WORDS.body + "\n"
    assert letter["from"] == "Déclaration <letters@declaration.example>"
    assert letter["list-unsubscribe"] == f"<{STOP}>"
    assert f"\r\nList-Unsubscribe: <{STOP}>\r\n".encode() in box.raw[0]
    assert letter["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    assert (letter["auto-submitted"], letter["content-language"]) == ("auto-generated", "de")
    assert letter["message-id"].endswith("@localhost>")
    assert box.raw[0].isascii()
    assert max(map(len, box.raw[0].split(b"\r\n"))) <= 998  # RFC 5322, section 2.1.1
    assert b"\n" not in box.raw[0].replace(b"\r\n", b"")
    assert waiting(summit) == 0


def test_many_letters_go_over_one_connection_each_to_one_reader_alone(summit):
    box = Mailbox()
    for number in range(20):
        write(summit, f"reader-{number}@example.org")
    with receiving(box) as server:
        assert deliver(summit.chancery, server).taken == 20
    assert box.greeted == 1
    assert sorted(recipients for _, recipients, _ in box.got) == sorted([f"reader-{n}@example.org"] for n in range(20))
    assert all(letter["to"] == recipients[0] and letter["cc"] is None for _, recipients, letter in box.got)


@pytest.mark.parametrize("step", ["recipients", "contents"])
def test_what_is_not_taken_now_is_tried_again_under_the_same_name(summit, step, monkeypatch):
    box = Mailbox(**{step: ["451 4.7.1 Greylisted, come back", "452 4.2.2 Full"]})
    write(summit)
    with receiving(box) as server:
        seen = []
        monkeypatch.setattr(mailing, "message", lambda *args, **more: seen.append(message(*args, **more)) or seen[-1])
        for minutes in (0, 0.5, 0.6, 1.5):
            summit.clock.forward(minutes=minutes)
            deliver(summit.chancery, server)
        assert box.got == []
        assert len(seen) == 2, "it waits before it tries again, and longer each time"
        summit.clock.forward(minutes=1)
        assert deliver(summit.chancery, server).taken == 1
    assert {bytes(one) for one in seen} == {bytes(seen[0])}
    assert waiting(summit) == 0


@pytest.mark.parametrize("step", ["recipients", "contents"])
def test_what_is_refused_for_good_is_given_up_and_does_not_hold_up_the_others(summit, step):
    box = Mailbox(**{step: ["550 5.1.1 No such user"]})
    write(summit, "nobody@example.org")
    summit.clock.forward(seconds=1)
    write(summit, "reader@example.org")
    with receiving(box) as server:
        assert deliver(summit.chancery, server).taken == 1
    assert [recipients for _, recipients, _ in box.got] == [["reader@example.org"]]
    assert waiting(summit) == 0


def test_a_refusal_of_whoever_sends_is_not_held_against_the_address(summit):
    box = Mailbox(recipients=["550 5.7.1 Your host is on a list"])
    write(summit)
    with receiving(box) as server:
        assert deliver(summit.chancery, server).taken == 0
    assert waiting(summit) == 1


def test_a_letter_that_nobody_takes_for_days_is_given_up(summit):
    box = Mailbox(recipients=["451 Later"] * 100)
    write(summit)
    with receiving(box) as server:
        for _ in range(40):
            summit.clock.forward(hours=4)
            deliver(summit.chancery, server)
    assert waiting(summit) == 0
    assert box.got == []
    assert 20 < 100 - len(box.recipients) < 40


def test_a_server_that_is_away_is_left_alone_for_a_while(summit, caplog):
    for number in range(3):
        write(summit, f"reader-{number}@example.org")
    with receiving(Mailbox()) as server:
        pass
    done = deliver(summit.chancery, server)
    assert (done.taken, done.away) == (0, True)
    assert waiting(summit) == 3
    assert "reader" not in caplog.text
    box = Mailbox()
    summit.clock.forward(minutes=2)
    with receiving(box) as server:
        assert deliver(summit.chancery, server).taken == 3


def test_without_starttls_nothing_is_said_in_the_clear(summit):
    box = Mailbox()
    write(summit)
    with receiving(box, url="smtp://us%40er:pass%20word@{host}:{port}", authenticator=entering(box)) as server:
        assert deliver(summit.chancery, server).away
    assert (box.got, box.entered) == ([], [])
    assert waiting(summit) == 1


def test_after_starttls_we_come_in_by_name_and_password(summit, tmp_path, monkeypatch):
    box, (context, trusted) = Mailbox(), certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    write(summit)
    asked = {
        "tls_context": context,
        "require_starttls": True,
        "authenticator": entering(box),
        "auth_required": True,
        "auth_exclude_mechanism": ["LOGIN"],
    }
    with receiving(box, url="smtp://us%40er:pass%20word@{host}:{port}", **asked) as server:
        assert deliver(summit.chancery, server).taken == 1
    assert box.entered[0][1:] == (b"us@er", b"pass word")
    assert "pass word" not in repr(server)


def test_a_server_that_does_not_let_us_in_is_away(summit, tmp_path, monkeypatch, caplog):
    box, (context, trusted) = Mailbox(), certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    write(summit)
    asked = {
        "tls_context": context,
        "require_starttls": True,
        "authenticator": entering(box),
        "auth_required": True,
        "auth_exclude_mechanism": ["LOGIN"],
    }
    with receiving(box, url="smtp://us%40er:another@{host}:{port}", **asked) as server:
        assert deliver(summit.chancery, server).away
    assert waiting(summit) == 1
    assert "another" not in caplog.text


@pytest.mark.parametrize(("name", "trusts"), [("localhost", False), ("mail.example", True)])
def test_a_certificate_of_somebody_else_gets_no_letter(summit, tmp_path, monkeypatch, name, trusts):
    box, (context, trusted) = Mailbox(), certificate(tmp_path, name)
    if trusts:
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    write(summit)
    with receiving(box, url="smtp://{host}:{port}", tls_context=context) as server:
        assert deliver(summit.chancery, server).away
    assert box.got == []


def test_tls_from_the_first_byte(summit, tmp_path, monkeypatch):
    box, (context, trusted) = Mailbox(), certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    write(summit)
    with receiving(box, url="smtps://{host}:{port}", ssl_context=context) as server:
        assert deliver(summit.chancery, server).taken == 1


def test_two_processes_deliver_each_letter_once(postgres_url, web_keys):
    summit, other = Summit(postgres_url, web_keys), Summit(postgres_url, web_keys)
    for number in range(60):
        write(summit, f"reader-{number}@example.org")
    box, taken = Mailbox(), []
    with receiving(box) as server:

        def work(one):
            taken.append(deliver(one.chancery, server).taken)

        threads = [threading.Thread(target=work, args=(one,)) for one in (summit, other, summit, other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sum(taken) == 60
    assert len({recipients[0] for _, recipients, _ in box.got}) == len(box.got) == 60
    summit.close()
    other.close()


@pytest.mark.parametrize("sent", [False, True])
def test_a_process_that_died_between_taking_a_letter_and_sending_it_is_followed_by_another(summit, sent, monkeypatch):
    box = Mailbox()
    write(summit)
    with receiving(box) as server:
        hand = Server.open

        def die(*_args, **_more):
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            # before it is sent, or after it was, and before that could be remembered
            patched.setattr(queue if sent else mailing, "drop" if sent else "message", die)
            with pytest.raises(KeyboardInterrupt):
                deliver(summit.chancery, server)
        assert Server.open is hand
        assert deliver(summit.chancery, server).taken == 0, "it may still be on its way"
        summit.clock.forward(minutes=6)
        assert deliver(summit.chancery, server).taken == 1
    assert len({letter["message-id"] for _, _, letter in box.got}) == 1
    assert len(box.got) == 1 + sent
    assert waiting(summit) == 0


@pytest.mark.parametrize(
    "subject",
    [
        "Erklärung\r\nBcc: victim@example.org",
        "Erklärung\nX: y\n\nBody",
        "a\x0bb\x0cc\x1cd\x85e\u2028f\u2029g",
        "x" * 5_000,
        "\ud800 half a sign",
        "=?utf-8?q?=0D=0ABcc:_victim=40example.org?=",
        "",
    ],
)
def test_words_never_become_headers(summit, subject):
    box = Mailbox()
    write(summit, words=Words(subject.encode("utf-8", "replace").decode(), "Bcc: victim@example.org\n", "en"))
    with receiving(box) as server:
        assert deliver(summit.chancery, server).taken == 1
    [(_, recipients, letter)] = box.got
    assert recipients == ["reader@example.org"]
    assert "bcc" not in letter
    assert "x" not in letter
    assert len(letter.get_all("subject")) == 1
    assert len(letter.keys()) == 11
    assert letter.get_content().strip() == "Bcc: victim@example.org"


def test_a_dot_alone_ends_nothing(summit):
    box = Mailbox()
    body = "One\n.\nMAIL FROM:<other@example.org>\n.."
    write(summit, words=Words("Dots", body, "en"))
    with receiving(box) as server:
        deliver(summit.chancery, server)
    assert len(box.got) == 1
    assert box.texts()[0].replace("\r\n", "\n").rstrip("\n") == body


UNFIT = [
    "",
    "@",
    "a@",
    "@example.org",
    "a b@example.org",
    "a@example.org\r\nBcc: b@example.org",
    "a@example.org, b@example.org",
    "<a@example.org>",
    "A <a@example.org>",
    '"a b"@example.org',
    "a@b@example.org",
    ".a@example.org",
    "a..b@example.org",
    "a@localhost",
    "a@127.0.0.1",
    "a@[127.0.0.1]",
    "a@example.org.",
    "a@-x.org",
    "a@exa mple.org",
    "a@example.org\x00",
    "a" * 65 + "@example.org",
    "a@" + "x." * 130 + "org",
    "a@xn--a.org",
    "jürgen@example.org",
]


@pytest.mark.parametrize("written", UNFIT)
def test_addresses_that_are_none_are_refused(written):
    with pytest.raises(InputRefused) as told:
        read_address(written)
    assert told.value.code in {"mail.address", "mail.address-letters"}


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("Reader@Example.ORG", "Reader@example.org"),
        (" a+b@example.org ", "a+b@example.org"),
        ("mairie@düsseldorf.example", "mairie@xn--dsseldorf-q9a.example"),
        ("o'neil_{x}@sub.example.org", "o'neil_{x}@sub.example.org"),
        ("a@例え.テスト", "a@xn--r8jz45g.xn--zckzah"),
    ],
)
def test_an_address_has_one_form(written, address):
    assert read_address(written) == address
    assert read_address(address) == address


def test_what_waits_is_not_to_be_read_in_the_database(summit):
    write(summit, "somebody@example.org", Words("A subject", "https://x.example/welcome#secret", "en"))
    with summit.chancery.store.reading() as session:
        [kept] = queue.due(session, now=summit.chancery.now(), limit=9)
    for word in ("somebody", "subject", "secret"):
        assert word not in repr(kept)
    assert opened(summit.chancery, kept).to == "somebody@example.org"
    object.__setattr__(summit.chancery, "secret", b"another secret, just as long as that one")
    assert opened(summit.chancery, kept) is None


def test_what_was_written_under_another_secret_is_given_up(summit):
    write(summit)
    object.__setattr__(summit.chancery, "secret", b"another secret, just as long as that one")
    box = Mailbox()
    with receiving(box) as server:
        assert deliver(summit.chancery, server).taken == 0
    assert waiting(summit) == 0


def test_without_a_server_letters_are_files_that_their_owner_alone_reads(summit, tmp_path):
    outbox = carrier_of(None, tmp_path / "out" / "box", sender="letters@declaration.example", host="localhost")
    assert isinstance(outbox, Outbox)
    write(summit)
    write(summit, "other@example.org")
    assert deliver(summit.chancery, outbox).taken == 2
    files = sorted((tmp_path / "out" / "box").iterdir())
    assert [file.suffix for file in files] == [".eml", ".eml"]
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert {line for file in files for line in file.read_text().splitlines() if line.startswith("To:")} == {
        "To: reader@example.org",
        "To: other@example.org",
    }


def test_a_folder_that_cannot_be_written_is_said_at_the_start_and_loses_nothing_later(summit, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError) as told:
        carrier_of(None, tmp_path / "file" / "out", sender="a@b.example", host="localhost")
    assert told.value.code == "mail.folder"
    write(summit)
    assert deliver(summit.chancery, Outbox(tmp_path / "file" / "out", "a@b.example")).away
    assert waiting(summit) == 1


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("smtps://u%40x:p%3Aw%2F@mail.example", ("mail.example", 465, "u@x", "p:w/", "tls")),
        ("smtp://mail.example", ("mail.example", 587, None, None, "starttls")),
        ("smtp://mail.example:25/", ("mail.example", 25, None, None, "starttls")),
        ("smtp://localhost:25?starttls=no", ("localhost", 25, None, None, "none")),
        ("smtp://[::1]:25?starttls=no", ("::1", 25, None, None, "none")),
    ],
)
def test_mail_servers_that_a_setting_names(url, found):
    relay = read_relay(url)
    assert (relay.host, relay.port, relay.user, relay.password, relay.encrypted) == found


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail.example",
        "http://mail.example",
        "smtp://",
        "smtp://mail.example:0",
        "smtp://mail.example:x",
        "smtp://mail.example?starttls=no",
        "smtp://mail.example?starttls=maybe",
        "smtp://mail.example?tls=no",
        "smtp://mail.example/path",
        "smtp://mail.example#x",
        "smtp://mail .example",
    ],
)
def test_mail_servers_that_are_none_are_refused_without_their_password(url):
    with pytest.raises(ConfigurationError) as told:
        read_relay(url)
    assert told.value.code == "config.smtp-url"


def test_settings_hide_the_password_of_the_mail_server_and_check_the_sender():
    made = Settings(demo=True, smtp_url="smtps://us:geheim@mail.example")
    assert "geheim" not in repr(made)
    assert made.sender == "declaration@localhost"
    for sender in ("nobody", "a@", "A\r\nBcc: x@y.example <a@b.example>", "jürgen@example.org"):
        with pytest.raises(ConfigurationError) as told:
            Settings(demo=True, mail_from=sender)
        assert told.value.code == "config.mail-from"


def test_nothing_that_is_logged_names_an_address(summit, caplog):
    caplog.set_level(logging.DEBUG, logger="declaration")
    box = Mailbox(recipients=["550 <reader@example.org>: unknown", "451 <reader@example.org>: later"])
    write(summit)
    write(summit)
    with receiving(box) as server:
        deliver(summit.chancery, server)
    assert caplog.messages
    assert "reader" not in caplog.text
