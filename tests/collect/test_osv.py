"""Vulnerabilities of self-hosted products, asked for at a service that speaks as OSV does.

The records follow the Open Source Vulnerability format 1.7.5, against whose JSON Schema they were
validated when they were written.
"""

from __future__ import annotations

import asyncio
import json
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from servers import Asked, Server

from checks.software import Advisories as OldLists
from checks.software import known_vulnerabilities
from scanner.collect.gathering import Gathering
from scanner.collect.osv import PACKAGES, Answer, OsvService, Package, Vulnerability
from scanner.collect.platforms.releases import parse_release
from scanner.config import Advisories
from scanner.model import NoEvidence, Reason, Software, Unknown

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
GHOST: dict[str, Any] = {
    "schema_version": "1.7.5",
    "id": "GHSA-aaaa-bbbb-cccc",
    "aliases": ["CVE-2026-90001"],
    "modified": "2026-11-20T00:00:00Z",
    "published": "2026-11-19T00:00:00Z",
    "summary": "Staff sessions survive a change of role",
    "affected": [
        {
            "package": {"ecosystem": "npm", "name": "ghost", "purl": "pkg:npm/ghost"},
            "ranges": [
                {
                    "type": "SEMVER",
                    "events": [{"introduced": "6.0.0"}, {"fixed": "6.66.0"}],
                }
            ],
        }
    ],
    "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:N"}],
    "database_specific": {"severity": "MODERATE", "cwe_ids": ["CWE-613"]},
}
WITHDRAWN = {**GHOST, "id": "GHSA-withdrawn", "aliases": [], "withdrawn": "2026-11-21T00:00:00Z"}
OTHERS = {
    **GHOST,
    "id": "GHSA-others",
    "aliases": [],
    "affected": [{**GHOST["affected"][0], "package": {"ecosystem": "npm", "name": "ghost-cli"}}],
}
KNOWN = {**GHOST, "id": "GHSA-known", "aliases": ["CVE-2026-26980"]}
OLDER = {
    **GHOST,
    "id": "GHSA-older",
    "aliases": ["CVE-2026-90002"],
    "affected": [
        {
            **GHOST["affected"][0],
            "ranges": [
                {
                    "type": "SEMVER",
                    "events": [{"introduced": "0"}, {"last_affected": "6.64.9"}],
                }
            ],
        }
    ],
}
LISTMONK: dict[str, Any] = {
    "schema_version": "1.7.5",
    "id": "CVE-2026-90003",
    "modified": "2026-11-20T00:00:00Z",
    "published": "2026-11-19T00:00:00Z",
    "details": "A description without a summary.",
    "affected": [
        {
            "ranges": [
                {
                    "type": "GIT",
                    "repo": "https://github.com/knadh/listmonk",
                    "events": [{"introduced": "0"}, {"fixed": "f" * 40}],
                }
            ],
            "versions": ["v6.1.0", "v6.2.0"],
        }
    ],
}


def software(version: str, *known: str) -> Software:
    return Software(
        id="x", product="x", version=version, advisories=known, advisories_as_of="2026-08-05"
    )


def count(found: Software) -> int:
    assert isinstance(found.advisories, tuple)
    return len(found.advisories)


def refresh(
    platform: str,
    subject: Software,
    folder: Path,
    url: str = "",
    *,
    online: bool = True,
    now: datetime = NOW,
) -> tuple[Software, Gathering]:
    gathering = Gathering("shop", platform)
    gathering.add(subject)
    wanted = Advisories(online=online, url=url or "http://127.0.0.1:9")
    service = OsvService(wanted, {"XDG_STATE_HOME": str(folder)}, now)
    asyncio.run(service.refresh(platform, gathering))
    [found] = gathering.subjects
    assert isinstance(found, Software)
    return found, gathering


def test_what_was_published_since_is_added_and_the_version_is_told_to_nobody(
    server: Server, tmp_path: Path
) -> None:
    def answer(asked: Asked) -> Any:
        question = json.loads(asked.body)
        if "page_token" in question:
            return {"vulns": [OTHERS, KNOWN, OLDER]}
        return {"vulns": [GHOST, WITHDRAWN], "next_page_token": "more"}

    server.decide("/v1/query", answer)
    found, gathering = refresh(
        "ghost", software("6.65.0", "CVE-2026-26980 (critical): known"), tmp_path, server.url
    )
    assert found.advisories == (
        "CVE-2026-26980 (critical): known",
        "CVE-2026-90001 (medium): Staff sessions survive a change of role",
    )
    assert found.advisories_as_of == "2026-11-24"
    assert gathering.problems == []
    assert [json.loads(each.body) for each in server.asked] == [
        {"package": {"ecosystem": "npm", "name": "ghost"}},
        {"package": {"ecosystem": "npm", "name": "ghost"}, "page_token": "more"},
    ]
    assert not any("authorization" in map(str.lower, each.headers) for each in server.asked)


