"""From whom mail is said to come, and what stands near the question."""

from __future__ import annotations

import re

from checks.signups.questions import PRIVACY, Asked
from checks.signups.trade_names import of_everybody
from checks.wording.legal_names import body_name, entity
from checks.wording.personal_names import person
from checks.wording.words import NEGATED, words
from scanner.sdk import Content, Region

_ANYBODY = words(
    r"(?:関連|提携|パートナー|協賛|協力|グループ|スポンサー|取引|出展|加盟)(?:サイト|先|企業|会社|各社|講師|店舗?|社"
    r"|広告主|サービス|事業者|業者|ブランド|ショップ|メーカー)*(?:各社)?(?:から|より|の|による|等|が配信|がお)|(?:第三者|他社|各社|広告主)(?:から"
    r"|より|の|等)|(?:partners?(?! (?:discounts?|deals|perks))"
    r"|third[ -]part|affiliates|sponsors|selected compan)"
    r"|(?:査定|参加|登録|掲載|取扱|買取|見積)(?:会社|業者|店舗?|企業|事業者)(?:各社|等|など)?(?:から|より|の|・)"
    r"|(?:厳選|選定|選抜|紹介)した(?:企業|会社|店舗?|広告主|サービス)"
    r"|(?:lenders|providers|retailers|brands|businesses|companies|advertisers|merchants|dealers"
    r"|agencies)\b[^.\n]{0,24}\b(?:in|from|within|of) our network"
    r"|\bup to \w+ (?:\w+ ){0,2}(?:lenders|providers|companies|brands|dealers|businesses)"
    r"|(?:selected|chosen|other|sister|like-?minded) (?:companies|organi[sz]ations|businesses"
    r"|brands|retailers|advertisers)"
)
_LISTED = words(
    r"(?:共催|主催|登壇)(?:する|の|[0-9一二三四五六七八九十両各]{1,2})*"
    r"(?:社|者|企業|会社|団体)"
    r"|(?:上記|下記|以下|次の|前記|本ページ(?:記載|掲載)の?)[^。\n]{0,12}(?:社|企業|会社|団体|法人|主催者|共催者)"
    r"|(?:above|below|following|listed|named) (?:\w+ ){0,3}"
    r"(?:companies|sponsors|partners|organi[sz])"
    r"|(?:companies|sponsors|partners|organi[sz]\w+) (?:\w+ ){0,2}(?:above|below|on this page)"
)
"""What leads to names that stand elsewhere on the page."""
_FEWEST_LISTED = 2


def anybody(text: str, page: str = "") -> str | None:
    """Return the words for senders who are not named; a company may be called `… Partners`.

    Those whom `text` leads to are named where `page` has their names.
    """
    if _LISTED.search(text) and len(_entities(page)) >= _FEWEST_LISTED:
        return None
    for sentence in re.split(r"(?<=[。!?\n])|(?<=\.)\s", text):
        # `We never share your address with third parties` makes nobody a sender.
        if NEGATED.search(sentence):
            continue
        for match in _ANYBODY.finditer(sentence):
            before = sentence[: match.start()]
            # `甲パートナー株式会社` is one; `甲株式会社および提携企業` are more than that.
            if _LEGAL_FORM.search(sentence) and (
                _OF_THE_GROUP.search(match[0])
                or not _JOINED.search(before)
                or _SENDS_ITSELF.search(before)
                or (match[0].endswith("の") and _FROM_IT.search(before))
            ):
                continue
            if not (match[0][0].isupper() and before and sentence[match.start() - 2].isalnum()):
                return match[0]
    return None


def _entities(page: str) -> set[str]:
    """Return the legal persons that a page names, one for each of its lines at most."""
    return {name for line in page.split("\n") if (name := entity(line))}


