"""One cell of an export → a value, in the spellings of Japanese and English admin screens.

Nothing is guessed: what could mean two things, such as 03/04/2026, is refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from scanner.model import Mfa, Text

Reader = Callable[[str, datetime], Any]
"""Reads a cell as of a time. Raises UnreadableError."""

EARLIEST_YEAR = 1990
"""Dates before it are the placeholders of databases and spreadsheets."""

_LONGEST_DATE = 64


class UnreadableError(Exception):
    """The cell does not say what its column should; `expected` tells what to write."""

    def __init__(self, template: str) -> None:
        self.expected = Text.of(template)
        super().__init__(template)


def fold(cell: str) -> str:
    """Return `cell` without differences of width, case and space, to compare it by."""
    return " ".join(unicodedata.normalize("NFKC", cell).casefold().split())


def _words(text: str) -> frozenset[str]:
    return frozenset(fold(word) for word in text.split("|"))


_BLANK = _words("|-|--|---|‐|–|—|―|−|ー|n/a|null|nil|unknown|不明|0000-00-00|0000-00-00 00:00:00")

_YES = _words(
    "yes|y|true|t|1|on|enabled|active|はい|有|あり|有り|有効|可|済|済み|設定済|設定済み|登録済|登録済み"
    "|設定あり|利用中|使用中|利用する|対象|○|〇|◯|●|✓|✔|☑"
)
_NO = _words(
    "no|n|false|f|0|off|disabled|inactive|いいえ|無|なし|無し|無効|不可|未|未設定|未登録|設定なし"
    "|未使用|未利用|停止|停止中|利用停止|利用停止中|利用しない|対象外|×|✕|✖|✗|✘|☐"
)


def blank(cell: str) -> bool:
    """Return whether `cell` says nothing."""
    return fold(cell) in _BLANK


def text(cell: str, _now: datetime) -> str:
    """Return the text of `cell`."""
    return cell.strip()


def email(cell: str, _now: datetime) -> str:
    """Return the mail address in `cell`.

    Raises:
        UnreadableError: it is none.
    """
    address = unicodedata.normalize("NFKC", cell).strip()
    local, _, domain = address.rpartition("@")
    if not local or not domain or len(address) > 320 or re.search(r"[\s<>,;\x00-\x1f]", address):
        raise UnreadableError("write one mail address")
    return address


def names(cell: str, _now: datetime) -> tuple[str, ...]:
    """Return the names listed in `cell`, separated by semicolon, comma, 、, slash or new line."""
    return tuple(name for part in _SEPARATORS.split(cell) if (name := part.strip()))


_SEPARATORS = re.compile(r"[;,、，；/／\r\n]")


def answer(yes: str = "", no: str = "") -> Reader:
    """Return the reader of a yes-or-no column.

    `yes` and `no` are words, separated by |, that answer in this column beside the usual ones.
    """
    positive, negative = (_YES | _words(yes)) - {""}, (_NO | _words(no)) - {""}

    def read(cell: str, _now: datetime) -> bool:
        word = fold(cell)
        if word in positive:
            return True
        if word in negative:
            return False
        raise UnreadableError("write yes or no")

    return read


administrator = answer(
    yes="administrator|admin|super admin|super administrator|superadmin|owner|管理者|特権管理者"
    "|システム管理者|管理責任者|全体管理者|オーナー",
    no="user|member|editor|viewer|standard|standard user|一般|一般ユーザー|一般ユーザ"
    "|ユーザー|ユーザ|メンバー|編集者|閲覧者|キャンペーン管理者",
)
enabled = answer(
    yes="在籍|在籍中|稼働中|アクティブ",
    no="suspended|deactivated|deleted|invited|pending|休止|休止中|凍結|削除|削除済|削除済み|招待中"
    "|仮登録|承認待ち|未承認|退職",
)
machine = answer(
    yes="api|bot|machine|service|service account|system|システム|サービスアカウント|連携用",
    no="user|human|person|人|個人|一般",
)
single_sign_on = answer(
    yes="sso|saml|oidc|シングルサインオン", no="password|local|パスワード|ローカル"
)


_METHODS: dict[str, Mfa] = {
    word: method
    for method, words in (
        (Mfa.NONE, "none|not enrolled|not configured|not set"),
        (Mfa.SOME, "enrolled|configured|otp|ワンタイムパスワード|2fa|mfa|二段階認証|2段階認証"),
        (Mfa.SOME, "多要素認証|二要素認証"),
        (Mfa.EMAIL, "email|e-mail|mail|メール|メール認証|eメール|メールアドレス"),
        (Mfa.SMS, "sms|sms認証|text message|ショートメッセージ|phone|voice|電話|電話認証|音声"),
        (Mfa.PUSH, "push|push notification|duo push|プッシュ|プッシュ通知"),
        (Mfa.TOTP, "totp|app|authenticator|authenticator app|google authenticator|authy"),
        (
            Mfa.TOTP,
            "microsoft authenticator|アプリ|認証アプリ|google認証システム",
        ),
        (Mfa.TOTP, "hardware token|ハードウェアトークン|ソフトウェアトークン|otpトークン"),
        (Mfa.PHISHING_RESISTANT, "fido|fido2|u2f|webauthn|passkey|security key|yubikey|pki"),
        (Mfa.PHISHING_RESISTANT, "smart card|パスキー|セキュリティキー|スマートカード"),
    )
    for word in _words(words)
} | dict.fromkeys(_YES, Mfa.SOME)
_STRENGTH = {method: rank for rank, method in enumerate((Mfa.SOME, *list(Mfa)[1:-1]))}
_METHOD_SEPARATORS = re.compile(r"[;,、/+・:()\n]|\band\b")


def second_factor(cell: str, _now: datetime) -> Mfa:
    """Return the strongest method named in `cell`; a bare yes is `Mfa.SOME`.

    Raises:
        UnreadableError: a word is no method, or none and a method stand side by side.
    """
    parts = _METHOD_SEPARATORS.split(unicodedata.normalize("NFKC", cell))
    methods = {
        Mfa.NONE if word in _NO else _METHODS.get(word) for part in parts if (word := fold(part))
    }
    if methods == {Mfa.NONE}:
        return Mfa.NONE
    found = [method for method in methods if method in _STRENGTH]
    if not found or len(found) < len(methods):
        raise UnreadableError("write none, yes, or a method such as SMS, TOTP or FIDO2")
    return max(found, key=_STRENGTH.__getitem__)


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ERAS = {"令和": 2018, "r": 2018, "平成": 1988, "h": 1988}
_MONTH = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DATES = (
    r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})",
    r"(?P<year>\d{4})年 ?(?P<month>\d{1,2})月 ?(?P<day>\d{1,2})日",
    r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})",
    r"(?P<era>令和|平成) ?(?P<year>元|\d{1,2})年 ?(?P<month>\d{1,2})月 ?(?P<day>\d{1,2})日",
    (
        r"(?P<era>令和|平成|[rh]) ?(?P<year>元|\d{1,2})"
        r"(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})"
    ),
    rf"(?:[a-z]{{3,9}},? )?(?P<day>\d{{1,2}})[ -]{_MONTH},?[ -](?P<year>\d{{4}})",
    rf"(?:[a-z]{{3,9}},? )?{_MONTH} (?P<day>\d{{1,2}}),? (?P<year>\d{{4}})",
    r"(?P<one>\d{1,2})(?P<mark>[-/.])(?P<two>\d{1,2})(?P=mark)(?P<year>\d{4})",
)
_TIME = (
    r"(?:(?:t| ?, ?| |(?<=[日)]))"
    r"(?P<before>午前|午後)? ?(?P<hour>\d{1,2})"
    r"(?::(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    r"|時(?: ?(?P<minutes>\d{1,2})分(?: ?(?P<seconds>\d{1,2})秒)?)?)"
    r"(?: ?(?P<after>am|pm|a\.m\.|p\.m\.))?"
    r"(?: ?\(?(?P<zone>z|utc|gmt|jst|[+-]\d{2}(?::?\d{2})?)\)?)?)?"
)
_MOMENTS = tuple(
    re.compile(rf"{date}(?: ?\((?:[月火水木金土日]|[a-z]{{3}})\))?{_TIME}", re.ASCII)
    for date in _DATES
)


def moment(cell: str, now: datetime) -> datetime:
    """Return the moment in `cell`, in UTC; a time without a zone is taken as UTC.

    Raises:
        UnreadableError: it is no date, could be two, or lies after `now` by more than a day.
    """
    when = _moment(cell)
    if when > now + timedelta(days=1):
        raise UnreadableError("write a date that is not in the future")
    return when


_NEVER = _words(
    "never|none|never logged in|never signed in|not yet|なし|無し|未ログイン|未サインイン"
    "|未使用|未利用|ログインなし|ログイン履歴なし|一度もなし"
)


def moment_or_never(cell: str, now: datetime) -> datetime | None:
    """Return the moment in `cell` as `moment` does, or None for a word such as `never`.

    Raises:
        UnreadableError: as `moment` does.
    """
    return None if fold(cell) in _NEVER else moment(cell, now)


# Not by `answer`: in the column of a status, 有効 would say that somebody has left.
_LEFT = _words("yes|y|true|1|はい|○|〇|◯|left|退職|退職済|退職済み|退社")
_STAYS = _words("no|n|false|0|いいえ|×|employed|在籍|在籍中|在職|在職中|勤務中")


def employed(cell: str, now: datetime) -> bool:
    """Return whether somebody still works here, from the last day they did, or a yes if they left.

    The last day counts as employed. Raises:
        UnreadableError: the cell is neither a date nor an answer.
    """
    word = fold(cell)
    if word in _LEFT or word in _STAYS:
        return word in _STAYS
    return now < _moment(cell) + timedelta(days=1)


def _moment(cell: str) -> datetime:
    folded = fold(cell)
    if len(folded) > _LONGEST_DATE:
        raise UnreadableError("write a date such as 2026-11-24")
    match = _first(pattern.fullmatch(folded) for pattern in _MOMENTS)
    if match is None:
        raise UnreadableError("write a date such as 2026-11-24")
    parts = match.groupdict()
    try:
        local = datetime(*_date(parts), *_time(parts), tzinfo=_zone(parts["zone"]))
        when = local.astimezone(UTC)
    except (ValueError, OverflowError):
        raise UnreadableError("write a date that exists, such as 2026-11-24") from None
    if when.year < EARLIEST_YEAR:
        raise UnreadableError("write the real date, or leave the cell empty")
    return when


def _first(matches: Iterable[re.Match[str] | None]) -> re.Match[str] | None:
    return next((match for match in matches if match is not None), None)


def _date(parts: dict[str, str | None]) -> tuple[int, int, int]:
    year = parts["year"] or ""
    if era := parts.get("era"):
        number = 1 if year == "元" else int(year)
        return _ERAS[era] + number, int(parts["month"] or 0), int(parts["day"] or 0)
    if name := parts.get("name"):
        return int(year), _MONTHS.index(name[:3]) + 1, int(parts["day"] or 0)
    if one := parts.get("one"):
        return int(year), *_month_and_day(int(one), int(parts["two"] or 0))
    return int(year), int(parts["month"] or 0), int(parts["day"] or 0)


def _month_and_day(one: int, two: int) -> tuple[int, int]:
    """Tell the day from the month where only one of the two can be the month."""
    if one <= 12 and two <= 12 and one != two:
        raise UnreadableError("write the year first: this could be two different days")
    return (two, one) if one > 12 else (one, two)


def _time(parts: dict[str, str | None]) -> tuple[int, int, int]:
    hour = int(parts["hour"] or 0)
    half = parts["before"] or parts["after"]
    if half is not None:
        if hour > 12:
            raise ValueError(hour)
        hour = hour % 12 + (12 if half in ("午後", "pm", "p.m.") else 0)
    minute = int(parts["minute"] or parts["minutes"] or 0)
    return hour, minute, int(parts["second"] or parts["seconds"] or 0)


def _zone(name: str | None) -> timezone:
    if name is None or name in ("z", "utc", "gmt"):
        return UTC
    if name == "jst":
        return timezone(timedelta(hours=9))
    digits = name[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if name[0] == "-" else offset)
