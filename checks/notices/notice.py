"""A page as a privacy notice: its sentences, and those that announce what does not follow."""

from __future__ import annotations

import itertools
import re

from checks.wording.sentences import Section, Sentence, lines_of, sections, sentences
from checks.wording.texts import once
from checks.wording.words import Words, words
from scanner.sdk import Content, Link, Region

PERSONAL = words(
    r"個人(?:情報|データ)|パーソナルデータ|お客様(?:の)?情報|personal (?:data|information)"
    r"|your (?:data|information|(?:e-?mail|name|contact|postal|home)(?: address)?|details)"
    r"|(?:ご?登録|会員|顧客|利用者|皆様の|みなさまの|ご本人の|自己の"
    r"|ご自分の)情報|お?名前|氏名|ご?住所|電話番号|メールアドレス|名簿"
    r"|(?:利用者|ご?家族|患者|お客)[^。、]{0,8}の情報|(?:いただ|頂"
    r"|うかが|伺|お預かり|取得|収集|ご?提供|ご?入力)[^。、]{0,8}情報"
)
_COOKIE_TITLE = words(r"cookie|クッキー|外部送信")
_ABOUT_PRIVACY = words(
    r"プライバシー|個人情報|情報の?お?取り?扱|データ保護|privacy|datenschutz|your data"
    r"|data protection"
)


@once
def main(content: Content) -> list[Sentence]:
    """Return the sentences of a notice, the menus around it left out."""
    return list(sentences(content, Region.MAIN, Region.FORM))


NOT_YET = words(
    r"準備中|検討中|未定|作成中|工事中|追って(?:掲載|公表)"
    r"|ここに(?:記載|入力)|テキストが入り|ダミー(?:テキスト|文)"
    r"|今後(?:定め|検討|策定)|ああああ|あいうえお|coming soon|lorem ipsum|\bTBD\b"
)
"""Stands where something is to be said one day."""


@once
def told(content: Content) -> list[Sentence]:
    """Return what the notice says, the headings over it left out."""
    titles = {
        (line.block, part)
        for line in lines_of(content, Region.MAIN, Region.FORM)
        if line.heading
        for part in line.parts
    }
    return [
        each
        for each in main(content)
        if (each.block, each.text) not in titles and not NOT_YET.search(each.text)
    ]


@once
def topics(content: Content) -> list[Section]:
    """Return the sections of a notice; what begins with its title in the same line is one too.

    As `第三者提供:同意なく…`, `【利用目的】ご注文の…`, `Use. We use…`, or a line above others.
    """
    found: list[Section] = []
    for section in sections(content, Region.MAIN, Region.FORM):
        heading, parts = section.heading, list[Sentence]()
        label, rest = _labelled(heading) if heading.startswith(("【", "[")) else ("", "")
        if label and rest:
            heading, parts = label, [Sentence(rest, section.block, label)]
        joint = False
        for each, following in itertools.zip_longest(section.sentences, section.sentences[1:]):
            label, rest = _labelled(each.text)
            joint = joint or "共同" in f"{heading} {each.text}"
            if (
                not label
                or (joint and _PART_OF_JOINT_USE.search(label))
                or not (rest or (following and _stands_over(each, following)))
            ):
                parts.append(Sentence(each.text, each.block, heading))
                continue
            found.append(Section(heading, section.block, tuple(parts)))
            heading = label
            parts = [Sentence(each.text, each.block, heading)] if rest else []
        found.append(Section(heading, section.block, tuple(parts)))
    return [each for each in found if each.heading or each.sentences]


def _stands_over(each: Sentence, following: Sentence) -> bool:
    """Tell whether a line names what the next one says; the items of a list do not."""
    if each.text.startswith(("・", "-", "*")):
        return False
    if each.block == following.block:
        return following.text.endswith("。")
    # A label in a cell of its own stands over what the next cell says.
    return bool(_CELL.fullmatch(each.text)) and len(following.text) > len(each.text)


_CELL = words(
    r"\W*(?:(?:ご?利用|使用|使う|取得|収集)の?(?:目的|理由)|使いみち|使い道|用途|目的|理由"
    r"|(?:第三者|外部|他社|よそ)への?(?:情報)?提供|第三者提供"
    r"|提供先|渡す相手|開示(?:等|請求)?|安全(?:管理)?|保管方法"
    r"|purposes?(?: of use)?|disclosure|third parties|sharing|security|access|retention)\W*"
)


def _labelled(text: str) -> tuple[str, str]:
    """Return the title that a sentence begins with, if it does, and what follows it."""
    match = _TITLE_BEFORE.match(text)
    if match is None:
        return "", ""
    label = next(filter(None, match.group("marked", "plain", "line", "english")))
    if not _TOPIC.search(label) or _SENTENCE.search(label):
        return "", ""
    return label.strip(), match["rest"].strip()


