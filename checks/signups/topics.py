"""What mail is said to be about."""

from __future__ import annotations

import enum

from checks.wording.words import words

_BEGINS = (
    r"(?<![一-龥々ァ-ヶーA-Za-z0-9])(?!(?:最新|個人|各種?|有益な?|会員|顧客|登録|お?客様|関連|今後"
    r"|後日|定期|新|全"
    r"|[当弊本][一-龥々]{1,3}|他|次|前|後|上|下|店|社|館|院|園|校|会|私|方|様|無料|配信|受信|希望"
    r"|メール|Eメール"
    r"|サイト|ショップ|重要|大切|追加|次回|随時|関係|様々|連絡|通知|情報|案内|内容|結果)"
    r"(?:など|等)?(?:の|に関する|についての|を)?(?:ご?案内|お?知らせ|情報|ご?紹介))"
)
"""What says nothing of its own where news is told of it."""
_NAMED_KIND = words(
    r"メールマガジン|メルマガ|ニュースレター|ニュース|セール(?!ス)|クーポン|マーケティング|販促|プロモーション|会報|行事"
    r"|キャンペーン|新着|新商品|新製品|新作|新機能|イベント|セミナー|広告|宣伝|特典|コラム|レシピ|求人|入荷|お?便り|だより"
    r"|通信(?!販売)|講座|教室|トレーニング|活動|新刊|お?買い?得|特売|採れたて|旬の|割引|チラシ|特集|ポイント|ノウハウ|コツ|事例"
    r"|優待|お得|おトク|製品|商品|サービス|プラン|催し|公演|展示|説明会|見学会|オープンキャンパス|物件|ツアー|アップデート"
    r"|おすすめ|オススメ|トレンド|フェア|ライブ|コンサート|チケット|試合|先行|限定|業界動向|相場|市況|モニター|募集|ボランティア|寄付|支援"
    r"|懸賞|プレゼント(?!応募)|献立|スカウト|防災|緊急|会員向け|特別"
    # What is told of, before the word for telling it.
    rf"|{_BEGINS}[一-龥々ァ-ヶーA-Za-z0-9]{{2,16}}(?:ご?案内|お?知らせ|情報)"
    rf"|{_BEGINS}[一-龥々ァ-ヶーA-Za-z0-9]{{1,16}}(?:の|に関する|についての|等の|などの)"
    r"(?:ご?案内|お?知らせ|情報)"
    rf"|{_BEGINS}[一-龥々ァ-ヶーA-Za-z0-9]{{2,16}}(?:など|等)?を(?:お?知らせ|ご?案内|ご?紹介)"
    r"|展示|展覧会|内覧会|相談会|体験会|販売会|即売会|試乗|試食|試飲|旬|季節|空室|入試|入学|再販"
    r"|上映|番組|資格|研修"
    r"|補助金|助成金|法改正|ホワイトペーパー|調査|レポート|子育て|暮らし|読み物|エッセイ|ブログ"
    r"|取り組み"
    r"|news ?letter|offer|promotion|\btips|event|product|marketing|digest|\bsales?\b|insight"
    r"|mailing list|discount|recipe|\bdeals?\b|launch|invitation|stories|guide|\breports?\b|review"
    r"|collection|arrival|webinar|course|appeal|coupon|giveaway|drops?\b|release|article|research"
    r"|\balerts?\b|\bperks?\b|rewards|early access|savings|inspiration|\bideas\b|trends"
    r"|volunteering|fundrais|campaign|opportunit|announcement|programmes?\b|programs?\b|classes|competition"
    r"|expert advice|community|\bblog\b|exclusive|\bmenus?\b|\bjobs?\b|vacanc"
    r"|specials|services|workshop|e?-?mail magazine|bulletin|\bzine\b|commentary|round-?up|\b(?:on"
    r"|about) (?:new|our|all)\b"
    r"|news (?:about|on|from the)|updates? (?:about|on)"
    r"|exhibitions?|concerts?|screenings?|performances?|\bshows?\b|openings|listings|new (?:homes"
    r"|titles|books)"
    r"|authors?\b|tastings?|\braces?\b|fixtures|matches|training|lessons|catalogue|lookbook"
    r"|restock|back in stock"
    r"|price drops?|\btours?\b|itinerar|fares|seasonal|bargains?|clearance|\branges?\b"
)
_VAGUE_KIND = words(
    r"ご?案内|最新|お役立ち|更新|(?<!各種)(?<!個人)情報(?!の?(?:配信|送付|受信|提供))|\bnews\b"
)
"""What says that something is told, and not what; it is enough where nobody can mistake who.

Notices, messages and updates may be of anything: that they advertise is not to be seen.
"""


PERIODIC = words(
    r"\b(?:monthly|weekly|fortnightly|quarterly|subscribe)\b|\b(?:every|once a|each|twice a) "
    r"(?:other |second )?(?:week|month|quarter|(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
    r"|毎(?:週|月|日|朝|号)|(?:月|週|年)に?\d|隔週|購読"
)
"""What comes to those who join a list is known as such by how often it comes."""


_SENDERS_NAME = words(
    r"(?:株式|有限|合同)会社\s?[一-龥々ァ-ヶーA-Za-z0-9&]{1,20}(?=から|より|の(?:お?知らせ"
    r"|ご?案内))"
    r"|[一-龥々ァ-ヶーA-Za-z0-9&]{1,20}(?:株式|有限|合同)会社(?=から|より|の(?:お?知らせ|ご?案内))"
)


class Kind(enum.IntEnum):
    """How well words say what mail will be about."""

    NONE = 0
    VAGUE = 1
    NAMED = 2


def kind_of_mail(text: str) -> Kind:
    """Return how well `text` says what mail will be about."""
    # `株式会社イベント企画からのお知らせ` is not about events.
    text = _SENDERS_NAME.sub("", text)
    if _NAMED_KIND.search(text):
        return Kind.NAMED
    return Kind.VAGUE if _VAGUE_KIND.search(text) else Kind.NONE
