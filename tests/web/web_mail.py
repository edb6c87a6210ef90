"""A mail server on localhost that keeps what it takes, and refuses what it is told to."""

import contextlib
import email
import email.policy
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from declaration.config import read_relay
from declaration.services.mailing import Server

SENDER = "Déclaration <letters@declaration.example>"


class Mailbox:
    """What the server does with each letter: answers from a list, then 250.

    Args:
        recipients: answers to RCPT, in their order.
        contents: answers to the content, likewise.

    """

    def __init__(self, recipients=(), contents=()):
        self.recipients, self.contents = list(recipients), list(contents)
        self.got, self.raw, self.greeted, self.entered = [], [], 0, []

    async def handle_EHLO(self, _server, session, _envelope, hostname, responses):  # noqa: N802 - the library calls it so
        self.greeted += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802 - the library calls it so
        answer = self.recipients.pop(0) if self.recipients else "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - the library calls it so
        answer = self.contents.pop(0) if self.contents else "250 OK"
        if answer.startswith("250"):
            self.raw.append(envelope.original_content)
            self.got.append((envelope.mail_from, list(envelope.rcpt_tos), read(envelope.original_content)))
        return answer

    def texts(self):
        """Bodies in the order in which they came."""
        return [letter.get_content() for _, _, letter in self.got]


def read(data):
    return email.message_from_bytes(data, policy=email.policy.default)


class _Server(Controller):
    """On a free port, which is known when it listens and not before."""

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextlib.contextmanager
def receiving(mailbox, *, url="smtp://{host}:{port}?starttls=no", **more):
    """Run the server; give the carrier that hands letters to it."""
    controller = _Server(mailbox, hostname="127.0.0.1", port=0, **more)
    controller.start()
    try:
        yield Server(read_relay(url.format(host="localhost", port=controller.port)), SENDER, "declaration.example")
    finally:
        controller.stop()


def entering(mailbox):
    """How the server lets somebody in: by one name and password."""

    def authenticate(_server, _session, _envelope, mechanism, data):
        mailbox.entered.append((mechanism, data.login, data.password))
        return AuthResult(success=(data.login, data.password) == (b"us@er", b"pass word"), handled=False)

    return authenticate


def certificate(folder, name="localhost"):
    """Make a certificate that signs itself; return the server's side of TLS and the file that trusts it."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    names = x509.SubjectAlternativeName([x509.DNSName(name), x509.IPAddress(ip_address("192.0.2.1"))])
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file, secret = folder / "mail.pem", folder / "mail.key"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, secret)
    return context, file
