"""Tools that no interface is read of: what people state, and on which screen each answer stands.

All evidence comes from lists of people, attestations, probes of what is named in the configuration,
and held credentials. Screens are named as the vendor names them; where none of the vendor's public
pages tells one, that is said, and nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from scanner.collect.connector import DERIVED
from scanner.collect.platform import Platform, Reading
from scanner.model import NOT_COLLECTED, Account, Person, Reason, Text, Unknown

_RECIPE = Text.of(
    "None is needed: mamori speaks to no interface of the tool. Give a list of its users under "
    "`people`, its logs, keys and networks under `logs`, `api_keys` and `ip_allow_list`, answer "
    "the questions of `mamori attest`, and name under `endpoints`, `sending_domains` and "
    "`credentials` what belongs to the deployment."
)
_NO_LIST = Text.of("mamori has no list of the people who can sign in.")
_ASK_LIST = Text.of(
    "Ask the vendor's support for a list of users, or write one, and give it under `people`."
)
_ASK = Text.of("The vendor's public pages name no screen for it; ask its support, and attest it.")
_ASK_OURSELVES = Text.of("Look in the organisation's own records, and attest what stands there.")
_NOBODY_TELLS = Text.of("No tool tells this of the organisation that uses it.")
_SETTLED = DERIVED | {"Account.scanner_excess"}
_OURS = frozenset(
    {
        "Account.staff_trained",
        "Account.processor_agreement",
        "Account.leak_runbook",
        "Account.vendor_certified",
    }
)
"""What no tool would tell of itself."""
_YEAR = "2026-11"


async def _read(reading: Reading) -> None:
    """Read nothing, and say what that leaves unknown."""
    reading.gathering.account(scanner_excess=None)
    if reading.target.people is None:
        platform = _BY_NAME[reading.target.platform]
        reading.gathering.missing("people", platform.hidden["Person"], Person)


def _stated(
    name: str,
    title: str,
    *,
    screens: Mapping[str, Text] | None = None,
    columns: Mapping[str, str] | None = None,
    words: tuple[str, ...] = (),
    verified: str = "",
    unverified: tuple[str, ...] = (),
) -> Platform:
    return Platform(
        name=name,
        title=title,
        words=(*name.split("-"), *words, "marketing", "campaign"),
        calls=(),
        lists=(),
        hidden=dict(_hidden(title, screens or {})),
        recipe=_RECIPE,
        read=_read,
        columns=columns or {},
        verified=verified,
        unverified=unverified,
    )


def _hidden(title: str, screens: Mapping[str, Text]) -> Iterator[tuple[str, Unknown]]:
    for kind in (Account, Person):
        own = kind.__name__
        for field in msgspec.structs.fields(kind):
            fact = f"{own}.{field.name}"
            if fact in _OURS:
                yield fact, Unknown(Reason.NOT_EXPOSED, _NOBODY_TELLS, _ASK_OURSELVES)
            elif field.default is NOT_COLLECTED and fact not in _SETTLED:
                yield fact, _not_read(title, screens.get(fact) or screens.get(own))
    people = screens.get(Person.__name__)
    yield (
        Person.__name__,
        Unknown(
            Reason.NOT_CONFIGURED,
            _NO_LIST,
            _ASK_LIST
            if people is None
            else Text.of(
                "Export or copy the list under {screen}, and give it under `people`.", screen=people
            ),
        ),
    )
    for fact, screen in screens.items():
        if fact.partition(".")[0] not in (Account.__name__, Person.__name__):
            yield fact, _not_read(title, screen)


def _not_read(title: str, screen: Text | None) -> Unknown:
    return Unknown(
        Reason.NOT_EXPOSED,
        Text.of("mamori reads no interface of {platform}.", platform=title),
        _ASK
        if screen is None
        else Text.of("Look under {screen}, and attest what stands there.", screen=screen),
    )


_SATORI_MFA = Text("多要素認証(MFA)設定 (second factor of each user)")
_SATORI_USERS = Text("ユーザー管理 (users)")
_SHANON_SYSTEM = Text("設定 > システム設定 (system settings)")
_SHANON_KEYS = Text("設定 > APIキー > APIキー詳細 (details of an API key)")
_HAIHAI_KEYS = Text("各種設定 > システム設定 > 基本設定 (token of the API)")
_SYNERGY_KEYS = Text("その他 > 共通設定 > API管理 (API keys)")

SATORI = _stated(
    "satori",
    "SATORI",
    screens={
        "Person": _SATORI_USERS,
        "Person.roles": Text("権限ルール (rules of rights)"),
        "Person.can_sign_in": Text("ユーザー管理 > ユーザーロック (locked users)"),
        "Person.mfa": _SATORI_MFA,
        "Account.mfa_enforced": _SATORI_MFA,
    },
    verified=f"{_YEAR}, satorihelp.zendesk.com",
    unverified=(
        "whether anybody can demand a second factor of all users: it is described for each user",
        "an export of users: none is described, so that the list is copied or written",
    ),
)
KAIROS3 = _stated(
    "kairos3",
    "Kairos3",
    words=("kairos",),
    unverified=("every screen: no public page of the vendor was found that names one",),
)
SHANON = _stated(
    "shanon",
    "SHANON MARKETING PLATFORM",
    screens={
        "Person": Text("設定 > ユーザ設定 > 全CSVダウンロード (all administrators as CSV)"),
        "Person.roles": Text("設定 > グループ設定 (groups)"),
        "Account.mfa_enforced": Text(
            "設定 > システム設定 > 多要素認証(管理者) (second factor of administrators)"
        ),
        **dict.fromkeys(
            (
                "Account.password_min_length",
                "Account.password_composition",
                "Account.password_max_age_days",
                "Account.lockout_attempts",
                "Account.session_idle_minutes",
            ),
            _SHANON_SYSTEM,
        ),
        "Credential.last_used": _SHANON_KEYS,
    },
    verified=f"{_YEAR}, support.shanon.co.jp, smpdoc.shanon.co.jp, apidoc.shanon.co.jp",
    unverified=(
        (
            "the fields that its `admin.get` answers with: the API guide tells how to sign "
            "(api_key, token, api_sig) and to search, and names the method; neither a public page "
            "nor the one public client (shanon-ruby) shows its answer, so that mamori does not "
            "call it"
        ),
        "the headers of 全CSVダウンロード: they are recognised, or named under `columns`",
        "which of the password and session settings the system settings have",
    ),
)
BDASH = _stated(
    "bdash",
    "b→dash",
    words=("b→dash", "datax"),
    screens={
        "Person": Text("共通設定 > ユーザー管理 (users)"),
        "Person.roles": Text("共通設定 > グループ (groups)"),
    },
    verified=f"{_YEAR}, support.smart-bdash.com",
    unverified=("the headers of the CSV with which users are registered in bulk",),
)
LIST_FINDER = _stated(
    "list-finder",
    "List Finder",
    words=("listfinder",),
    unverified=("every screen: no public page of the vendor was found that names one",),
)
BOWNOW = _stated(
    "bownow",
    "BowNow",
    screens={"Person": Text("アカウント管理 (accounts)")},
    columns={
        "username": "ログインID",
        "name": "担当者名",
        "email": "メールアドレス",
        "last_sign_in": "最終ログイン日",
    },
    verified=f"{_YEAR}, manual.bow-now.jp",
    unverified=(
        "an export of accounts: none is described, so that the table of the screen is copied",
    ),
)
SYNERGY = _stated(
    "synergy",
    "Synergy!",
    screens={
        "Person": Text("共通設定 > ユーザー管理 (users)"),
        "Person.roles": Text("共通設定 > ユーザー管理 > 権限グループ (groups of rights)"),
        "Credential.scopes": _SYNERGY_KEYS,
        "Credential.ip_restricted": _SYNERGY_KEYS,
        "Credential.rotated": _SYNERGY_KEYS,
    },
    verified=f"{_YEAR}, support.crmstyle.com, docs.synergy-marketing.co.jp",
    unverified=(
        (
            "any interface that tells who can sign in: the reference of its データベースAPI, "
            "1.3.0, has records of customers, their number, and definitions of the API alone"
        ),
    ),
)
HAIHAIMAIL = _stated(
    "haihaimail",
    "配配メール (HaiHaiMail)",
    words=("配配メール", "haihai"),
    screens={
        "Credential.issued": _HAIHAI_KEYS,
        "Credential.rotated": _HAIHAI_KEYS,
        "Credential.ip_restricted": Text(
            "各種設定 > システム設定 > 基本設定 > API IPアドレス制限 (networks of the API)"
        ),
    },
    verified=f"{_YEAR}, support.haihaimail.jp",
    unverified=(
        "where its users stand: the public page on its API names the API's own settings alone",
        "its API: it takes customers and gives figures of mailings, and nothing of who signs in",
    ),
)
GENERIC = _stated("generic", "Any other tool")

_BY_NAME = {
    each.name: each
    for each in (
        SATORI,
        KAIROS3,
        SHANON,
        BDASH,
        LIST_FINDER,
        BOWNOW,
        SYNERGY,
        HAIHAIMAIL,
        GENERIC,
    )
}
