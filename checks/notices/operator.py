"""Who a notice says it is of."""

from __future__ import annotations

import itertools
import re

from checks.notices.contacts import APPOINTED, filled_in
from checks.wording.addresses import ADDRESS_EN, ADDRESS_JA, postal_address
from checks.wording.legal_names import (
    NOBODY,
    body_name,
    entity,
    is_label,
    labelled_name,
    legal_name,
)
from checks.wording.personal_names import full_name, is_named_abroad, person, signing
from checks.wording.sentences import first, sentences
from checks.wording.words import words
from scanner.sdk import Block, Content, Region

_SELF = words(
    r"以下.{0,6}[「『\"](?:当|弊|本|私|会社)|^本(?:ポリシー|方針|規約)は、|当社|弊社|代表取締役|代表者|理事長|制定|改定|運営"
    r"|(?:個人情報|お客様).{0,8}(?:窓口|相談室|管理者)"
    r"|\b(?:operates?|runs?|owns?) (?:this|the|its|several|our|and)\b"
)
_OTHERS = words(
    r"google|グーグル|yahoo|ヤフー|facebook|meta|twitter|委託先|提供先|提供元|アマゾン"
    r"|amazon|salesforce|hubspot|microsoft|マイクロソフト|解析ツール|ツールを|が提供する"
    r"|klaviyo|mailchimp|marketo|adobe|activecampaign|twilio|sendgrid|braze|zoho|oracle|shopify|intuit"
    r"|プレイド|クラウドサーカス|シャノン|データX|フロムスクラッチ|SATORI|openai|anthropic|stripe|cloudflare|vercel|paypal|netlify|github|formspree|apple\b"
    r"|情報開示センター|JIPDEC|日本情報経済社会推進協会|認定個人情報保護団体"
)
_ANOTHER = words(
    r"(?:会社|法人|\)).{0,12}(?:の(?:もの|サーバ|クラウド|レンタル|システム)|に(?:委託|預け)|を利用"
    r"|(?:の|が)(?:提供|運営)する.{0,24}(?:を(?:利用|使用|導入)|に保管)"
    r"|の.{0,6}「[^」]{1,40}」|[」)]?を(?:利用|使用|導入|採用))|\b(?:we|site|website)\b.{0,12}\bus(?:e|es|ing)\b"
)
_JOINT_LINE = words(r"管理責任|責任を有する|共同利用|管理について")
_HEAD = words(
    r"代表(?:取締役|理事|社員|者)|理事長|会長|学長|院長|園長|塾長|住職|所長|社長|代表\s*[:：]|責任者\s*[:：]?\s*[一-龥]{1,4}[\s\u3000][一-龥ぁ-んァ-ヶ]"
    r"|(?:提供者|運営者|事業主|店主|主宰者?|開発者|管理人)[)\s]?[:：(/]?\s*[一-龥]{1,4}[\s\u3000][一-龥ぁ-んァ-ヶ]|主宰"
    r"|代表\s*[一-龥]{1,4}[\s\u3000]?[一-龥]"
    r"|representative|director|CEO"
)
_COMPANY_PAGE = words(
    r"会社概要|会社案内|会社情報|企業情報|企業概要|運営者情報|運営会社|法人概要|団体概要"
    r"|特定商取引|about ?us|company|corporate|アクセス"
)
_CALLED = words(
    r"(?:^|[\n。:])\s*(?P<name>(?!(?:この|本|当)(?:サイト|サービス|ブログ|アプリ"
    r"|ウェブ))[^\s。、,:「」『』(\ufffc][^。、,:「」『』(\n"
    r"\ufffc]{0,40}?)\s*(?:\([^()]{1,30}\)\s*)?\((?:[^()]{0,30}[、,:。]|[^()]{0,24}\s)?\s*以下[、,]?.{0,10}?[「『\"]?(?:当|弊|本|私"
    r"|運営者|事業者|甲)(?!サイト|サービス|ブログ|アプリ|ウェブ|web|ホーム|規約|ポリシー|方針|プロジェクト|ツール)"
)
"""A name that a notice gives to whom it calls `当社`, `当園`, `運営者` from there on."""
_CALLED_IN_ENGLISH = re.compile(
    r"(?P<called>\b[A-Z][\w.&'’ -]{1,50}?),?\s*\([^()]{0,40}[\"“'](?:[Ww]e|[Uu]s|I|[Mm]e|[Oo]ur"
    r"|(?:the )?(?:[Cc]ompany|Practice|Clinic|School|College|Hotel|Charity|Trust|Association"
    r"|Foundation|Society))\b"
    r"|\b(?:operated|owned|provided|run|controlled|published) by"
    r" (?P<by>[A-Z0-9][\w.&'’-]*(?: [A-Z0-9][\w.&'’-]*){0,5})"
    r"|\bcontroller\b[^.\n]{0,60}?(?:is|:)\s+(?P<is>[A-Z][\w.&'’ -]{1,50})"
    r"|(?:^|\n)At (?P<at>[A-Z0-9][\w.&'’ -]{1,40}?)(?:\s\([A-Z]{2,8}\))?,"
    r" (?:we\b|accessible from|one of our|your privacy)"
    r"|©\s?(?:Copyright\s)?(?:\d{4}(?:[-–]\d{2,4})?,?\s)?(?P<kept>[A-Z][\w.&'’ -]{1,40}?)"
    r"\.?\s+All [Rr]ights"
)


