"""Settings from the environment, read once and checked: what an operator may turn, and nothing else."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from certify.faults import ACTS, Point, fault_of

MODES = ("production", "demo", "test")


class ConfigRefused(Exception):
    """A setting that this installation must not start with; the sentence says what to change."""


@dataclass(frozen=True)
class Settings:
    """How one installation runs."""

    mode: str
    instance: Path
    database_url: str
    clock: str
    base_url: str
    secret_key: str
    smtp_url: str
    mail_from: str
    trusted_hosts: tuple[str, ...]
    proxies: int
    max_upload_bytes: int = 10 * 1024 * 1024
    fault: str = ""
    font_dir: Path | None = None
    smtp_ca: Path | None = None

    @property
    def https(self) -> bool:
        """Whether the public address is https, so that cookies are Secure and __Host-."""
        return self.base_url.startswith("https://")

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names that are answered to (none: any); in production the public one and the machine's own."""
        if self.trusted_hosts or self.mode != "production":
            return self.trusted_hosts
        return (urlsplit(self.base_url).hostname or "", "localhost", "127.0.0.1")


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process. Raises ConfigRefused."""
    env = os.environ if environ is None else environ
    mode = env.get("CERTIFY_MODE", "production")
    if mode not in MODES:
        raise ConfigRefused(f"CERTIFY_MODE is {mode!r}; it can be {', '.join(MODES)}.")
    clock = env.get("CERTIFY_CLOCK", "")
    if clock and mode == "production":
        raise ConfigRefused("CERTIFY_CLOCK turns the time and is refused in production; unset it.")
    instance = Path(env.get("CERTIFY_INSTANCE", Path(__file__).parent.parent / "instance")).resolve()
    instance.mkdir(parents=True, exist_ok=True)
    return Settings(
        mode=mode,
        instance=instance,
        database_url=_database_url(env, instance),
        clock=clock,
        base_url=_base_url(env, mode),
        secret_key=env.get("CERTIFY_SECRET_KEY") or _kept_secret(instance / "secret_key"),
        smtp_url=env.get("CERTIFY_SMTP_URL", ""),
        mail_from=env.get("CERTIFY_MAIL_FROM", "Certify <certify@localhost>"),
        trusted_hosts=tuple(filter(None, env.get("CERTIFY_TRUSTED_HOSTS", "").split(","))),
        proxies=_proxies(env.get("CERTIFY_PROXIES", "0")),
        fault=_fault(env.get("CERTIFY_FAULT", ""), mode),
        font_dir=_font_dir(env.get("CERTIFY_FONT_DIR", "")),
        smtp_ca=_smtp_ca(env.get("CERTIFY_SMTP_CA", "")),
    )


def _proxies(given: str) -> int:
    """How many proxies of our own stand before us; whatever they add about the sender is believed."""
    if not (given.isascii() and given.isdecimal() and len(given) == 1):
        raise ConfigRefused(f"CERTIFY_PROXIES is {given!r}; it is the number of proxies in front, 0 to 9.")
    return int(given)


def _fault(order: str, mode: str) -> str:
    """The fault that a test orders; nowhere else is anything broken on purpose."""
    if order and mode != "test":
        raise ConfigRefused("CERTIFY_FAULT breaks things on purpose and is for tests alone; unset it.")
    try:
        if order:
            fault_of(order)
    except ValueError as error:
        raise ConfigRefused(
            f"CERTIFY_FAULT is {order!r}; it is point:n or point:n:act, with a point of {', '.join(Point)} "
            f"and an act of {', '.join(ACTS)}."
        ) from error
    return order


def _font_dir(given: str) -> Path | None:
    """Where the operator keeps fonts for the names on certificates that ours do not draw."""
    if not given:
        return None
    folder = Path(given).resolve()
    if not folder.is_dir():
        raise ConfigRefused(f"CERTIFY_FONT_DIR is {given!r}; there is no such folder.")
    return folder


def _smtp_ca(given: str) -> Path | None:
    """The certificate of a private authority that vouches for the operator's own mail server."""
    if given and not Path(given).is_file():
        raise ConfigRefused(f"CERTIFY_SMTP_CA is {given!r}; there is no such file.")
    return Path(given).resolve() if given else None


def _base_url(env: Mapping[str, str], mode: str) -> str:
    """The public address; where nothing is at stake, the one that `flask serve` listens on."""
    given = env.get("CERTIFY_BASE_URL", "").rstrip("/")
    if given:
        return given
    if mode == "production":
        raise ConfigRefused("CERTIFY_BASE_URL is missing: the public https address of this installation.")
    host = env.get("HOST") or "127.0.0.1"
    shown = "localhost" if host in ("0.0.0.0", "::") else f"[{host}]" if ":" in host else host
    return f"http://{shown}:{env.get('PORT') or '8000'}"


def _database_url(env: Mapping[str, str], instance: Path) -> str:
    url = env.get("DATABASE_URL", "")
    if not url:
        return f"sqlite:///{instance / 'certify.db'}"
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _kept_secret(path: Path) -> str:
    """A secret made once, kept in the instance folder and readable by its owner alone."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        made = secrets.token_urlsafe(48)
        file.write(made)
    return made
