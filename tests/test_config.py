"""The settings of a process, read from its environment."""

from pathlib import Path

import pytest

from certify.config import ConfigRefused, read_settings


@pytest.mark.parametrize("mode", ["demo", "test"])
@pytest.mark.parametrize(
    ("given", "base_url"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"PORT": "8191"}, "http://127.0.0.1:8191"),
        ({"HOST": "192.0.2.7", "PORT": "80"}, "http://192.0.2.7:80"),
        ({"HOST": "0.0.0.0"}, "http://localhost:8000"),
        ({"HOST": "::1"}, "http://[::1]:8000"),
        ({"PORT": "8191", "CERTIFY_BASE_URL": "https://certify.example/"}, "https://certify.example"),
    ],
)
def test_the_address_is_the_one_given_or_where_the_server_listens(
    tmp_path: Path, mode: str, given: dict[str, str], base_url: str
) -> None:
    settings = read_settings({"CERTIFY_MODE": mode, "CERTIFY_INSTANCE": str(tmp_path), **given})
    assert settings.base_url == base_url


def test_production_never_guesses_its_address(tmp_path: Path) -> None:
    with pytest.raises(ConfigRefused, match="CERTIFY_BASE_URL is missing"):
        read_settings({"CERTIFY_INSTANCE": str(tmp_path), "PORT": "8191"})
