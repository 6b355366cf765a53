"""Whether what goes to an address and back can be read or changed on the way."""

import pytest

from leeward.addresses import is_private


@pytest.mark.parametrize("address", ["https://ehr.example/fhir", "http://127.0.0.1:8080", "http://[::1]/", "http://localhost"])  # fmt: skip
def test_what_is_reached_over_tls_or_within_this_machine_is_private(address: str):
    assert is_private(address)


@pytest.mark.parametrize(
    "address",
    [
        "http://ehr.example",
        "ftp://localhost/keys",
        "file://localhost/etc",
        "https:///fhir",
        "",
        "http://[",
        "localhost",
    ],
)
def test_anything_else_is_not(address: str):
    assert not is_private(address)
