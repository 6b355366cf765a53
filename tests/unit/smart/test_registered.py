"""The file of record systems says who is registered and who is who, or what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from leeward.errors import BadInput
from leeward.smart.registered import read_registered

GOOD = """
[[server]]
iss = "https://ehr.example/fhir/"
client_id = "leeward"
name = "County General"
key_file = "key.json"
[server.people]
"Practitioner/123" = "A.Reyes"
"https://other.example/fhir/Practitioner/9" = "n.park"
"""


def written(folder: Path, text: str) -> Path:
    (folder / "key.json").write_text("{}")
    file = folder / "ehr.toml"
    file.write_text(text)
    return file


def test_a_server_is_found_by_its_address_and_its_people_by_theirs(tmp_path: Path):
    systems = read_registered(written(tmp_path, GOOD))
    one = systems.named("https://ehr.example/fhir")
    assert one is not None and one is systems.named("https://ehr.example/fhir/")
    assert one.key_file == str(tmp_path / "key.json") and one.called == "County General"
    assert one.account_of("https://ehr.example/fhir/Practitioner/123") == "a.reyes"
    assert one.account_of("https://other.example/fhir/Practitioner/9") == "n.park"
    assert one.account_of("https://other.example/fhir/Practitioner/123") == ""
    assert one.account_of("") == ""
    assert systems.named("https://elsewhere.example/fhir") is None and systems.named("") is None


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (('"https://ehr.example/fhir/"', '"http://ehr.example/fhir"'), "no address over TLS"),
        (('"https://ehr.example/fhir/"', '"https://me@ehr.example/fhir"'), "no address over TLS"),
        (('"https://ehr.example/fhir/"', '"https:///fhir"'), "no address over TLS"),
        (('client_id = "leeward"', 'client_id = ""'), "no client_id"),
        (('client_id = "leeward"', ""), "client_id"),
        (('"key.json"', '"absent.json"'), "not there"),
        (('key_file = "key.json"', 'key_file = "key.json"\nsecret_file = "key.json"'), "both key_file and secret_file"),
        (('"Practitioner/123"', '"123"'), "not named as they are there"),
        (('"A.Reyes"', '" "'), "not named as they are there"),
        (("[server.people]", "[server.persons]"), "unknown field"),
        (("[[server]]", "[[server"), "--ehr"),
    ],
)
def test_a_mistake_in_the_file_is_a_sentence(tmp_path: Path, change: tuple[str, str], says: str):
    with pytest.raises(BadInput, match=says):
        read_registered(written(tmp_path, GOOD.replace(*change)))


def test_two_servers_of_one_address_are_refused(tmp_path: Path):
    with pytest.raises(BadInput, match="Two servers have one iss"):
        read_registered(written(tmp_path, GOOD + GOOD.replace("fhir/", "fhir")))


def test_a_file_that_is_not_there_is_a_sentence(tmp_path: Path):
    with pytest.raises(BadInput, match="cannot be read"):
        read_registered(tmp_path / "absent.toml")


@pytest.mark.parametrize(
    ("callbacks", "refused"),
    [
        (("", "b"), ""),
        (("a", "b"), ""),
        (("", ""), "one address"),
        (("a", "a"), "one address"),
        (("A b", ""), "no word"),
    ],
)
def test_each_of_several_servers_sends_people_back_to_its_own_address(
    tmp_path: Path, callbacks: tuple[str, str], refused: str
):
    text = "".join(
        f'[[server]]\niss = "https://{place}.example/fhir"\nclient_id = "leeward"\ncallback = "{word}"\n'
        for place, word in enumerate(callbacks)
    )
    if refused:
        with pytest.raises(BadInput, match=refused):
            read_registered(written(tmp_path, text))
        return
    backs = [one.back for one in read_registered(written(tmp_path, text)).servers.values()]
    assert backs == [f"/smart/callback/{word}" if word else "/smart/callback" for word in callbacks]