_IN_PERSON = re.compile(
    r"(?:^|[\n.!] ?)(?P<body>(?:The )?[A-Z0-9][\w.&'’-]*"
    r"(?: (?:[A-Z0-9&][\w.&'’-]*|of|the|and|in)){0,6})(?: \([^()]{1,40}\))? is (?:an? "
    r"(?:(?:small|registered|independent|family|tiny|local|private|public) )*"
    r"(?:charity|body|unincorporated association|non-?profit|sole (?:trader|proprietor)"
    r"|partnership|company|business name of|cooperative|co-operative|association)"
    r"|the (?:data )?controller)\b"
    r"|(?P<answers>[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){0,5}), an? [^.\n]{3,80}?,? is"
    r" (?:responsible for|the (?:data )?controller)"
    r"|\bWe(?: are|['’]re) (?P<we>(?:the )?[A-Z][\w&'’-]*"
    r"(?: (?:[A-Z&][\w.&'’-]*|of|the|and|in)){1,6})"
    r"|(?:^|\n)(?P<seated>[A-Z][\w&'’-]*(?: (?:[A-Z&][\w.&'’-]*|of|the|and|in)){1,5}),"
    r" \d{1,4}[A-Z]? [A-Z]"
    r"|(?P<trader>[A-Z][\w'’-]+ [A-Z][\w'’-]+),? \(?(?:an? )?(?:sole (?:trader|proprietor)"
    r"|self-employed|freelanc)"
    r"|(?:\bI['’]m|\bI am|\b[Mm]y name is"
    r"|\b(?:run|made|built|kept|written|operated|published|maintained) by(?: one person,)?"
    r"|\b(?:[Oo]perator|[Oo]wner|[Pp]ublisher|[Mm]aintainer|[Ff]ounder|[Ss]ecretary|[Cc]lerk"
    r"|[Cc]ontroller|[Pp]roprietor),?:?)"
    r" (?:(?:Mrs?|Ms|Dr)\.? )?(?P<human>[A-Z][\w'’-]+ (?:[A-Z]\. ?)?[A-Z][\w'’-]+)"
)
"""How a body, or a human being, says in English that it is they."""


def in_person(content: Content) -> tuple[str, int] | None:
    """Return the human being, or the body without a form of company, who says it is they."""
    begin = next(
        (n for n, each in enumerate(content.blocks) if each.region is not Region.NAVIGATION), 0
    )
    # The menu comes before the notice; what comes after it is the foot of the page.
    for number, block in enumerate(content.blocks[begin:], begin):
        for line in block.text.split("\n"):
            if _JOINT_LINE.search(line) or APPOINTED.search(line) or _OTHERS.search(line):
                continue
            if name := person(line) or _trader(line) or _town(line) or _trading(line):
                return name, number
            if said := _IN_PERSON.search(line):
                return next(filter(None, said.groups())), number
    return None


