"""What is wrong in `deliver:` is said with its line and its key, before anything is scanned."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scanner.deliver.shorten import shorten
from scanner.document import DocumentError


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("{path: x/}", "line 3, deliver[0]: the key 'to' is missing."),
        ("{to: sylog}", "line 3, deliver[0].to: There is no 'sylog' among the sinks; did you mean"),
        ("{to: syslog}", "line 3, deliver[0]: the key 'host' is missing."),
        ("{to: syslog, host: a, prot: 1}", "deliver[0].prot: unknown key; did you mean 'port'?"),
        ("{to: syslog, host: a, port: 70000}", "line 3, deliver[0].port: expected"),
        ("{to: syslog, host: a, format: html}", "deliver[0].format: syslog takes events"),
        ("{to: syslog, host: a, format: xml}", "deliver[0].format: There is no 'xml'"),
        ("{to: syslog, host: a, transport: tcp}", "deliver[0].transport: without TLS"),
        ("{to: syslog, host: a, ca_file: no.pem}", "deliver[0].ca_file: there is no file no.pem."),
        ("{to: file}", "line 3, deliver[0]: the key 'path' is missing."),
        ("{to: file, path: x/, keep: 0}", "deliver[0].keep: expected"),
        ('{to: splunk, url: "https://s:8088", token: abc}', "deliver[0].token: give a reference"),
        ('{to: splunk, url: "http://s:8088", token: "env:T"}', "deliver[0].url: only an https"),
        ('{to: webhook, url: "https://a:b@h/", secret: "env:S"}', "deliver[0].url: a user name"),
        ('{to: slack, url: "https://hooks.example/x"}', "deliver[0].url: give a reference"),
    ],
)
def test_a_wrong_entry_is_named_with_its_line_and_key(post: Any, entry: str, said: str) -> None:
    with pytest.raises(DocumentError) as error:
        post(entry)
    assert said in str(error.value)
    assert "hooks.example" not in str(error.value)


def test_two_entries_for_one_place_need_names(post: Any) -> None:
    with pytest.raises(DocumentError, match="give one of them a `name`"):
        post("{to: file, path: x/}", "{to: file, path: x/}")
    assert post("{to: file, path: x/}", "{to: file, path: x/, name: second}")


@pytest.mark.parametrize("limit", [300, 500, 1000])
def test_an_event_is_cut_to_any_size_and_stays_json(limit: int) -> None:
    event = {"id": "a" * 24, "message": "長い" * 3000, "fix": "y" * 5000, "list": ["z" * 900]}
    shorter = shorten(json.dumps(event, ensure_ascii=False).encode(), limit)
    assert len(shorter) <= limit
    read = json.loads(shorter)
    assert read["id"] == event["id"]
    assert read["truncated"] is True