def test_releases_that_only_tags_tell_apart_are_found_by_their_tag(
    server: Server, tmp_path: Path
) -> None:
    server.answer("/v1/query", {"vulns": [LISTMONK]})
    found, _ = refresh("listmonk", software("v6.2.0"), tmp_path, server.url)
    assert found.advisories == ("CVE-2026-90003 (unrated): untitled",)
    found, _ = refresh("listmonk", software("v6.3.0"), tmp_path, server.url)
    assert found.advisories == ()


COMMITS: dict[str, Any] = {
    **LISTMONK,
    "id": "CVE-2026-90004",
    "affected": [{"ranges": LISTMONK["affected"][0]["ranges"]}],
}


def test_a_record_that_names_commits_alone_clears_no_release_and_is_said(
    server: Server, tmp_path: Path
) -> None:
    server.answer("/v1/query", {"vulns": [COMMITS]})
    found, gathering = refresh("listmonk", software("v6.3.0"), tmp_path, server.url)
    gap = found.advisories
    assert isinstance(gap, Unknown)
    assert gap.reason is Reason.NEEDS_REVIEW
    assert gap.detail is not None
    assert gap.detail.values["vulnerabilities"] == ("CVE-2026-90004 (unrated): untitled",)
    assert [each.detail for each in gathering.problems] == [gap.detail]
    with pytest.raises(NoEvidence):
        known_vulnerabilities.function(found, OldLists(), NOW)


def test_commits_alone_take_nothing_from_what_releases_tell(server: Server, tmp_path: Path) -> None:
    told_twice = {**COMMITS, "affected": [*COMMITS["affected"], *LISTMONK["affected"]]}
    server.answer("/v1/query", {"vulns": [LISTMONK, COMMITS, {**told_twice, "id": "CVE-2026-9"}]})
    found, gathering = refresh("listmonk", software("v6.2.0"), tmp_path, server.url)
    assert count(found) == 2
    assert [each.reason for each in gathering.problems] == [Reason.NEEDS_REVIEW]
    server.answer("/v1/query", {"vulns": [told_twice]})
    found, gathering = refresh(
        "listmonk", software("v6.3.0"), tmp_path, server.url, now=NOW + timedelta(days=2)
    )
    assert (found.advisories, gathering.problems) == ((), [])


def test_an_answer_is_kept_for_a_day_for_its_owner_alone(server: Server, tmp_path: Path) -> None:
    server.answer("/v1/query", {"vulns": [GHOST]})
    for hours, requests in ((0, 1), (23, 1), (24, 2)):
        now = NOW + timedelta(hours=hours)
        found, _ = refresh("ghost", software("6.65.0"), tmp_path, server.url, now=now)
        assert count(found) == 1
        assert len(server.asked) == requests
    [kept] = (tmp_path / "mamori").iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_another_service_is_asked_although_one_was_today(
    serve: Callable[..., Server], tmp_path: Path
) -> None:
    one, other = serve(), serve()
    one.answer("/v1/query", {"vulns": []})
    other.answer("/v1/query", {"vulns": [GHOST]})
    assert count(refresh("ghost", software("6.65.0"), tmp_path, one.url)[0]) == 0
    assert count(refresh("ghost", software("6.65.0"), tmp_path, other.url)[0]) == 1


def test_nothing_is_asked_unless_somebody_allowed_it(server: Server, tmp_path: Path) -> None:
    known = software("6.65.0")
    assert refresh("ghost", known, tmp_path, server.url, online=False)[0] == known
    assert refresh("hubspot", known, tmp_path, server.url)[0] == known
    assert server.asked == []


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        (b"<html>", 200, Reason.MALFORMED),
        ({"vulns": "none"}, 200, Reason.MALFORMED),
        ({"vulns": [], "next_page_token": "again"}, 200, Reason.MALFORMED),
        ({"code": 3, "message": "invalid ecosystem"}, 400, Reason.MALFORMED),
        ({}, 404, Reason.NOT_FOUND),
    ],
)
def test_a_service_that_fails_is_a_problem_and_what_was_known_stays(
    server: Server, tmp_path: Path, body: Any, status: int, reason: Reason
) -> None:
    server.answer("/v1/query", body, status)
    known = software("6.65.0", "CVE-2026-26980 (critical): known")
    found, gathering = refresh("ghost", known, tmp_path, server.url)
    assert found == known
    [problem] = gathering.problems
    assert (problem.where, problem.reason) == ("published vulnerabilities", reason)


