"""The settings of a service: read once by an entry point, then passed on, never looked up elsewhere."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from pathlib import Path
from typing import Final, Literal
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from declaration.errors import ConfigurationError

PREFIX: Final = "DECLARATION_"
DATABASE: Final = "sqlite:///declaration.db"
"""The database when none is named: a file in the present folder."""
OUTBOX: Final = "outbox"
"""Where letters are written when no mail server is named."""
KEYS: Final = "keys/private"
"""Where the key files lie when no folder is named."""
DEMO_PASSPHRASE: Final = "demo: throwaway keys, trusted by nobody"  # noqa: S105 - public on purpose, demo only
"""Passphrase of a demo's throwaway keys; refused everywhere else."""
DEMO_SECRET: Final = "demo: invitations that everybody can forge"  # noqa: S105 - public on purpose, demo only
"""Secret of a demo's invitations, sessions and tokens; refused everywhere else."""
MIN_SECRET: Final = 32
"""Characters of the service's secret: 32 random letters, or 64 hexadecimal digits."""
MIN_PASSPHRASE: Final = 16
"""Characters of a passphrase for key files: below, a stolen file can be opened by trying."""
GUESSABLE: Final = frozenset(
    {"admin", "changeit", "changeme", "change-me", "declaration", "default", "demo", "password", "postgres", "secret"}
)
"""Passwords that examples and images ship with: whoever knows the example would own the record."""

_TRUE: Final = frozenset({"1", "true", "yes", "on"})
_FALSE: Final = frozenset({"", "0", "false", "no", "off"})
_HOST: Final = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*", re.ASCII)
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_PORTS: Final[Mapping[str, int]] = {"smtps": 465, "smtp": 587}
"""Ports of submission (RFC 8314, section 3.3; RFC 6409, section 3.1)."""


