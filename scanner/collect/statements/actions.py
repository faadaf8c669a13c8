"""What a log's words for an action mean, in Japanese and English.

Only a whole phrase counts. One that speaks of a second factor, a role, an account or a sign-in in
other words is a doubt: whatever the log says of that before it may no longer hold.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from scanner.collect.statements.cells import fold
from scanner.config import Event


class Topic(StrEnum):
    """What an event changes."""

    SIGN_IN = "sign_in"
    MFA = "mfa"
    ROLE = "role"
    USER = "user"
    PASSWORD = "password"  # noqa: S105 - a topic, not a password
    TENANT_MFA = "tenant_mfa"
    TENANT_SSO = "tenant_sso"
    TENANT_NETWORKS = "tenant_networks"


TOPICS: Mapping[Event, Topic] = {
    Event.SIGN_IN: Topic.SIGN_IN,
    Event.SIGN_IN_FAILED: Topic.SIGN_IN,
    Event.MFA_ON: Topic.MFA,
    Event.MFA_OFF: Topic.MFA,
    Event.ADMINISTRATOR: Topic.ROLE,
    Event.NO_ADMINISTRATOR: Topic.ROLE,
    Event.USER_ADDED: Topic.USER,
    Event.USER_ENABLED: Topic.USER,
    Event.USER_DISABLED: Topic.USER,
    Event.PASSWORD_CHANGED: Topic.PASSWORD,
    Event.MFA_REQUIRED: Topic.TENANT_MFA,
    Event.MFA_OPTIONAL: Topic.TENANT_MFA,
    Event.SSO_REQUIRED: Topic.TENANT_SSO,
    Event.SSO_OPTIONAL: Topic.TENANT_SSO,
    Event.NETWORKS_LIMITED: Topic.TENANT_NETWORKS,
    Event.NETWORKS_OPEN: Topic.TENANT_NETWORKS,
}

_DONE = "(?:しました|した|する|されました|された|済み?|完了|成功|に変更|に設定|にしました|にした)?"
_LINK = "[ :._/>・-]*(?:の設定を|設定を|を|の|に|へ|が)?[ :._/>・-]*"
_FACTOR = (
    "(?:(?:多要素|二要素|2要素|二段階|2段階)認証|認証アプリ|ワンタイムパスワード|mfa|2fa|totp"
    "|(?:two|multi|2)[- ]?(?:factor|step)(?: authentication| verification)?)"
)
_USER = "(?:ユーザー?|アカウント|利用者|担当者|管理画面ユーザー?|user|account|member)"
_ADMIN = "(?:システム|全体|特権)?(?:管理者|administrator|admin)(?:権限|ロール)?"
_ADMIN_EN = "(?:system )?(?:administrator|admin)(?: role| rights?| privileges?| permissions?)?"
_SIGN_IN = "(?:ログイン|サインイン|ログオン|log[ _-]?in|sign[ _-]?in|log[ _-]?on)"
_PLACE = "(?:管理画面|システム)?(?:へ|に|への)?"
_SSO = "(?:シングルサインオン|single sign-?on|sso|saml(?:認証)?)"
_NETWORKS = (
    "(?:ip ?(?:アドレス)?(?:制限|許可リスト)|アクセス元制限"
    "|ip (?:restrictions?|allow-? ?list(?:ing)?))"
)
_ON = "(?:有効化?|オン|on|enabled?|activated?)"
_OFF = "(?:無効化?|解除|オフ|off|disabled?|deactivated?)"


def _japanese(topic: str, change: str) -> str:
    return f"{topic}{_LINK}{change}{_DONE}"


def _english(topic: str, change: str) -> str:
    """Both orders: `user deleted`, `deleted user`."""
    return f"{topic}[ :._-]*(?:was |has been )?(?:{change})|(?:{change})[ :._-]*(?:the |a )?{topic}"


_SAID = {
    Event.SIGN_IN: (
        f"{_PLACE}{_SIGN_IN}(?:しました|した|成功|完了|を?許可)?",
        f"{_SIGN_IN}[ :._-]*(?:succeeded|successful|success|ok)|successful {_SIGN_IN}",
        "(?:user )?(?:logged|signed)[ -]in|user[._: ](?:logged[ _-]in|log[ _-]?in|sign[ _-]?in)",
        f"{_SIGN_IN}認証(?:成功)?",
    ),
    Event.SIGN_IN_FAILED: (
        f"{_PLACE}{_SIGN_IN}(?:認証)?[ :._-]*(?:に?失敗|エラー|不可|拒否|ng)(?:しました|した)?",
        f"{_SIGN_IN}[ :._-]*(?:failed|failure|error|denied)",
        f"(?:failed|unsuccessful) {_SIGN_IN}(?: attempt)?|user[._: ]{_SIGN_IN}[._: ]failed",
        "(?:パスワード)?認証(?:失敗|エラー)|authentication fail(?:ed|ure)",
    ),
    Event.MFA_ON: (
        _japanese(_FACTOR, "(?:有効化?|オン|登録|追加)") + f"|{_FACTOR}を設定(?:しました|した)?",
        _english(_FACTOR, "enabled?|activated?|enrolled|registered|set up|turned on|added"),
    ),
    Event.MFA_OFF: (
        _japanese(_FACTOR, "(?:無効化?|オフ|解除|削除|リセット|初期化)"),
        _english(_FACTOR, "disabled?|deactivated?|removed?|reset|unenrolled|turned off|deleted"),
    ),
    Event.ADMINISTRATOR: (
        _japanese(_ADMIN, "(?:付与|追加|昇格)"),
        _english(_ADMIN_EN, "granted|assigned|added"),
    ),
    Event.NO_ADMINISTRATOR: (
        _japanese(_ADMIN, "(?:剥奪|はく奪|解除|取り?消し?|降格)"),
        _english(_ADMIN_EN, "revoked|removed|unassigned"),
    ),
    Event.USER_ADDED: (
        _japanese(_USER, "(?:新規)?(?:追加|作成|登録)"),
        _english(_USER, "created?|added?|invited|registered"),
    ),
    Event.USER_ENABLED: (
        _japanese(_USER, "(?:有効化|停止解除|再開|復元)"),
        _english(_USER, "enabled?|(?:re)?activated?|restored|unsuspended"),
    ),
    Event.USER_DISABLED: (
        _japanese(_USER, "(?:利用停止|停止|無効化?|削除|凍結)"),
        _english(_USER, "deleted?|removed?|disabled?|deactivated?|suspended?"),
    ),
    Event.PASSWORD_CHANGED: (
        _japanese("パスワード", "(?:変更|更新)"),
        _english("password", "changed?|updated?"),
    ),
    Event.MFA_REQUIRED: (
        f"{_FACTOR}{_LINK}(?:必須化?|強制)(?:を?{_ON})?{_DONE}",
        f"{_FACTOR} (?:required|enforced|enforcement {_ON})|(?:require|enforce)d? {_FACTOR}",
    ),
    Event.MFA_OPTIONAL: (
        f"{_FACTOR}{_LINK}(?:任意|(?:必須化?|強制){_LINK}(?:解除|{_OFF})){_DONE}",
        f"{_FACTOR} (?:optional|no longer required|enforcement {_OFF})",
    ),
    Event.SSO_REQUIRED: (
        f"{_SSO}{_LINK}(?:必須化?|強制)(?:を?{_ON})?{_DONE}",
        f"{_SSO} (?:required|enforced|enforcement {_ON})",
    ),
    Event.SSO_OPTIONAL: (
        f"{_SSO}{_LINK}(?:任意|(?:必須化?|強制){_LINK}(?:解除|{_OFF})){_DONE}",
        f"{_SSO} (?:optional|no longer required|enforcement {_OFF})",
    ),
    Event.NETWORKS_LIMITED: (f"{_NETWORKS}{_LINK}{_ON}{_DONE}", f"{_ON} {_NETWORKS}"),
    Event.NETWORKS_OPEN: (f"{_NETWORKS}{_LINK}{_OFF}{_DONE}", f"{_OFF} {_NETWORKS}"),
}
_PHRASES = tuple(
    (event, re.compile("|".join(f"(?:{each})" for each in patterns), re.ASCII))
    for event, patterns in _SAID.items()
)

# The end of a session, and a password that is shown in the words of a sign-in, change nothing.
_HARMLESS = re.compile(
    r"ログアウト|サインアウト|log(?:ged)?[ _-]?(?:out|off)|sign(?:ed)?[ _-]?out"
    r"|session (?:ended|expired)"
    r"|閲覧|参照|表示|ダウンロード|エクスポート|検索|view|export|download"
)
_SPEAKS_OF = {
    Topic.SIGN_IN: re.compile(_SIGN_IN),
    Topic.MFA: re.compile(
        r"多要素|二要素|2要素|二段階|2段階|ワンタイム|認証アプリ|\bmfa|\b2fa|two[- ]?factor"
        r"|multi[- ]?factor|authenticator|totp|otp"
    ),
    Topic.ROLE: re.compile(r"管理者|権限|ロール|\brole|admin|privilege|permission|グループ"),
    Topic.USER: re.compile(r"ユーザ|アカウント|利用者|担当者|\buser|account|member"),
    Topic.PASSWORD: re.compile(r"パスワード|password"),
    Topic.TENANT_SSO: re.compile(r"シングルサインオン|single sign|\bsso|saml"),
    Topic.TENANT_NETWORKS: re.compile(r"\bip|アクセス元|ネットワーク|network"),
}


def understand(words: str, own: Mapping[str, Event]) -> tuple[Event, frozenset[Topic]]:
    """Return what `words` tell, and the topics on which they leave a doubt.

    `own` are phrases that the configuration explains, folded; they come first.
    """
    said = fold(words).rstrip("。.")
    event = own.get(said)
    if event is not None:
        return event, frozenset()
    for event, phrase in _PHRASES:
        if phrase.fullmatch(said):
            return event, frozenset()
    if _HARMLESS.search(said):
        return Event.OTHER, frozenset()
    doubts = {topic for topic, speaks in _SPEAKS_OF.items() if speaks.search(said)}
    if Topic.MFA in doubts:
        doubts.add(Topic.TENANT_MFA)
    return Event.OTHER, frozenset(doubts)
