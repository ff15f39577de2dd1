"""`inbound.yaml` of a made-up portal: what it names has to be there; what is not is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.catalog import Catalog
from automation.errors import BadFile
from automation.model import Inbound

GET = """version: 1
endpoint: get-client
effect: read
request: {method: GET, url: '/clients/{id}', path: {id: {input: client}}}
"""
LIST = """version: 1
endpoint: list-hooks
effect: read
request: {method: GET, url: /hooks}
response: {items: rows, key: id}
"""
WRITES = {
    "create-hook": "form: {event: {input: event}, url: {input: url}}, encoding: form",
    "change-hook": "path: {id: {input: hook}}, form: {event: {input: event}, url: {input: url}}, "
    "encoding: form",
    "remove-hook": "path: {id: {input: hook}}",
}
WHOLE = """version: 1
inbound: acme
id: '[0-9]{1,9}'
topics:
  client_id:
    reads:
      - {read: get-client, by: client, shown: id}
  settings_id: {profile: true}
triggers:
  - {trigger: 1, name: client, topic: client_id}
  - {trigger: 2, name: patient}
hooks: {list: list-hooks, create: create-hook, change: change-hook, remove: remove-hook, key: hook,
  trigger: event, address: url}
button: {shows: {client_id: client}, hash: hash}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "flows" / "acme"
    (place / "endpoints").mkdir(parents=True)
    (place / "portal.yaml").write_text("version: 1\nportal: acme\ntitle: Acme\nhosts: []\n")
    (place / "endpoints" / "get-client.yaml").write_text(GET)
    (place / "endpoints" / "list-hooks.yaml").write_text(LIST)
    for name, request in WRITES.items():
        text = f"version: 1\nendpoint: {name}\neffect: write\n"
        url = "/hooks/{id}" if "path" in request else "/hooks"
        text += f"request: {{method: POST, url: '{url}', {request}}}\n"
        (place / "endpoints" / f"{name}.yaml").write_text(text)
    return place


def read(folder: Path, text: str) -> Inbound:
    (folder / "inbound.yaml").write_text(text)
    return Catalog(folder.parent).inbound("acme")


def test_a_portal_without_the_file_tells_nothing_by_itself(folder: Path) -> None:
    assert Catalog(folder.parent).inbound("acme") == Inbound(inbound="acme")


def test_a_whole_file_is_read(folder: Path) -> None:
    found = read(folder, WHOLE)
    assert [each.name for each in found.triggers if each.topic] == ["client"]
    assert found.topics["settings_id"].profile
    assert found.topics["client_id"].reads[0].made_as == "get-client"


@pytest.mark.parametrize(
    "old,new,says",
    [
        (
            "read: get-client",
            "read: get-nobody",
            r'topics.client_id.reads\[0\].read: there is no endpoint "get-nobody"',
        ),
        ("by: client", "by: number", 'has no input "number"; inputs: client'),
        ("by: client,", "by: client, like: list-x,", 'like: there is no endpoint "list-x"'),
        ("read: get-client", "read: create-hook", "has the effect write, not read"),
        ("list: list-hooks", "list: get-client", "gives no items with a key"),
        ("create: create-hook", "create: list-hooks", "has the effect read, not write"),
        (
            "key: hook",
            "key: webhook",
            'hooks.change: endpoint "change-hook" has no input "webhook"',
        ),
        ("address: url}", "address: url, facts: {active: true}}", 'has no input "active"'),
        ("client_id: client}", "client_id: dragon}", 'there is no kind of entity "dragon"'),
        ("topic: client_id", "topic: clyent_id", 'client: there is no topic "clyent_id"'),
        ("trigger: 2,", "trigger: 1,", "triggers: 1 stands there twice"),
        ("[0-9]{1,9}", "[0-9", "is no regular expression"),
        ("{profile: true}", "{profile: false}", "a topic has reads, or profile: true"),
        ("hash: hash}", "hash: hash, covers: first, at: time}", "the hash does not cover"),
        ("shown: id}", "shwon: id}", r'"shwon" is not known, did you mean "shown"\?'),
        ("inbound: acme", "inbound: other", '"other" should be "acme"'),
    ],
)
def test_what_does_not_fit_is_told_with_its_place(
    folder: Path, old: str, new: str, says: str
) -> None:
    assert old in WHOLE
    with pytest.raises(BadFile, match=says):
        read(folder, WHOLE.replace(old, new))