@dataclass(frozen=True, slots=True)
class Relay:
    """A mail server that takes our letters.

    Args:
        host: its name.
        port: where it listens.
        user: as whom we come in; None for anybody.
        password: likewise.
        encrypted: TLS from the first byte, after STARTTLS, or (on this machine alone) not at all.

    """

    host: str
    port: int
    user: str | None = field(repr=False)
    password: str | None = field(repr=False)
    encrypted: Literal["tls", "starttls", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an operator decides; checked when made.

    Args:
        database_url: ``sqlite:///FILE`` or ``postgresql://…``; may hold a password, so it is not shown by ``repr``.
        keys: folder of the encrypted key files.
        passphrase: opens the key files; None when a person is to be asked.
        secret: under which invitations, sessions and tokens are kept; None where nobody may come in.
        timestamp_url: an RFC 3161 authority (http or https); None for the embedded one.
        timestamp_root: certificate (PEM) of the root above that authority.
        rp_id: WebAuthn relying party id, a domain name.
        origins: exact web origins from which passkey assertions are accepted.
        proxies: addresses or networks of the proxies before the service, which are believed when they say from whom a
            request comes (``X-Forwarded-For``).
        smtp_url: the mail server that takes our letters; None writes them into a folder. May hold a password.
        mail_from: sender of the letters, ``Name <address>``; None for ``declaration@`` and the domain name.
        mail_folder: where letters are written when there is no mail server.
        demo: throwaway keys, localhost and default secrets are allowed, and said so loudly.

    Raises:
        ConfigurationError: ``config.*``, naming the variable to change.

    """

    database_url: str = field(default=DATABASE, repr=False)
    keys: Path = Path(KEYS)
    passphrase: str | None = field(default=None, repr=False)
    secret: str | None = field(default=None, repr=False)
    timestamp_url: str | None = None
    timestamp_root: Path | None = None
    rp_id: str = "localhost"
    origins: tuple[str, ...] = ("http://localhost:8000",)
    proxies: tuple[str, ...] = ()
    smtp_url: str | None = field(default=None, repr=False)
    mail_from: str | None = None
    mail_folder: Path = Path(OUTBOX)
    demo: bool = False

    def __post_init__(self) -> None:
        """Refuse settings that cannot work or that would only seem safe."""
        _check_rp_id(self.rp_id, demo=self.demo)
        if not self.origins:
            raise _wrong("origins", "ORIGINS", "No web origin is set.", "List every https://host that serves the pages")
        for origin in self.origins:
            _check_origin(origin, self.rp_id, demo=self.demo)
        _check_timestamp_url(self.timestamp_url)
        for proxy in self.proxies:
            _check_proxy(proxy)
        _check_sender(self.sender)
        if self.smtp_url is not None:
            read_relay(self.smtp_url)
        if not self.demo:
            _check_secrets(self.database_url, self.passphrase)
            _check_secret(self.secret)

    @property
    def relay(self) -> Relay | None:
        """The mail server, taken apart."""
        return None if self.smtp_url is None else read_relay(self.smtp_url)

    @property
    def sender(self) -> str:
        """The sender of letters."""
        return self.mail_from or f"declaration@{self.rp_id}"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Read the variables ``DECLARATION_*`` of `environment` (usually ``os.environ``).

        ``DATABASE_URL``, ``KEYS``, ``KEY_PASSPHRASE``, ``SECRET``, ``TIMESTAMP_URL``, ``TIMESTAMP_ROOT``, ``RP_ID``,
        ``ORIGINS`` and ``PROXIES`` (separated by commas), ``SMTP_URL``, ``MAIL_FROM``, ``MAIL_FOLDER`` and ``DEMO`` (1
        or 0), each with the prefix.

        Raises:
            ConfigurationError: ``config.*``, naming the variable to change.

        """

        def given(name: str, default: str = "") -> str:
            return environment.get(PREFIX + name, "").strip() or default

        demo = given("DEMO").lower()
        if demo not in _TRUE | _FALSE:
            raise _wrong("demo", "DEMO", f"{demo!r} is neither yes nor no.", "Write 1 or 0")
        return cls(
            database_url=given("DATABASE_URL", DATABASE),
            keys=Path(given("KEYS", KEYS)),
            passphrase=given("KEY_PASSPHRASE") or (DEMO_PASSPHRASE if demo in _TRUE else None),
            secret=given("SECRET") or (DEMO_SECRET if demo in _TRUE else None),
            timestamp_url=given("TIMESTAMP_URL") or None,
            timestamp_root=Path(root) if (root := given("TIMESTAMP_ROOT")) else None,
            rp_id=given("RP_ID", "localhost"),
            origins=_listed(given("ORIGINS", "http://localhost:8000")),
            proxies=_listed(given("PROXIES")),
            smtp_url=given("SMTP_URL") or None,
            mail_from=given("MAIL_FROM") or None,
            mail_folder=Path(given("MAIL_FOLDER", OUTBOX)),
            demo=demo in _TRUE,
        )


def _listed(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


def read_relay(url: str) -> Relay:
    """Return the mail server that an address names.

    ``smtps://user:password@host:465`` speaks TLS from the first byte, ``smtp://user:password@host:587`` after STARTTLS,
    without which nothing is sent; ``?starttls=no`` does without, on this machine alone. Signs of user and password that
    an address cannot hold are written ``%40`` (RFC 3986, section 2.1).

    Raises:
        ConfigurationError: ``config.smtp-url``.

    """
    try:
        parts = urlsplit(url)
        port = parts.port
        wishes = dict(parse_qsl(parts.query, strict_parsing=True)) if parts.query else {}
    except ValueError:
        parts, port, wishes = urlsplit(""), None, {}
    host, starttls = parts.hostname or "", wishes.pop("starttls", "yes")
    unfit = parts.scheme not in _PORTS or not host or parts.path not in {"", "/"} or parts.fragment or port == 0
    if unfit or wishes or starttls not in {"yes", "no"} or any(sign.isspace() for sign in url):
        raise _wrong(
            "smtp-url",
            "SMTP_URL",
            "This is not the address of a mail server.",
            "Write smtps://user:password@host or smtp://user:password@host",
        )
    if parts.scheme == "smtps":
        encrypted: Literal["tls", "starttls", "none"] = "tls"
    else:
        encrypted = "starttls" if starttls == "yes" else "none"
    if encrypted == "none" and host not in _LOOPBACK:
        raise _wrong(
            "smtp-url",
            "SMTP_URL",
            f"Letters to {host} would go in the clear.",
            "Only a mail server on this machine may do without TLS",
        )
    return Relay(host, port or _PORTS[parts.scheme], *_credentials(parts), encrypted)


def _credentials(parts: SplitResult) -> tuple[str | None, str | None]:
    if not parts.username:
        return None, None
    return unquote(parts.username), unquote(parts.password or "")


def cache_folder(environment: Mapping[str, str]) -> Path | None:
    """Return where this program may keep what it can make again (XDG Base Directory Specification); None for nowhere.

    Args:
        environment: usually ``os.environ``; ``XDG_CACHE_HOME`` counts if it is absolute, else ``HOME`` does.

    """
    if Path(given := environment.get("XDG_CACHE_HOME", "")).is_absolute():
        return Path(given) / "declaration"
    if Path(home := environment.get("HOME", "")).is_absolute():
        return Path(home) / ".cache" / "declaration"
    return None


def _wrong(code: str, variable: str, message: str, hint: str) -> ConfigurationError:
    return ConfigurationError(f"config.{code}", message, hint=f"{hint} (variable {PREFIX}{variable}).")


def _check_rp_id(rp_id: str, *, demo: bool) -> None:
    if not _HOST.fullmatch(rp_id) or _is_address(rp_id):
        raise _wrong("rp-id", "RP_ID", f"{rp_id!r} is not a domain name.", "Write the host's name in lower case")
    if rp_id == "localhost" and not demo:
        raise _wrong(
            "rp-id",
            "RP_ID",
            "Passkeys bound to localhost would work for nobody else.",
            "Set the domain name of the service, or DECLARATION_DEMO=1 to try it on one machine",
        )


def _check_origin(origin: str, rp_id: str, *, demo: bool) -> None:
    """WebAuthn level 3, section 5.1.3: the relying party id is the origin's host or a parent domain of it."""
    try:
        parts = urlsplit(origin)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        parts, host, port = urlsplit(""), "", None
    if not host or origin != f"{parts.scheme}://{host}" + (f":{port}" if port is not None else ""):
        raise _wrong("origins", "ORIGINS", f"{origin!r} is not a web origin.", "Write it as https://host[:port]")
    if parts.scheme != "https" and not (demo and host == "localhost" and parts.scheme == "http"):
        raise _wrong("origins", "ORIGINS", f"{origin} is not encrypted.", "Passkeys need https outside a demo")
    if host != rp_id and not host.endswith("." + rp_id):
        raise _wrong(
            "origins", "ORIGINS", f"{origin} does not lie within the domain {rp_id}.", "Change it, or RP_ID with it"
        )


def _check_timestamp_url(url: str | None) -> None:
    if url is None:
        return
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        usable = False
    if not usable:
        raise _wrong("timestamp-url", "TIMESTAMP_URL", f"{url!r} is not a web address.", "Write http(s)://host/path")


def _check_proxy(proxy: str) -> None:
    try:
        network = ipaddress.ip_network(proxy)
    except ValueError:
        network = None
    # whoever believes everybody believes the client itself, who then chooses by which address it is counted
    if network is None or network.prefixlen == 0:
        raise _wrong(
            "proxies",
            "PROXIES",
            f"{proxy!r} is not the address or network of a proxy.",
            "Write addresses or networks, for example 127.0.0.1,10.0.0.0/24",
        )


def _check_sender(sender: str) -> None:
    local, _, domain = parseaddr(sender)[1].rpartition("@")
    if not local or not domain or not sender.isprintable() or not f"{local}{domain}".isascii() or " " in local + domain:
        raise _wrong(
            "mail-from",
            "MAIL_FROM",
            f"{sender!r} is not a sender of e-mail.",
            "Write name@example.org, or Name <name@example.org>",
        )


def _check_secrets(database_url: str, passphrase: str | None) -> None:
    try:
        password = urlsplit(database_url).password
    except ValueError:
        password = None  # opening the store refuses the address with its own words
    if password is not None and password.lower() in GUESSABLE:
        raise _wrong(
            "database-password", "DATABASE_URL", "The database's password is one that everybody knows.", "Change it"
        )
    if passphrase is None:
        return
    if passphrase == DEMO_PASSPHRASE or passphrase.lower() in GUESSABLE:
        raise _wrong(
            "passphrase", "KEY_PASSPHRASE", "The key files' passphrase is one that everybody knows.", "Choose your own"
        )
    if len(passphrase) < MIN_PASSPHRASE:
        raise _wrong(
            "passphrase",
            "KEY_PASSPHRASE",
            f"The key files' passphrase has fewer than {MIN_PASSPHRASE} characters.",
            "Choose a longer one, for example six words",
        )


def _check_secret(secret: str | None) -> None:
    if secret is None:
        return
    if secret == DEMO_SECRET or secret.lower() in GUESSABLE:
        raise _wrong("secret", "SECRET", "The service's secret is one that everybody knows.", "Choose your own")
    if len(secret) < MIN_SECRET:
        raise _wrong(
            "secret",
            "SECRET",
            f"The service's secret has fewer than {MIN_SECRET} characters.",
            "Make one, for example by `openssl rand -hex 32`",
        )


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
