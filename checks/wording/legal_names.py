"""Names of legal persons: companies, offices, societies and schools."""

from __future__ import annotations

import re

from checks.wording.patterns import guarded
from checks.wording.texts import PLACEHOLDER
from checks.wording.words import words

_PART = r"[^\s、。「」()\[\]<>:|/\ufffc【】■□◆◇●★☆▼▲※*]"
ENTITY = re.compile(
    r"(?:株式会社|有限会社|合同会社|合資会社|合名会社|特定目的会社|\(株\)|\(有\)|\(同\)"
    r"|有限責任事業組合|企業組合|協業組合"
    r"|(?:一般|公益|特例)?(?:社団|財団)法人|(?:特定非営利活動|NPO|学校|医療|宗教|社会福祉"
    r"|弁護士|税理士|司法書士|行政書士|社会保険労務士|弁理士|土地家屋調査士|海事代理士|監査|投資"
    r"|更生保護|職業訓練|管理組合|農事組合|国立大学|独立行政"
    r"|地方独立行政|国立研究開発|公立大学)法人)"
    r"(?:社団|財団)?\s?(?:[^\s、。「」()\[\]<>・:|/\ufffc【】■□◆◇●★☆▼▲※*]|(?<=[ァ-ヶー])・(?=[ァ-ヶー])){1,30}"
    rf"|{_PART}{{1,24}}?(?:株式会社|有限会社|合同会社|相互会社|\(株\)|\(有\))"
    rf"|{_PART}{{2,24}} (?:株式会社|有限会社|合同会社)(?=$|[\s(、,])"
    rf"|{_PART}{{2,20}}(?:有限責任事業組合|協同組合"
    r"|信用金庫|信用組合|労働金庫|商工会議所|商工会|商店街振興組合|労働組合|生活協同組合|農業協同組合|漁業協同組合|連合会)"
)
"""The name of a legal person in Japanese."""

ENTITY_EN = re.compile(
    r"(?<![A-Za-z0-9_])[A-Z0-9][\w&.'’-]*(?:\s+(?:[A-Z0-9&][\w&.'’-]*"
    r"|of|and|de|the)){0,5}(?:\s+\([A-Z][\w. ]{0,14}\))?(?:,\s*|\s+)(?:Inc"
    r"|INC|LTD|CORP"
    r"|LLC|L\.L\.C|Ltd|Limited|Corp|Corporation|DAC|CIC|CLG|PBC|e\.V|KG|Trust|Council|Society|"
    r"Co\.,?\s*Ltd|Co\.|GmbH|K\.?K|PLC|plc|AG|P\.C|P\.A|PLLC|P\.L\.L\.C|CIO|SCIO|S\.?A|S\.?A\.?S|B\.?V|Pty\.?\s+Ltd|LLP|LP|Foundation"
    r"|University|Association|Institute|Company|Group|AB|Oy|SE|SRL|S\.r\.l|Sdn\.?\s+Bhd|Berhad"
    r"|(?<![A-Z]{2}\s)AS(?=,|$|[ .]*\(?[Oo]rg)|S\.?L\.?U?"
    r"|Lda|ApS|A/S|Kft|UAB|OÜ|N\.V|S\.?p\.?A|Oyj|ASA|Ltda"
    r"|(?:Sp\. )?z o\.o|s\.r\.o|d\.o\.o|G\.K|Kabushiki Kaisha|Pty|Pte"
    r"|Pvt\.?\s+Ltd|Private Limited|gGmbH|N\.A|OU|SARL|SAS|EIRL|PLLC|P\.C|JSC|e\.G"
    r"|S\.?A\.? de C\.?V|Co-?operative|Credit Union)(?![A-Za-z0-9_])\.?"
    r"|\b(?:UAB|SIA|OÜ)\s+[A-Z][\w.-]+"
    r"|(?:^|[\n,.|·©]\s?|(?:19|20)\d\d )PT\.? [A-Z][a-z]+(?: [A-Z][a-z]+)+"
    r"|(?:^|[\n|·©]\s?|(?:19|20)\d\d )(?:The )?(?:City|Town|County|Borough|Municipality|University"
    r"|Regents|Government|Diocese) of (?:the )?[A-Z][\w'’-]+(?: [A-Z][\w'’-]+){0,3}"
)
_CLAUSE = re.compile(
    r"^(?:[はがのをに].*(?:を|する|します|した|して|場合|には|及び|または|より|から)|[のをに])"
    r"|^(?:等|など|様|御中|法)"
)
_LABEL = (
    r"(?:発行(?:元|者|人|責任者)?|配信(?:元|者)|送信(?:元|者|責任者)|運営(?:会社|元|者"
    r"|主体|団体)?|編集(?:・発行)?|主催(?:者)?|販売(?:業者|元)|事業者(?:名|の名称|の氏名又は名称)"
    r"?|会社名|法人名|社名|商号|屋号|名称|サイト運営者|氏名又は名称"
    r"|本サービスの?提供者)"
)
_LABELLED = words(
    rf"{_LABEL}\s*[:/|／]\s*(?P<name>[^\s\n:。、\ufffc][^\n。、\ufffc]{{1,40}})"
    rf"|(?:^"
    rf"|\n)\W{{0,3}}{_LABEL}[^\w\n\ufffc]{{0,2}}\n\s*(?P<below>[^\s\n:。、・\ufffc][^\n。、:\ufffc]{{1,4"
    rf"0}})(?=\n|$)"
)
_BODY = words(
    r"""[^\s、。,「」()\ufffcはをがにのでともや]{2,16}(?:事務局|編集部|協会|(?<!見)学会|学園|大学|高校|高等学校|専門学校|病院|クリニック|医院|市役所|区役所|町役場
        |県庁|省|庁|財団|組合|銀行(?!口座|振|引|預)|証券|生命保険|振興会|同窓会|校友会|後援会|友の会|委員会|研究所|センター|図書館|美術館|博物館|観光局|法律事務所|会計事務所)"""
)


