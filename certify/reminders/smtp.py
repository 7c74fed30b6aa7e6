"""The connection to the mail server: encrypted where asked for, and then checked."""

import smtplib
import ssl
from urllib.parse import unquote, urlsplit

from flask_mailman.backends.smtp import EmailBackend
from werkzeug.utils import cached_property

from certify.extensions import settings

TIMEOUT_SECONDS = 5
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
# What a server says of us and not of the recipient: 5.7 is policy (RFC 3463), 530 asks to sign in first.
_OURS = ("530", "5.7.")


class NoSuchScheme(ValueError):
    """The address of the mail server is none that we know how to use."""


class CheckedSmtp(EmailBackend):  # type: ignore[misc]
    """Flask-Mailman's, whose STARTTLS asks for no certificate (1.1.1): ours does, as its implicit TLS."""

    connection: smtplib.SMTP | None

    @cached_property
    def ssl_context(self) -> ssl.SSLContext:
        """The system's certificate authorities, and the private one of CERTIFY_SMTP_CA."""
        context = ssl.create_default_context()
        if settings().smtp_ca:
            context.load_verify_locations(settings().smtp_ca)
        return context

    def open(self) -> bool:
        """Connect unless we are; True when it was done. Raises OSError, SMTPException."""
        if self.connection is not None:
            return False
        if not self.use_tls:
            return bool(super().open())
        connection = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        try:
            connection.starttls(context=self.ssl_context)
            if self.username and self.password:
                connection.login(self.username, self.password)
        except BaseException:
            connection.close()
            raise
        self.connection = connection
        return True


def smtp_connection(url: str) -> CheckedSmtp:
    """A connection for smtp://, smtp+starttls:// or smtps://user:password@host:port. Raises NoSuchScheme."""
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise NoSuchScheme("CERTIFY_SMTP_URL must begin with smtp://, smtp+starttls:// or smtps://.")
    return CheckedSmtp(
        host=parts.hostname,
        port=parts.port or PORTS[parts.scheme],
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        use_tls=parts.scheme == "smtp+starttls",
        use_ssl=parts.scheme == "smtps",
        timeout=TIMEOUT_SECONDS,
    )


def refuses_recipient(error: Exception, email: str) -> bool:
    """Whether the server says for good that nobody is there (5xx to RCPT), and not that we may not."""
    if not isinstance(error, smtplib.SMTPRecipientsRefused):
        return False
    code, said = error.recipients.get(email, (0, b""))
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return 500 <= code < 600 and not f"{code}".startswith(_OURS) and not words.startswith(_OURS)