def _trader(line: str) -> str | None:
    """Return the human being who says in `line` that the business is theirs alone."""
    return signing(line) if _SOLE_TRADER.search(line) else None


def _trading(line: str) -> str | None:
    """Return the human being in `line` before the name of their business."""
    found = _BEHIND_A_TRADE_NAME.search(line)
    return found["human"] if found else None


_BEHIND_A_TRADE_NAME = re.compile(
    r"(?:^|[\s:：])(?P<human>[一-龥々ぁ-んァ-ヶ]{2,6}[ \u3000]?[一-龥々ぁ-んァ-ヶ]{0,6})\s?"
    r"[(（](?:屋号|通称)\s?[:：「]"
)
_SOLE_TRADER = words(r"[(（]個人事業|個人事業主(?:の|です|、)|個人で(?:運営|経営|営)")


def _town(line: str) -> str | None:
    """Return the municipality, or prefecture, whose office `line` begins with."""
    match = _TOWN.match(line) or _TOWN_WITH_ITS_HEAD.search(line)
    return match[0].strip() if match else None


_TOWN = re.compile(
    r"\W*(?:[一-龥々ヶケノ]{1,6}[市区町村](?:役所|役場)|[一-龥]{2,3}(?:都|道|府|県)庁)"
)
_TOWN_WITH_ITS_HEAD = re.compile(
    r"(?:[一-龥]{2,3}[都道府県])?[一-龥々ヶケノ]{1,6}[市区町村](?=\s?\((?:市|区|町|村)長\s)"
)


def names_nobody(text: str) -> bool:
    """Tell whether a sentence says by what brand or office a site is run, and names nobody."""
    named = _RUN_BY_A_BRAND.search(text)
    return bool(
        named
        and (named["brand"] is None or is_brand(named["brand"]))
        and not (entity(text) or full_name(text) or person(text))
    )


_RUN_BY_A_BRAND = words(
    r"「(?P<brand>[^」]{1,30})」(?:運営(?:事務局|チーム))?[がは][^。]{0,12}(?:運営|管理|お届け)"
    r"|^\W*(?-i:[A-Z])[\w'’&. -]{1,40} (?:is an? (?:[\w-]+ ){0,3}(?:shop|store|boutique|app"
    r"|blog|site"
    r"|game|service|platform|marketplace|newsletter)|makes)\b"
    r"|^\W*to (?!you\b|us\b|the\b|all\b)[a-z]{3,} \w|^\W*service providers\b"
    r"|」は、?[^。]{0,24}(?:情報|データ)[^。]{0,24}取り?扱"
    r"|(?:編集部|運営(?:事務局|チーム|スタッフ|者))(?:\([^)]{0,24}\))?[がは]"
    r"|\bthe operator(?: of this (?:web)?site)? (?:is|decides|uses|holds|keeps)\b"
    r"|\b(?:run|operated|managed|provided|published|built|made) by (?:the|our|an?) (?:small )?"
    r"(?:site |website |shop )?"
    r"(?:operator|team|owner|staff|editors?)\b"
)


