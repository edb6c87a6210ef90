"""Public pages and reads of the interface over HTTP, as a share of what the bare framework serves in the same run.

One server process at a time, asked by as many connections as `HANDS` in turn; the client costs both alike. The bare
framework is FastAPI with one asynchronous route that answers with ten kilobytes from memory: no database, no headers of
ours, no negotiation. A conditional request brings the tag along and is answered 304.
"""

import socket
import threading
import time
from statistics import median

from measure import Figure
from web_service import served, service

HANDS = 4
REQUESTS = 1_500
"""Requests of one round."""
ROUNDS = 5
MANY = 10_000
"""Requests after which a worker's memory is looked at again."""


def figures():
    with service(count=35) as made, made.processes(1) as [port], served(made.url, made.keys, "bare") as bare:
        page, api = f"/{made.declaration}/", f"/api/v1/declarations/{made.declaration}"
        tag = header(port, page, "etag")
        wanted = {
            "bare framework": (bare, "/page", ()),
            "a public page, kept": (port, page, ()),
            "the same, known to the reader (304)": (port, page, (f"If-None-Match: {tag}",)),
            "where a declaration stands, by the interface": (port, api, ()),
            "the same, known to the reader (304) ": (port, api, (f"If-None-Match: {header(port, api, 'etag')}",)),
            "the acceptance matrix, by the interface": (port, f"{api}/matrix", ()),
        }
        rates = {name: [] for name in wanted}
        for turn in range(ROUNDS + 1):
            for name, (at, address, more) in wanted.items():
                rate = rate_of(at, address, more, REQUESTS if "matrix" not in name else REQUESTS // 10)
                if turn:
                    rates[name].append(rate)
        floor = rates["bare framework"]
        yield Figure("bare framework", f"{median(floor):,.0f} requests a second")
        for name in list(wanted)[1:]:
            share = median(one / other for one, other in zip(rates[name], floor, strict=True))
            target = {"target": "≥ 70 %", "met": share >= 0.7} if name == "a public page, kept" else {}
            yield Figure(
                name, f"{median(rates[name]):,.0f} requests a second", "bare framework", f"{share:.0%}", **target
            )
        yield memory(port, page, api)


def memory(port, page, api):
    rate_of(port, page, (), 2_000)
    before = port.resident()
    for address in (page, api, f"{page}amendments", f"{page}matrix"):
        rate_of(port, address, (), MANY // 4)
    after = port.resident()
    return Figure(
        f"memory of a worker after {MANY:,} further requests",
        f"{after:.0f} MB",
        f"before {before:.0f} MB",
        f"{after / before:.2f} ×",
        "flat",
        after < before * 1.1,
    )


def request(address, more=()):
    return "\r\n".join([f"GET {address} HTTP/1.1", "Host: localhost:8000", *more, "", ""]).encode()


def header(port, address, name):
    with socket.create_connection(("127.0.0.1", int(port))) as link:
        link.sendall(request(address, ("Connection: close",)))
        data = b"".join(iter(lambda: link.recv(65536), b""))
    lines = data.partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
    return next(line.partition(": ")[2] for line in lines if line.lower().startswith(f"{name}:"))


def rate_of(port, address, more, count):
    """Return answers a second of `count` requests over `HANDS` connections that stay open."""
    sent = request(address, more)

    def one():
        with socket.create_connection(("127.0.0.1", int(port))) as link:
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for _ in range(count // HANDS):
                link.sendall(sent)
                take(link)

    hands = [threading.Thread(target=one) for _ in range(HANDS)]
    begun = time.perf_counter()
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    return (count // HANDS) * HANDS / (time.perf_counter() - begun)


def take(link):
    """Read one answer from a connection that stays open."""
    data = link.recv(262_144)
    while (end := data.find(b"\r\n\r\n")) < 0:
        data += link.recv(262_144)
    head = data[:end].lower()
    if not head.startswith((b"http/1.1 200", b"http/1.1 304")):
        raise SystemExit(data[:200].decode())
    start = head.find(b"content-length: ")
    length = 0 if start < 0 else int(head[start + 16 :].split(b"\r\n")[0])
    if b" 304 " in head[:16]:
        length = 0
    missing = length - (len(data) - end - 4)
    while missing > 0:
        missing -= len(link.recv(262_144))