# Words without which no name of a legal person is there; looking for them alone is quick.
_OF_NAMES = r"会社|法人|\((?:株|有|同)\)|組合|金庫|会議所|商工会|連合会"
_IN_JAPANESE = re.compile(_OF_NAMES)
_IN_ENGLISH = re.compile(
    guarded(
        r"\b(?:Inc|INC|LTD|CORP|LLC|L\.L\.C|Ltd|Limited|Corp|DAC|CIC|CLG|PBC"
        r"|e\.V|KG|Trust|Council|Society|Co\.|GmbH|K\.?K|PLC|plc|AG|S\.?A|B\.?V"
        r"|Pty|LLP|LP|P\.C|P\.A|PLLC|P\.L|S?CIO"
        r"|Foundation|University|Association|Institute"
        r"|Company|Group|AB|Oy|SE|SRL|S\.r\.l|Bhd|Berhad|S\.?L"
        r"|Lda|ApS|A/S|AS|Kft|N\.V|S\.?p\.?A|Oyj|ASA|Ltda|z o\.o|s\.r\.o|d\.o\.o|G\.K"
        r"|Kabushiki|Pte"
        r"|UAB|OÜ|Pvt|Private|gGmbH|N\.A|OU|SARL|SAS|EIRL|PLLC|P\.C|JSC|e\.G|PT|Co-?operative"
        r"|Credit Union|City|Town|County|Borough|Municipality|Regents|Government|Diocese)"
    )
)
_ENDS_A_BODY = words(
    r"協会|学会|学園|大学|学校|同窓会|校友会|後援会|友の会|高校|病院|クリニック|医院|役所|役場|県庁"
    r"|省|庁|財団|組合|銀行|証券|生命保険|振興会|研究所"
    r"|図書館|委員会|赤十字|美術館|博物館|観光|事務所|商工会|公社|機構|放送局|新聞社"
)
NAMED = (_LABELLED, words(_OF_NAMES), _IN_ENGLISH, _ENDS_A_BODY)
"""What is in every text in which one of `entity`, `labelled_name`, `public_body` finds a name."""


def entity(text: str) -> str | None:
    """Return the first name of a legal person in `text`."""
    for match in ENTITY.finditer(text) if _IN_JAPANESE.search(text) else ():
        # `分析には株式会社甲` names 株式会社甲.
        name = _BEFORE_A_NAME.sub("", match[0]).strip()
        if name != match[0] and (whole := ENTITY.match(text, match.end() - len(name))):
            name = whole[0]
        rest = re.sub(
            r"(?:株式|有限|合同|相互)会社|有限責任事業組合|(?:企業|協業)組合|\((?:株|有|同)\)",
            "",
            name,
        )
        # `株式会社は…` and `株式会社の…` name nobody.
        if (
            len(rest) > 1
            and not _CLAUSE.match(rest)
            and PLACEHOLDER not in name
            and not NOBODY.search(rest)
        ):
            return name
    english = ENTITY_EN.search(text) if _IN_ENGLISH.search(text) else None
    return english[0] if english else None