_TITLE_BEFORE = re.compile(
    r"^[\s・●■◆▼○]*(?:\d{1,2}\s?[.．、)]?\s*|\([\dア-ン]\)\s*|[①-⑳]\s*|第\d+条\s*)?"
    r"(?:[【\[〔<(](?P<marked>[^【】\[\]()。]{2,24})[】\]〕>)](?P<more>)"
    r"|(?P<plain>[^\s。、:]{2,20})(?:\s?:\s*|\s+(?=[^\s]{4}))"
    r"|(?P<line>[^。、:]{2,24})$"
    r"|(?P<english>[A-Z][A-Za-z' ]{2,28})[.:]\s(?=[A-Z(]))(?P<rest>.*)$",
    re.DOTALL,
)
_PART_OF_JOINT_USE = re.compile("目的|項目|範囲|責任")
"""What is to be said of joint use stands in lines of its own, and is said of nothing else."""
_SENTENCE = re.compile("[はを]|ます|です")
_TOPIC = words(
    r"目的|利用|使い|使う|用途|提供|第三者|他人|他社|外部|委託"
    r"|共同|開示|訂正|照会|請求|権利|安全|管理|守り|しまい|保管"
    r"|セキュリティ|問い?合わ?せ|質問|苦情|相談|見たい|ご覧|消し"
    r"|直し|窓口|連絡|cookie|クッキー|外国|海外|国外|取得|収集|集め"
    r"|\buse\b|purpose|third part|sharing|access|rights|security|contact|group compan|disclos"
)


OF_OTHERS = words(
    r"リンク(?:先|され)|リンク[^。]{0,12}(?:サイト"
    r"|ページ)|外部サイト|他(?:社|者)の?(?:ウェブ)?サイト"
    r"|(?:各|当該|それぞれの)(?:工務店|加盟店|出店者?|店舗|ショップ"
    r"|ウェブサイト|サイト)の?(?:運営者)?(?:に(?:お|ご)|の(?:方針|ポリシー))"
    r"|(?<!\bto )(?<!\bwith )(?<!\bto our )(?<!\bwith our )\bsponsors\b"
    r"|\bthat other (?:web)?site\b|\b(?:third[ -]part(?:y|ies)|other|linked"
    r"|external)(?:['’]s?)? (?:web)?sites"
)
"""What other sites do, which is none of the notice's own promises."""


def under(content: Content, title: Words) -> Section | None:
    """Return the first section of that title that says anything."""
    for each in topics(content):
        if title.search(each.heading) and len(NOT_YET.sub("", each.text)) >= A_SENTENCE:
            return each
    return None


A_SENTENCE = 12
"""Characters; what says anything has more."""
_TITLE = 40
"""Characters; a heading has no more."""


def in_hidden(content: Content, pattern: Words) -> str | None:
    """Return what would have met a rule if it were shown."""
    for line in content.hidden.split("\n"):
        match = pattern.search(line)
        if match:
            return line[max(0, match.start() - 30) : match.end() + 60]
    return None


@once
def about_cookies_alone(content: Content) -> bool:
    """Tell whether a notice is about cookies and tags, and no other data."""
    title = content.title or (content.blocks[0].text if content.blocks else "")
    headings = (block.text for block in content.blocks[:4] if block.heading)
    about = any(map(_ABOUT_PRIVACY.search, (title, *headings)))
    return bool(
        (_COOKIE_TITLE.search(title) and not about)
        or not (about or any(PERSONAL.search(block.text) for block in content.blocks))
    )


def title_alone(content: Content, title: Words, *but: Words) -> Sentence | None:
    """Return a heading with `title`, and none of `but`, in a notice that says no more of it."""
    for each in main(content):
        if (
            len(each.text) <= _TITLE
            and not each.text.endswith("。")
            and title.search(each.text)
            and not any(other.search(each.text) for other in but)
        ):
            return each
    return None


@once
def whole_elsewhere(content: Content) -> Link | None:
    """Return the link to the notice itself, on a page that says little more than where it is."""
    shown = [block for block in content.blocks if block.region is Region.MAIN]
    if sum(len(block.text) for block in shown) > _LITTLE:
        return None
    for block in shown:
        for link in block.links:
            document = link.href.partition("?")[0].lower().endswith((".pdf", ".doc", ".docx"))
            if _ABOUT_PRIVACY.search(f"{link.text} {link.href}") and (
                document or _WHOLE.search(block.text)
            ):
                return link
    return None


_LITTLE = 400
"""Characters; a notice has more."""
_WHOLE = words(r"全文|本文|full (?:text|policy|notice|statement)")