def operator(content: Content) -> tuple[str, int] | None:
    """Return the name of the operator and its block."""
    main = [(n, b) for n, b in enumerate(content.blocks) if b.region is not Region.NAVIGATION]
    # A list of definitions has the label and the name in blocks of their own.
    for (_, block), (number, following) in itertools.pairwise(main):
        if (
            is_label(block.text)
            # A menu leads to `運営会社`, and names nobody.
            and not block.links
            and len(following.text) < 40
            and not following.heading
            and not _FIELD.fullmatch(following.text)
            and not re.search(r"\ufffc|[:：]\s*$", following.text)
        ):
            return following.text, number
    for place, (number, block) in enumerate(main):
        edge = place < 4 or place >= len(main) - 8
        for part in dict.fromkeys((block.text, *block.text.split("\n"))):
            named = labelled_name(part)
            if (
                named
                and not _OTHERS.search(named)
                and len(named) < 40
                and edge
                # The label of the next line: this one was left blank.
                and not named.endswith((":", ":"))
                and not _FORM_ALONE.fullmatch(named)
            ):
                return named, number
        for line in block.text.split("\n"):
            name = entity(line)
            if (
                name
                and not _OTHERS.search(name)
                and (edge or _SELF.search(line) or _stands_with_its_seat(name, line, block.text))
                and not _JOINT_LINE.search(line)
                and (not (_OTHERS.search(line) or _ANOTHER.search(line)) or _SELF.search(line))
            ):
                return name, number
        office = body_name(block.text)
        if office and (
            re.search(r"以下|といいます|とします", block.text) and _SELF.search(block.text)
        ):
            return office, number
    title = entity(content.title)
    said = itertools.chain(
        (_headed(block, number) for number, block in main[:4] + main[-8:]),
        [(title, 0)] if title and not _OTHERS.search(title) else (),
        (_called(block.text, number) for number, block in main),
    )
    return next(filter(None, said), None)


_FIELD = re.compile(r".{0,6}(?:者名|氏名|会社名|役職|住所|番号|アドレス|URL|[Nn]ame|[Aa]ddress)")
"""In a list of data, what stands below a label is the next one."""
_FORM_ALONE = re.compile(r"\W*(?:株式|有限|合同|合資|合名)会社\W*|\W*\(?(?:株|有|同)\)?\W*")


def _stands_with_its_seat(name: str, line: str, text: str) -> bool:
    if line == name:
        return bool(ADDRESS_JA.search(text))
    before, _, after = line.partition(name)
    beside = after[:120]
    return bool(_SETS_APART.match(beside)) and bool(
        postal_address(beside)
        or _SEAT.match(beside)
        or _HEAD.search(beside)
        or _REGISTERED.search(beside)
        or (not before and _CONTROLS.search(beside))
    )


_SETS_APART = re.compile(r"[\s(、,・/]")
_SEAT = re.compile(r"[\s(、,・/]{1,3}[一-龥]{2,3}[都道府県市]|[\s(、,・/]{1,3}[一-龥]{2,4}市")
_REGISTERED = re.compile(
    r"(?:company|registered|registration|charity|reg\.?)[ -]?(?:no|number|nr)?\.?:? ?[\dA-Z]"
    r"|\b(?:UEN|HRB|ABN|ACN|CRN|EIN|VAT)\b"
    r"|(?:登録|許可|免許|認証|届出)(?:番号)?.{0,12}\d|第\s?\d{3,}",
    re.IGNORECASE,
)
_CONTROLS = re.compile(r"\bis (?:the|a) (?:data )?controller\b|\bresponsible for\b", re.IGNORECASE)


_HEADED = re.compile(
    r"^(?P<name>[^\s。、:(][^。、:(]{1,30}?)\s*[(\s]\s*(?:院長|園長|所長|塾長|店主|店長|住職|校長|会長|主宰|代表者?)"
    r"\s*:?\s*(?!取締役|理事|社員)[一-龥]{1,4}\s?[一-龥ぁ-んァ-ヶ]{1,5}\s*(?:\)|$|(?=[\s〒][^\n]{0,6}[都道府県市]))"
    r"|^(?P<seat>[^\s。、:(]{3,30})\s*\([^()]{0,60}(?:代表|店主|院長|園長|[都道府県].{1,6}[市区町村]|[一-龥]{2,4}市[一-龥]"
    r"|(?:行政書|税理|弁護|司法書|会計|建築|労務)士\s)[^()]{0,40}\)(?:は|が|では|です|(?=[の、]))"
    r"|^(?:運営者|運営責任者|開発者|事業者|販売業者|管理人)\s+(?P<run>[^\s。、:]{2,20})(?=\s|$)"
    r"|^(?P<read>[^\s。、:(「]{2,30})\([ァ-ヶー・]{2,20}\)(?:は|では)、"
    r"|^(?P<beside>[^\s。、:(]{3,30})\s+(?:電話|TEL|〒)"
)
"""A name, and after it who stands at its head: `みどり歯科 院長 森花子`."""