_BEFORE_A_NAME = re.compile(
    r"^(?:[^会(]*(?:には|では|とは|[はをがのにでと]|(?:運営|経営|提供|販売|発行|開発"
    r"|主催)(?:する|している|を行う))|(?:私|わたし|わたくし|我)(?:たち|ども|達|共|々)[、\s]?"
    r"|われわれ[、\s]?|[弊当小]社[、\s]?)"
    r"(?=(?:株式|有限|合同|合資|合名)会社$|\((?:株|有|同)\)$)"
)
NOBODY = re.compile(
    r"(?:会社|店舗|法人|団体|事業者|屋|社|サービス|サイト|あなたの)の?(?:名"
    r"|号)(?:称)?[』」\])】〉》]?$"
    r"|ダミー|^(?:サンプル|テスト|見本)$|[_＿]{2}|XX|\?\?|^(?:19|20)\d\d Company"
)
"""What a template leaves for somebody to write their name over."""


def is_nobody(name: str) -> bool:
    """Tell whether what stands where a name belongs is none yet: `未定`, `会社名を入力`."""
    return bool(_NOT_YET.search(name) or NOBODY.search(name.strip(" ()[]")))


_NOT_YET = re.compile(
    r"^\W{0,2}(?:未定|未設定|未入力|未記入|準備中|調整中|なし|無し|ダミー|サンプル|テスト|TBD|TBA|N/?A|test"
    r"|sample)\W{0,2}$|\b(?:enter|insert|add|type)\b.{0,30}\bhere\b|(?:を|が)?ここに|(?:を|に)(?:ご)?(?:入力|記入|記載|挿入|入れて|差し替え)",
    re.IGNORECASE,
)


def legal_name(name: str) -> bool:
    """Tell whether a name is that of a legal person, or reads as that of a human being."""
    alone = name.partition("(")[0].strip()
    return bool(entity(name)) or bool(_HUMAN.fullmatch(alone))


_HUMAN = re.compile(
    r"(?!.*(?:事務局|編集部|運営部|サポート)$)[一-龥々]{1,4}[\s\u3000]?[一-龥々ぁ-んァ-ヶ]{1,5}"
)


def labelled_name(text: str) -> str | None:
    """Return what stands after `発行:`, `運営会社:` and the like."""
    match = _LABELLED.search(text)
    return (match["name"] or match["below"]).strip() if match else None


_LABEL_ALONE = words(rf"[^\w\ufffc]{{0,3}}{_LABEL}[^\w\ufffc]{{0,3}}")


def is_label(text: str) -> bool:
    """Tell whether `text` is `会社名`, `運営者` or the like, and nothing else."""
    return bool(_LABEL_ALONE.fullmatch(text))


def body_name(text: str) -> str | None:
    """Return the name of an office, society or school."""
    match = _BODY.search(text)
    return match[0] if match and not _NO_BODY.search(match[0]) else None


_PUBLIC_BODY = re.compile(
    r"\W{0,3}[^\s、。「」:;@\ufffcはがをにでもや]{2,20}(?:協会|(?<!見)学会|学園|大学|高等学校|高校"
    r"|専門学校|(?<!動物)(?<!ペット)病院|クリニック|医院"
    r"|[市区]役所|町役場|県庁|[^各]省|[^省官]庁|財団|組合|銀行|証券|生命保険|振興会|研究所|図書館"
    r"|教育委員会|選挙管理委員会|農業委員会|赤十字社|美術館|博物館|観光局|観光案内所"
    r"|法律事務所|会計事務所|税理士事務所|商工会|公社|機構|振興公社|放送局|新聞社|同窓会|校友会"
    r"|後援会|友の会)"
    r"\W{0,3}(?:広報\S{0,4}|総務\S{0,3}|事務局|本部|支部)?(?:\([^()\n]{1,24}\))?"
)


_OF_A_TOWN = re.compile(
    r"\W{0,3}(?:[一-龥]{2,3}[都道府県])?\s?[一-龥々ヶケノァ-ヶ]{1,7}[市区町村都道府県](?:役所"
    r"|役場|庁)?\s"
    r"(?:[^\s、。]{1,16}\s){0,2}[^\s、。]{2,16}[課室局部係]\W{0,3}"
)


def public_body(line: str) -> bool:
    """Tell whether `line` is the name of an office, society or school that is a legal person."""
    body = _PUBLIC_BODY.fullmatch(line) or _OF_A_TOWN.fullmatch(line)
    return bool(body) and not _NO_BODY.search(line)


_NO_BODY = words(
    r"(?:データ|コール|カスタマー|サポート|お客様|お客さま|相談|サービス|ヘルプ)センター"
    r"|関係省庁|各省|監督官?庁|裁判所|個人情報保護委員会|法律|法令|ガイドライン"
)
