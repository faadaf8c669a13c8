"""What mail is said to be about."""

from __future__ import annotations

import enum

from checks.wording.words import words

_NAMED_KIND = words(
    r"メールマガジン|メルマガ|ニュースレター|ニュース|セール(?!ス)|クーポン|マーケティング|販促|プロモーション|会報|行事"
    r"|キャンペーン|新着|新商品|新製品|新作|新機能|イベント|セミナー|広告|宣伝|特典|コラム|レシピ|求人|入荷|お?便り|だより"
    r"|通信(?!販売)|講座|教室|トレーニング|活動|新刊|お?買い?得|特売|採れたて|旬の|割引|チラシ|特集|ポイント|ノウハウ|コツ|事例"
    r"|優待|お得|おトク|製品|商品|サービス|プラン|催し|公演|展示|説明会|見学会|オープンキャンパス|物件|ツアー|アップデート"
    r"|おすすめ|オススメ|トレンド|フェア|ライブ|コンサート|チケット|試合|先行|限定|業界動向|相場|市況|モニター|募集|ボランティア|寄付|支援"
    r"|懸賞|プレゼント(?!応募)|献立|スカウト|防災|緊急|会員向け|特別"
    # What is told of, before the word for telling it.
    r"|(?<![一-龥々ァ-ヶーA-Za-z0-9])(?!(?:最新|個人|各種|有益な?|会員|顧客|登録|お客様|関連|当社|弊社|当店|今後|定期"
    r"|無料|配信|受信|希望|メール|Eメール)の?(?:ご?案内|お?知らせ|情報))"
    r"[一-龥々ァ-ヶーA-Za-z0-9]{2,16}(?:の|に関する|についての|等の|などの)?(?:ご?案内|お?知らせ|情報)"
    r"|news ?letter|offer|promotion|\btips|event|product|marketing|digest|\bsales?\b|insight"
    r"|mailing list|discount|recipe|\bdeals?\b|launch|invitation|stories|guide|\breports?\b|review"
    r"|collection|arrival|webinar|course|appeal|coupon|giveaway|drops?\b|release|article|research"
    r"|\balerts?\b|\bperks?\b|rewards|early access|savings|inspiration|\bideas\b|trends"
    r"|volunteering|fundrais|campaign|opportunit|announcement|programmes?\b|programs?\b|classes|competition"
    r"|expert advice|community|\bblog\b|exclusive|\bmenus?\b|\bjobs?\b|vacanc"
    r"|specials|services|workshop|commentary|round-?up|\b(?:on|about) (?:new|our|all)\b"
    r"|news (?:about|on|from the)|updates? (?:about|on)"
)
_VAGUE_KIND = words(
    r"お?知らせ|ご?案内|最新|お役立ち|更新|情報(?!の?(?:配信|送付|受信|提供))|\bnews\b"
)
"""What says that something is told, and not what; it is enough where nobody can mistake who."""


PERIODIC = words(
    r"\b(?:monthly|weekly|fortnightly|quarterly|subscribe)\b|\b(?:every|once a|each|twice a) "
    r"(?:other |second )?(?:week|month|quarter|(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
    r"|毎(?:週|月|日|朝|号)|(?:月|週|年)に?\d|隔週|購読"
)
"""What comes to those who join a list is known as such by how often it comes."""


class Kind(enum.IntEnum):
    """How well words say what mail will be about."""

    NONE = 0
    VAGUE = 1
    NAMED = 2


def kind_of_mail(text: str) -> Kind:
    """Return how well `text` says what mail will be about."""
    if _NAMED_KIND.search(text):
        return Kind.NAMED
    return Kind.VAGUE if _VAGUE_KIND.search(text) else Kind.NONE
