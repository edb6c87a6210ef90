"""Webhooks: every act arrives, in order and signed; receivers that fail, lie in wait, or are neighbours."""

import http.server
import json
import threading
import time

import pytest
from web_server import serving
from web_summit import API, DECLARATION, Summit, ok, refused

from declaration.services import opening, posting, webhooks
from declaration.signing.statement import Party
from declaration.web.app import create_app


class Receiver:
    """A server that keeps what it is sent, and answers as it is told."""

    def __init__(self, statuses=()):
        self.got, self.statuses = [], list(statuses)
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                content = self.rfile.read(int(self.headers["content-length"]))
                status = receiver.statuses.pop(0) if receiver.statuses else 204
                receiver.got.append((status, dict(self.headers), content))
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", receiver.url + "elsewhere")
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def acts(self):
        """What it has accepted, in the order in which it came."""
        return [act["index"] for status, _, content in self.got if status == 204 for act in json.loads(content)["acts"]]

    def close(self):
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def receiver():
    made = Receiver()
    yield made
    made.close()


def act(summit, number):
    party = Party(f"city-{number}", "Mayor", f"Mayor of City {number}", f"City {number}", f"City {number}", "FR")
    return opening.invite_signatories(summit.chancery, DECLARATION, [party])[0].index


def hooked(summit, receiver):
    """Name the receiver; return the webhook with its secret."""
    client = summit.come_in("depositary", "host")
    summit.app.state.courier.local = True
    return client, ok(client.post(f"{API}/webhooks", json={"url": receiver.url}), 201)


def test_every_act_after_it_arrives_once_signed_and_in_order(summit, receiver):
    _, hook = hooked(summit, receiver)
    last = [act(summit, number) for number in range(5)]
    assert webhooks.deliver(summit.chancery, local=True) == 5
    assert webhooks.deliver(summit.chancery, local=True) == 0
    assert receiver.acts() == last
    [(_, headers, content)] = receiver.got
    written = headers["Declaration-Signature"]
    seconds = int(written.removeprefix("t=").partition(",")[0])
    assert abs(seconds - time.time()) < 30
    assert webhooks.signature(hook["secret"], content, seconds=seconds) == written
    assert webhooks.signature(hook["secret"], content + b" ", seconds=seconds) != written
    assert json.loads(content)["declaration"] == DECLARATION


@pytest.mark.parametrize("status", [500, 404, 302, 199, 410])
def test_what_was_not_accepted_is_sent_again_later_and_nothing_is_skipped(summit, receiver, status):
    receiver.statuses = [status, status]
    _, _hook = hooked(summit, receiver)
    made = [act(summit, 0)]
    assert webhooks.deliver(summit.chancery, local=True) == 0
    made.append(act(summit, 1))
    assert webhooks.deliver(summit.chancery, local=True) == 0
    assert len(receiver.got) == 1, "it waits before it tries again"
    summit.clock.forward(seconds=6)
    assert webhooks.deliver(summit.chancery, local=True) == 0
    summit.clock.forward(seconds=11)
    assert webhooks.deliver(summit.chancery, local=True) == 2
    assert receiver.acts() == made


def test_two_processes_do_not_send_the_same(postgres_url, web_keys, receiver):
    summit, other = Summit(postgres_url, web_keys), Summit(postgres_url, web_keys)
    hooked(summit, receiver)
    made = [act(summit, number) for number in range(20)]
    threads = [
        threading.Thread(target=webhooks.deliver, args=(one.chancery,), kwargs={"local": True})
        for one in (summit, other, summit, other)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert receiver.acts() == made
    summit.close()
    other.close()


def test_a_process_that_died_while_sending_is_followed_by_another(summit, receiver):
    hooked(summit, receiver)
    made = act(summit, 0)

    def die(*_args, **_kwargs):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        webhooks.deliver(summit.chancery, local=True, post=die)
    assert webhooks.deliver(summit.chancery, local=True) == 0
    summit.clock.forward(seconds=61)
    assert webhooks.deliver(summit.chancery, local=True) == 1
    assert receiver.acts() == [made]


def test_the_running_service_sends_by_itself(summit, receiver):
    app = create_app(summit.chancery, local=True)
    hooked(summit, receiver)
    with serving(app):
        made = [act(summit, number) for number in range(3)]
        limit = time.monotonic() + 10
        while receiver.acts() != made:
            assert time.monotonic() < limit, receiver.acts()
            time.sleep(0.02)


def test_it_is_the_depositary_s_and_can_be_removed(summit, receiver):
    client, hook = hooked(summit, receiver)
    [listed] = ok(client.get(f"{API}/webhooks"))["items"]
    assert "secret" not in listed
    assert listed["url"] == receiver.url
    mayor = summit.come_in("signatory", "haifa")
    refused(mayor.get(f"{API}/webhooks"), 403, "caller.role")
    refused(mayor.delete(f"{API}/webhooks/{hook['id']}"), 403, "caller.role")
    assert client.delete(f"{API}/webhooks/{hook['id']}").status_code == 204
    refused(client.delete(f"{API}/webhooks/{hook['id']}"), 404, "webhook.unknown")


UNFIT = [
    "https://user:word@example.org/",
    "https://example.org/#there",
    "ftp://example.org/",
    "https:///path",
    "https://example.org:0/",
    "https://exa mple.org/",
    "javascript:alert(1)//",
    "https://example.org/\u202e",
    "https://[::1/",
]


@pytest.mark.parametrize("url", UNFIT)
def test_addresses_that_are_none_are_refused(summit, url):
    client = summit.come_in("depositary", "host")
    refused(client.post(f"{API}/webhooks", json={"url": url}), 400, "webhook.url")


def test_outside_a_demo_only_https_is_taken_and_no_neighbour_is_called(summit, receiver):
    client = summit.come_in("depositary", "host")
    summit.app.state.courier.local = False
    refused(client.post(f"{API}/webhooks", json={"url": receiver.url}), 400, "webhook.url")
    for host in ("127.0.0.1", "localhost", "10.0.0.1", "169.254.169.254", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"):
        with pytest.raises(Exception, match="not a public one") as told:
            posting.post(f"https://{host}/", b"", {}, local=False)
        assert told.value.code == "webhook.address"
    assert receiver.got == []


def test_another_secret_of_the_service_sends_nothing_forged(summit, receiver):
    hooked(summit, receiver)
    act(summit, 0)
    object.__setattr__(summit.chancery, "secret", b"another secret, just as long as that one")
    assert webhooks.deliver(summit.chancery, local=True) == 0
    assert receiver.got == []