_LEGAL_FORM = words(r"(?:株式会社|有限会社|合同会社|\b(?:Inc|LLC|Ltd)\b)")
_SENDS_ITSELF = words(r"が(?:、)?(?:配信|発行|送信|送付|お送り|お届け)(?:する|し|いた)[^。]{0,6}$")
"""Who sends advertising of others is its sender."""
_FROM_IT = words(r"(?:から|より)、[^。、]{0,20}$")
_OF_THE_GROUP = words(r"グループ|関連|affiliates")
_JOINED = re.compile(
    r"(?:及び|および|並びに|ならびに|または|又は|もしくは|、|と|や)(?:その|同社の)?$"
    r"|\b(?:and|or|with)\b(?: \w+){0,2} ?$",
    re.IGNORECASE,
)


def body(text: str) -> str | None:
    """Return the name of an office or society; `運営事務局` alone is none."""
    name = body_name(text)
    return None if name and _ANY_OFFICE.fullmatch(name) else name


_ANY_OFFICE = words(
    r"(?:運営|大会|実行|開催|モニター|アンケート|プレゼント|懸賞|応募|キャンペーン|イベント|セミナー|本|当|総合|受付)*(?:事務局|委員会|編集部|センター)"
)


def human_being(text: str) -> str | None:
    """Return the name of the human being who says that it is they who write."""
    if said := _IN_ENGLISH.search(text):
        return said["name"]
    return next(filter(None, map(person, text.split("\n"))), None)


_IN_ENGLISH = re.compile(
    r"(?:\bI['’]?m|\bI am|[Mm]y name is"
    r"|(?:[Ww]ritten|[Hh]osted|[Ee]dited|[Rr]un|[Mm]ade|[Pp]ublished) by"
    r"|[Nn]ewsletter (?:by|from)|[,–—-] ?by|[Oo]wner:?|[Ff]ounder:?) "
    r"(?P<name>[A-Z][\w'’-]+ (?:[A-Z]\. ?)?[A-Z][\w'’-]+)"
)


def _site_names(content: Content) -> list[str]:
    """Return the parts of a title that may be the name of a site."""
    parts = re.split(r"\s*[|｜:：・«»]\s*|(?<!\d)[/／](?!\d)|\s+[-–—·]\s+", content.title)
    return [part for part in parts if part and not _NAMES_A_FORM.fullmatch(part)]


def may_be_named(content: Content) -> bool:
    """Tell whether a page may name its owner, though by no legal name: by a brand, or a picture."""
    return (
        bool(_site_names(content))
        or any(picture.alt for picture in content.pictures)
        or leads_to_owner(content)
        or any(
            block.region is Region.NAVIGATION or _COPYRIGHT.search(block.text)
            for block in content.blocks
        )
    )


def leads_to_owner(content: Content) -> bool:
    """Tell whether a page leads to who runs it, or has a place that a template fills in."""
    return any(
        block.placeholders or any(_OWNERS_PAGE.search(link.text) for link in block.links)
        for block in content.blocks
    )


_OWNERS_PAGE = words(
    r"会社(?:概要|情報|案内)|企業(?:情報|概要)|運営(?:会社|者|団体)|事業者|特定商取引|特商法|団体概要|法人概要"
    r"|私たちについて|当(?:社|店|院|館)について|about us|^about$|imprint|impressum|who we are"
    r"|company|the team"
)


def named_at(said: str, content: Content) -> str | None:
    """Return the name by which a question itself tells who will send, be it that of a shop."""
    for part in _site_names(content):
        small = part.lower()
        # A heading that repeats the title tells no more than that.
        if len(part) >= _SHORTEST_NAME and any(
            small in line.lower() and line.strip().lower() != small for line in said.split("\n")
        ):
            return part
    for match in _FROM.finditer(said):
        name = match["name"]
        if not (_NOBODYS_NAME.search(name) or _ANYBODY.search(match[0])):
            return name
    return next(
        (each["name"] for each in _FROM_ENGLISH.finditer(said) if not of_everybody(each["name"])),
        None,
    )


