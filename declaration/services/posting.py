"""Posting to an address that somebody gave us: one connection, to a public address only, bounded, nothing followed.

Whoever registers an address makes this service call it, so it must not be talked into calling its own neighbours: the
name is resolved once, every address that it has must be a public one, and the connection goes to the address that was
looked at.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Mapping
from typing import Final
from urllib.parse import SplitResult, urlsplit

from declaration.errors import InputRefused

SECONDS: Final = 10.0
"""Seconds to wait for a connection, and for the answer to begin."""
MAX_URL: Final = 500
"""Characters of an address."""


def check_url(url: str, *, local: bool) -> SplitResult:
    """Return an address taken apart.

    Args:
        url: ``https://host/path``.
        local: whether ``http`` and this machine's own addresses are allowed: in a demo, and in tests.

    Raises:
        InputRefused: ``webhook.url``.

    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    schemes = {"https", "http"} if local else {"https"}
    unfit = len(url) > MAX_URL or not url.isascii() or not url.isprintable() or " " in url
    if unfit or parts.scheme not in schemes or not parts.hostname or parts.username or parts.fragment or port == 0:
        raise InputRefused(
            "webhook.url",
            "This is not an address to which acts can be sent.",
            hint="Write https://host/path, without name, password or fragment.",
        )
    return parts


def post(url: str, content: bytes, headers: Mapping[str, str], *, local: bool) -> int:
    """Send content and return the status of the answer, whose content is not read.

    Raises:
        InputRefused: ``webhook.url``; ``webhook.address``, the host is not a public one.
        OSError: it cannot be reached, or does not answer in time.
        http.client.HTTPException: what it answers is not HTTP.

    """
    parts = check_url(url, local=local)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    link = _connect(host, port, local=local)
    connection = http.client.HTTPConnection(host, port, timeout=SECONDS)
    try:
        if parts.scheme == "https":
            link = ssl.create_default_context().wrap_socket(link, server_hostname=host)
        connection.sock = link
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, body=content, headers=dict(headers))
        return connection.getresponse().status
    finally:
        link.close()
        connection.close()


def _connect(host: str, port: int, *, local: bool) -> socket.socket:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    for *_, address in found:
        if not local and not ipaddress.ip_address(str(address[0]).partition("%")[0]).is_global:
            raise InputRefused(
                "webhook.address", "The host of this address is not a public one.", hint="Use a public host."
            )
    family, kind, protocol, _, address = found[0]
    link = socket.socket(family, kind, protocol)
    try:
        link.settimeout(SECONDS)
        link.connect(address)
    except BaseException:
        link.close()
        raise
    return link
