"""Countries and the time zone that each one's days are counted in, from the tz database."""

from functools import cache
from importlib.resources import files


def _rows(table: str) -> list[list[str]]:
    text = files("tzdata").joinpath("zoneinfo", table).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]


COUNTRIES: tuple[str, ...] = tuple(sorted(row[0] for row in _rows("iso3166.tab")))


def is_country(code: str) -> bool:
    """Whether this is a country's two capital letters (ISO 3166-1 alpha-2)."""
    return code in COUNTRIES


def zone_of(country: str) -> str:
    """The country's first zone in the tz database, by which its days are counted; UTC if unknown."""
    return _first_zones().get(country, "UTC")


@cache
def _first_zones() -> dict[str, str]:
    zones: dict[str, str] = {}
    for country, _position, zone, *_comment in _rows("zone.tab"):
        zones.setdefault(country, zone)
    return zones
