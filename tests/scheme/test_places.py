"""Countries and their zones."""

from zoneinfo import ZoneInfo

import pytest

from certify.scheme.places import COUNTRIES, is_country, zone_of


@pytest.mark.parametrize(
    ("country", "zone"),
    [
        ("IN", "Asia/Kolkata"), ("ID", "Asia/Jakarta"), ("CN", "Asia/Shanghai"), ("ET", "Africa/Addis_Ababa"),
        ("VN", "Asia/Ho_Chi_Minh"), ("GH", "Africa/Accra"), ("CO", "America/Bogota"), ("MM", "Asia/Yangon"),
    ],
)  # fmt: skip
def test_a_programme_country_has_its_own_zone(country: str, zone: str) -> None:
    assert zone_of(country) == zone


@pytest.mark.parametrize("country", ["XX", "", "in", "IND"])
def test_an_unknown_country_is_counted_in_utc(country: str) -> None:
    assert (is_country(country), zone_of(country)) == (False, "UTC")


def test_every_country_is_listed_once_and_has_a_zone_that_exists() -> None:
    assert len(COUNTRIES) == len(set(COUNTRIES)) == 249
    assert all(ZoneInfo(zone_of(country)).key for country in COUNTRIES)
