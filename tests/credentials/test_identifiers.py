"""did:web and did:key, Multikey, and the bits of a status list."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from certify.credentials.did_web import NoDidWeb, did_web
from certify.credentials.multikey import NoKey, from_multibase, from_multikey, method_of_did_key, to_multikey
from certify.credentials.status import PLACES, encoded
from tests.credentials.readers import document_url, is_set, key_for


@pytest.mark.parametrize(
    ("base", "did", "url"),
    [
        (
            "https://score.example.org",
            "did:web:score.example.org:issuers:vn",
            "https://score.example.org/issuers/vn/did.json",
        ),
        (
            "https://localhost:8443",
            "did:web:localhost%3A8443:issuers:vn",
            "https://localhost:8443/issuers/vn/did.json",
        ),
        (
            "https://example.org/score/asia",
            "did:web:example.org:score:asia:issuers:vn",
            "https://example.org/score/asia/issuers/vn/did.json",
        ),
    ],
)
def test_a_did_web_names_the_place_of_its_document(base: str, did: str, url: str) -> None:
    assert (did_web(base, "vn"), document_url(did)) == (did, url)


@pytest.mark.parametrize(
    "base", ["http://example.org", "https://", "https://u@example.org", "https://[::1]", "ftp://example.org"]
)
def test_without_https_and_a_name_there_is_no_did_web(base: str) -> None:
    with pytest.raises(NoDidWeb):
        did_web(base, "vn")


def test_both_kinds_of_key_are_written_and_read() -> None:
    for key in (Ed25519PrivateKey.generate(), ec.generate_private_key(ec.SECP256R1())):
        text = to_multikey(key.public_key())
        assert text.startswith("z6Mk" if isinstance(key, Ed25519PrivateKey) else "zDn")
        assert from_multikey(text) == key.public_key()
        assert key_for(method_of_did_key(f"did:key:{text}")) == key.public_key()


@pytest.mark.parametrize(
    "text", ["", "z", "z6Mk", "m6Mk", "z0OIl", 7, None, "z" + "1" * 300, "zDn" + "1" * 44]
)
def test_what_is_no_key_is_refused(text: object) -> None:
    with pytest.raises(NoKey):
        from_multikey(text)


def test_a_multibase_of_another_base_is_refused() -> None:
    with pytest.raises(NoKey):
        from_multibase("uAAAA")


@settings(max_examples=20)
@given(st.sets(st.integers(0, PLACES - 1), max_size=20), st.integers(0, PLACES - 1))
def test_a_bit_is_set_exactly_for_its_places(places: set[int], asked: int) -> None:
    assert is_set(encoded(places), asked) is (asked in places)


def test_the_first_place_is_the_leftmost_bit_and_the_bytes_never_vary() -> None:
    assert (is_set(encoded([0]), 0), is_set(encoded([0]), 7)) == (True, False)
    assert encoded([3, 5]) == encoded([5, 3])