def test_an_older_answer_counts_with_its_date_where_none_comes(
    server: Server, tmp_path: Path
) -> None:
    server.answer("/v1/query", {"vulns": [GHOST]})
    refresh("ghost", software("6.65.0"), tmp_path, server.url)
    later = NOW + timedelta(days=3)
    found, gathering = refresh("ghost", software("6.65.0"), tmp_path, now=later)
    assert count(found) == 1
    assert found.advisories_as_of == "2026-11-24"
    assert [each.reason for each in gathering.problems] == [Reason.UNREACHABLE]


@pytest.mark.parametrize(
    "kept",
    [
        b"",
        b"\xff",
        b'{"asked": "2099-01-01T00:00:00Z", "vulns": []}',
        b'{"asked": "2026-11-24T08:00:00", "vulns": []}',
        b'{"asked": 1, "vulns": []}',
    ],
)
def test_a_damaged_answer_on_disk_is_asked_for_again(
    server: Server, tmp_path: Path, kept: bytes
) -> None:
    (tmp_path / "mamori").mkdir()
    (tmp_path / "mamori" / "osv-ghost.json").write_bytes(kept)
    server.answer("/v1/query", {"vulns": [GHOST]})
    found, gathering = refresh("ghost", software("6.65.0"), tmp_path, server.url)
    assert count(found) == 1
    assert gathering.problems == []


def test_a_version_that_nobody_knows_is_not_looked_up(server: Server, tmp_path: Path) -> None:
    gap = Unknown(Reason.MALFORMED)
    unknown = Software(id="x", product="x", version=gap, advisories=gap)
    assert refresh("ghost", unknown, tmp_path, server.url)[0] == unknown
    assert server.asked == []


@pytest.mark.parametrize(
    ("events", "inside", "outside"),
    [
        ([{"introduced": "0"}], ["0.0.0-alpha", "9.0.0"], []),
        ([{"introduced": "0"}, {"fixed": "1.0.2"}], ["1.0.1", "1.0.2-rc.1"], ["1.0.2", "2.0"]),
        (
            [
                {"fixed": "3.2.5"},
                {"introduced": "3.0.0"},
                {"fixed": "1.0.2"},
                {"introduced": "1.0.0"},
            ],
            ["1.0.0", "1.0.1", "3.0.0", "3.2.4"],
            ["0.9", "1.0.2", "2.9", "3.2.5"],
        ),
        ([{"introduced": "0"}, {"last_affected": "2.1.214"}], ["2.1.214"], ["2.1.215"]),
        ([{"introduced": "1.0.0"}, {"limit": "2.0.0"}], ["1.9"], ["2.0.0"]),
        ([{"introduced": "1.0.0"}, {"limit": "*"}], ["9.9"], ["0.9"]),
        ([{"introduced": "?"}, {"fixed": "?"}], ["0.0.1", "9.9"], []),
    ],
)
def test_ranges_are_evaluated_as_the_format_says(
    events: list[dict[str, str]], inside: list[str], outside: list[str]
) -> None:
    affected = [{**GHOST["affected"][0], "ranges": [{"type": "SEMVER", "events": events}]}]
    record = msgspec.convert({**GHOST, "affected": affected}, Vulnerability)
    for version in (*inside, *outside):
        release = parse_release(version)
        assert release is not None
        concerned = record.concerns(release, (Package("npm", "ghost"),))
        assert concerned is (version in inside), version


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9) | st.just("GIT"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from((*GHOST, *GHOST["affected"][0], "events", "fixed", "type", "vulns")),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_garbage_is_refused_or_clears_nothing_that_was_known(body: Any) -> None:
    release = parse_release("6.65.0")
    assert release is not None
    try:
        page = msgspec.convert(body, Answer)
    except msgspec.ValidationError:
        return
    for each in page.vulns:
        each.concerns(release, (Package("npm", "ghost"),))
        assert each.line


def test_every_self_hosted_platform_has_a_name_at_the_service() -> None:
    folder = Path(parse_release.__code__.co_filename).parent
    shipped = {each.name.removesuffix("_advisories.json") for each in folder.glob("*_advisories.*")}
    assert shipped == set(PACKAGES)
