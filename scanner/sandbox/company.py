"""The invented company of the demo: its people, and how each of them signs in."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta

import msgspec

NAME = "株式会社そらいろ"
DOMAIN = "sorairo.example"
ZONE = {
    DOMAIN: (("TXT", '"v=spf1 ip4:192.0.2.0/24 ?all"'), ("MX", "0 .")),
    f"_dmarc.{DOMAIN}": (("TXT", f'"v=DMARC1; p=none; rua=mailto:dmarc@{DOMAIN}"'),),
    f"default._domainkey.{DOMAIN}": (("TXT", '"v=DKIM1; k=rsa; p="'),),
}
"""What the DNS says of the domain: a policy that stops nobody, and a key that was revoked."""


class Role(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody may do."""

    id: int
    name: str
    description: str
    permissions: dict[str, list[str]] | None
    """None for an administrator, who may do everything."""


ADMINISTRATOR = Role(id=1, name="Administrator", description="Full system access", permissions=None)
MARKETING = Role(
    id=2,
    name="Marketing staff",
    description="Daily work",
    permissions={
        "email:emails": ["viewown", "viewother", "editown", "create"],
        "form:forms": ["viewown", "viewother", "editown", "create"],
        "lead:leads": ["viewown", "viewother", "editown", "create"],
    },
)
SCANNER = Role(
    id=3,
    name="Posture scanner",
    description="For mamori; somebody added the export of contacts",
    permissions={
        "user:users": ["view"],
        "user:roles": ["view"],
        "webhook:webhooks": ["viewown", "viewother"],
        "form:forms": ["viewown", "viewother"],
        "email:emails": ["viewown", "viewother"],
        "lead:leads": ["viewown", "viewother"],
        "lead:export": ["enable"],
        "api:access": ["full"],
    },
)
ROLES = (ADMINISTRATOR, MARKETING, SCANNER)


class Somebody(msgspec.Struct, frozen=True, kw_only=True):
    """One account of the platform, and what the export of the access gateway says."""

    id: int
    username: str
    first_name: str
    last_name: str
    domain: str = DOMAIN
    role: Role = MARKETING
    created: int = 600
    """Days ago."""
    signed_in: int | None = 1
    """Days ago; None for never."""
    enabled: bool = True
    factor: str | None = "認証アプリ"
    """As the export words it; None for those who are not in it."""
    left: int | None = None
    """Days since the last day at work."""
    faults: tuple[str, ...] = ()
    """The checks that the account fails."""

    @property
    def email(self) -> str:
        """The address, which is also the key between platform and export."""
        return f"{self.username}@{self.domain}"

    @property
    def name(self) -> str:
        """First name, then last name, as the platform puts them together."""
        return f"{self.first_name} {self.last_name}"


PEOPLE = (
    Somebody(id=1, username="aiko", first_name="愛子", last_name="佐藤", role=ADMINISTRATOR),
    Somebody(
        id=2,
        username="kenji",
        first_name="健二",
        last_name="鈴木",
        role=ADMINISTRATOR,
        factor="セキュリティキー",
    ),
    Somebody(
        id=3,
        username="marco",
        first_name="Marco",
        last_name="Rossi",
        domain="agency.example",
        role=ADMINISTRATOR,
        factor="なし",
        faults=(
            "access.outside-administrator",
            "access.outside-domain",
            "mfa.administrators",
            "mfa.enrolled",
            "mfa.method",
        ),
    ),
    Somebody(
        id=4,
        username="haruka",
        first_name="遥",
        last_name="田中",
        signed_in=200,
        faults=("access.dormant",),
    ),
    Somebody(
        id=5,
        username="daichi",
        first_name="大地",
        last_name="小林",
        created=120,
        signed_in=None,
        faults=("access.never-signed-in",),
    ),
    Somebody(
        id=6,
        username="info",
        first_name="Info",
        last_name="Desk",
        factor="なし",
        faults=(
            "access.generic-username",
            "access.shared-account",
            "mfa.enrolled",
            "mfa.method",
        ),
    ),
    Somebody(
        id=7,
        username="marketing",
        first_name="Marketing",
        last_name="Team",
        faults=("access.generic-username", "access.shared-account"),
    ),
    Somebody(id=8, username="yuki", first_name="由紀", last_name="伊藤"),
    Somebody(
        id=9,
        username="taro",
        first_name="太郎",
        last_name="渡辺",
        enabled=False,
        signed_in=300,
    ),
    Somebody(
        id=10,
        username="misaki",
        first_name="美咲",
        last_name="山本",
        left=30,
        signed_in=40,
        faults=("access.leaver",),
    ),
    Somebody(
        id=11,
        username="ryo",
        first_name="涼",
        last_name="中村",
        factor="SMS",
        faults=("mfa.method",),
    ),
    Somebody(
        id=12,
        username="mamori",
        first_name="mamori",
        last_name="Scanner",
        role=SCANNER,
        created=30,
        signed_in=None,
        factor=None,
    ),
)


def export(now: datetime) -> bytes:
    """Return what the access gateway's admin screen exports: CSV in Shift_JIS."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["氏名", "メールアドレス", "状態", "二要素認証", "退職日"])
    for each in PEOPLE:
        if each.factor is not None:
            left = "在籍中" if each.left is None else _day(now - timedelta(days=each.left))
            # Closed accounts are open in the gateway still: two witnesses that disagree.
            writer.writerow([each.name, each.email, "有効", each.factor, left])
    return text.getvalue().encode("cp932")


def _day(moment: datetime) -> str:
    return moment.strftime("%Y/%m/%d")