_SHORTEST_NAME = 3
_FROM = re.compile(
    r"(?:^|[\s、。「『(・])(?P<name>[一-龥々ぁ-んァ-ヶーA-Za-z]"
    r"[一-龥々ぁ-んァ-ヶーA-Za-z0-9&'’. ]{1,24}?)[」』)]?"
    r"(?:から|より)(?=の|、|お|ご|[一-龥ァ-ヶ])"
    # `ゼロから学べる` tells of nobody who sends.
    r"(?=[^。\n]{0,60}(?:メール|マガジン|メルマガ|レター|ニュース|知らせ|案内|情報|届|送|配信"
    r"|[便たよ]り|クーポン"
    r"|特典|通信))"
)
_NOBODYS_NAME = words(
    r"^(?:地元|近く|全国|各地|国内|海外|複数|人気|専門)|今|後|次回|以上|下記|上記|以下|当日|本日|メール|サイト|ページ|皆|他|^.{0,3}店$|店舗|学校|主催|事務局|運営|スタッフ|担当|会社|企業"
    r"|各社|社$|登録|申込|送信|完了|日$|月$|年$|時$|前$|先$|ショップ|編集部|フォーム|こちら|ここ|関連|提携|一覧|場合|中$|個人情報"
    r"|を|あなた|これ|それ|どこ|いつ|届|受け|送|ほか"
)
_FROM_ENGLISH = re.compile(
    r"\b(?:[Ff]rom|[Bb]y) (?P<name>(?!The (?![A-Z])|(?:Us|Our|A|An|Time|You|Your|My|I|Selected)\b)"
    r"[A-Z][\w&'’.-]+(?: (?:[A-Z&][\w&'’.-]*|and|of|the))*)"
)


_COPYRIGHT = re.compile(r"©|\(c\)|copyright", re.IGNORECASE)
_NAMES_A_FORM = words(
    r".{0,20}(?:フォーム|登録|申し?込み?|手続き?|請求|応募|予約|注文|購入|問い?合わ?せ|アンケート|エントリー"
    r"|ダウンロード|見積も?り?|シミュレーション|相談|会計|カート|トライアル|体験|案内|メルマガ"
    r"|メールマガジン|ニュースレター)(?:フォーム|ページ|画面|入力|情報)?\s?(?:\(\d+/\d+\))?"
    r"|(?:request|get|create|join|enter|sign|register|contact|book|download|subscribe|apply|order"
    r"|checkout|newsletter|home|shop|welcome)\b.{0,24}|.{0,24}\b(?:form|quote|account|registration"
    r"|sign ?up|checkout|contact|newsletter|subscription|survey)|(?:untitled )?document|index"
    r"|登録|入力|トップ(?:ページ)?|ホーム(?:ページ)?|無題(?:の(?:文書|ドキュメント))?|top|lp"
    r"|.{0,20}(?:査定|診断|比較|試算|説明会|セミナー|ウェビナー)|coming soon|rsvp"
    r"|解除|停止|.{1,20}(?:見学|受け取る|を見る|を申し込む|する)"
    r"|(?:win|free|compare|claim|start|leave|tell|guest|feedback|give|enrol)\b.{0,24}"
    r"|.{0,12}wi-?fi.{0,12}|.{0,16}(?:情報|内容)の(?:ご?入力|ご?確認)"
)
"""Titles that say what a page is for, and not whose it is."""


def told_near(asked: list[Asked], content: Content) -> str:
    """Return the words around bare questions: their own line, what names it, and a note to it."""
    text = [block.text for block in content.blocks if block.region is Region.FORM]
    labels = {each.label for one in asked for each in one.controls if each.label}
    found: list[str] = []
    for each in asked:
        label = each.controls[0].label
        number = next((n for n, line in enumerate(text) if label and label in line), None)
        if number is None:
            continue
        found.append(text[number])
        if number and text[number - 1] not in labels and len(text[number - 1]) <= _LONG_NAME:
            found.append(text[number - 1])
        note = "".join(text[number + 1 : number + 2])
        if _NOTE.match(note) and not PRIVACY.search(note):
            found.append(note)
    return "\n".join(found)


_LONG_NAME = 80
"""Characters of what names a question."""
_NOTE = re.compile(r"[※*(](?!.{0,20}必須)")
"""What is added to a question begins so."""