_ABOVE_ITS_SEAT = re.compile(
    r"^(?P<name>[^\s。、:(][^。、:(\n]{1,28}?)(?:\s+[^\n]{0,16}(?:窓口|係|担当|部|課))?\n(?:[^\n]{0,12}\n)?"
    r"[^\n]{0,8}(?:郵便番号|〒|住所|所在地)"
)
"""A name, and below it where the one lives who has it."""


def _headed(block: Block, number: int) -> tuple[str, int] | None:
    """Return the name in `block`, of that number, beside which its head stands."""
    above = _ABOVE_ITS_SEAT.search(block.text)
    if above and ADDRESS_JA.search(block.text) and not _NO_NAME.search(above["name"]):
        return above["name"].strip(), number
    for line in block.text.split("\n"):
        found = _HEADED.search(line)
        others = (_OTHERS, _JOINT_LINE, NOBODY, APPOINTED)
        if found and not any(each.search(line) for each in others):
            return next(filter(None, found.groups())).strip(), number
    return None


_NO_NAME = words(
    r"窓口|連絡先|問い?合わ?せ|お?申し?出|ご?相談|ください|下さい|個人情報|プライバシー|電話|mail|メール|[係課室部]$|\ufffc"
)


def _called(text: str, number: int) -> tuple[str, int] | None:
    """Return the name that `text`, of that block, gives to its operator."""
    found = _CALLED.search(text)
    name = found["name"] if found else None
    if name is None and (english := _CALLED_IN_ENGLISH.search(text)):
        name = next(filter(None, english.groupdict().values()), None)
    if not name or _OTHERS.search(name) or NOBODY.search(name):
        return None
    name, whole = name.strip(), entity(text)
    # The form of a company may stand behind a comma, and belongs to its name.
    return (whole if whole and whole.endswith(name) else name), number


def name_elsewhere(content: Content) -> str | None:
    """Return the first name of a legal person that stands on the page."""
    whole = "\n".join(b.text for b in content.blocks)
    return next(
        (
            found
            for line in (content.title, *whole.split("\n"))
            if not (_JOINT_LINE.search(line) or _ANOTHER.search(line))
            and (found := entity(line))
            and not _OTHERS.search(line)
            and not NOBODY.search(found)
        ),
        next(filter(None, map(full_name, whole.split("\n"))), None),
    )


def is_brand(name: str) -> bool:
    """Tell whether a name is neither a legal person's nor a human's, nor ends as a body's does."""
    return not (legal_name(name) or is_named_abroad(name) or _ENDS_AS_A_BODY.search(name))


_ENDS_AS_A_BODY = re.compile(
    r"[会園院校社店塾室所館組協団庁省市町村県府都区部科]\b|(?<!事務)局\b|薬局|法人|組合|財団|大学|学園|クリニック|センター"
    r"|(?<!運営)(?<!サポート)(?<!サービス)(?<!キャンペーン)(?<!プロジェクト)(?<!イベント)事務局|事務所|連盟|委員会|\b(?:Inc|LLC|Ltd|FZCO|GmbH|Co|Corp|School|Clinic|University|Society"
    r"|College|Academy|Institute|Hospital|Council|Church|Museum|Library|Theatre|Trust|Foundation"
    r"|Association|Charity)\b"
)


def name_filled_in(content: Content) -> bool:
    """Tell whether a server fills in the name."""
    return any(
        filled_in(block) and (_SELF.search(block.text) or _FILLED_NAME.search(block.text))
        for block in content.blocks
    )


_FILLED_NAME = re.compile(r"\ufffc\s*(?:[(、]\s*以下|の個人情報|は、)")


def headed(content: Content) -> bool:
    """Tell whether somebody is named who stands at the head."""
    return first(list(sentences(content)), _HEAD) is not None


def seated(content: Content) -> bool:
    """Tell whether an address, or a link to a page about the company, is there."""
    return any(
        ADDRESS_JA.search(each.text) or ADDRESS_EN.search(each.text) for each in content.blocks
    ) or any(_COMPANY_PAGE.search(link.text) for each in content.blocks for link in each.links)
