"""What a notice says that personal data is used for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from checks.notices.cookies import ABOUT_TRACES, COOKIE_PART, COOKIES
from checks.notices.notice import NOT_YET, PERSONAL, in_hidden, main, told, topics
from checks.notices.plain_purposes import is_aim, names_aim
from checks.notices.uses import ACT, FOR, INTO_USE
from checks.notices.vague_purposes import (
    ABSTRACT,
    ENUMERATED,
    names_work,
    tells_none,
    tells_what_is_collected,
    without_promises,
)
from checks.wording.sentences import Sentence, first, is_japanese, lines_of, sentences
from checks.wording.texts import once
from checks.wording.words import Words, words
from scanner.sdk import Content, Region

_PURPOSE_HEADING = words(
    r"使いみち|使い道|用途|(?:なに|何)に(?:使|利用|用い)|(?:活用|利用|使用)方法|使う方法|利用目的"
    r"|利用の目的|使用目的|収集の?目的|取得の?目的|(?:利用|使用|収集|取得|取り?扱)[うい]?する目的"
    r"|使う(?:場面|とき)|使用場面|(?:なん|何)のため|(?:取得"
    r"|収集)と利用|利用の?(?:範囲|場面)|[でし]ての利用|での利用"
    r"|^[\W\d]*(?:ご?利用|使用|目的)\W*$|目的一覧|目的$|(?:個人情報|個人データ|情報"
    r"|データ)の?(?:ご?利用|使用|活用)(?:について|$|の)|取得した情報の利用"
    r"|お?使いする(?:場面|とき)|使い(?:方|かた)|purposes?|what for\b|how (?:it|they)(?:['’]s| is"
    r"| are) used|why do you|how (?:do )?we use|why (?:do |did |would )?(?:we"
    r"|i|you)\b|^[\W\d]*why\W*$|what(?:['’]s| is) it for|what we (?:do|use)"
    r"|use of (?:your |personal )?(?:data|information)|why we|^use\W*$|\bis (?:it )?for$"
    r"|\band why\b|\bwe use (?:it|this|them|these|your \w+) (?:to|for)\W*$"
)
_NOT_PURPOSE_HEADING = words(
    r"変更|以外|cookie|クッキー|第三者|共同|アクセス解析|google|安全|開示(?!対象)|外部送信"
)
_ITEM = words(
    rf"{ACT}.{{0,24}}(?:ため|為|こと|目的|用途)|{ACT}(?:等|など|、|及び|および|並びに"
    rf"|・|。|$|\))|{INTO_USE}|{ACT}.{{0,50}}(?:範囲|限り"
    rf"|限度)(?:内)?(?:に(?:おいて|限り|限って)?|で).{{0,10}}(?:利用|使用)"
)
_FOR_NOTHING_ELSE = words(
    rf"{ACT}.{{0,12}}(?:以外|ほか)の?(?:こと|(?:利用)?目的|用途)?(?:に"
    rf"|で|には|では).{{0,12}}(?:使|用い|利用).{{0,10}}(?:ません|ない)"
    r"|[一-龥りいけみきしちえせめ](?<!目的)(?<!用途)(?<!上記)(?<!範囲)(?<!これ)以外には?(?:使"
    r"|用い|利用)[^。]{0,10}(?:ません|ない)"
    r"|(?:使|つか)(?:う|い道|いみち)(?:の|こと)?は、?[^。]{4,}(?:だけ|のみ)(?:です|に)"
    r"|[一-龥りいけ]{2,}(?:に|で)しか(?:使|用い|利用).{0,6}(?:ません|ない)"
)
_INTO = words(
    rf"{INTO_USE}|{ACT}.{{0,50}}(?:範囲|限り|限度)(?:内)?(?:に(?:おいて"
    rf"|限り|限って)?|で).{{0,10}}(?:利用|使用)"
)
_PERHAPS_PURPOSE = words(
    r"使[いうわっ]|用い[るなてま]|(?:利用|使用|活用)[しいす]|活か|役立て|参考に"
    r"|[るうくすつむぶ]ため(?:です|と、|。|$)|(?:名前|連絡先|情報)の(?:利用|使用)\s"
    r"|\bused?\b.{0,40}\b(?:for|to)\b|\bso (?:that )?(?:you|we) can\b"
)
"""What may name a purpose in words of its own; `_NO_PURPOSE` tells what never does."""
_NOTHING_BUT = words(r"(?:以外|ほか)[^。]{0,12}(?:に|で)は?(?:使|用い|利用)")
_NO_PURPOSE = words(
    r"法令|遵守|適切|適正|適法|範囲|目的(?:外|を|の|は)|保護|防[ぐい止]|維持"
    r"|努め|取り組|対策|リンク|目的以外|ご利用(?:いただ|頂|くだ|下さ)|利用する者"
    r"|事業(?:活動|の)|業務(?:の?遂行|を)|第三者|cookie|クッキー|サイト(?:を"
    r"|の)|サービスを?ご?利用|規約|変更|停止|責任|賠償|みな[さし]|javascript"
)
_USED_FOR = words(
    r"目的.{0,14}は?[、,]?(?:次|以下|下記|各号)の|(?:(?:次|以下|下記"
    r"|各号|これら|上記).{0,12}(?:目的|範囲)|利用目的(?:は|として|:)"
    r"|目的(?:は|として)[、,]?(?:次|以下|下記)).{0,30}"
)
_USED_IN = words(
    r"(?:[一-龥]{2,}|[ァ-ヶー]{2,}|お?(?:づくり|とりまとめ|やりとり"
    r"|やり取り|返し|知らせ|届け|引き?落とし|申し?込み|すすめ))"
    r"(?:など|等)?[、)]?\s?に(?:のみ|だけ|も|限り|限って)?[、]?(?:使(?:い"
    r"|用|わせ)|利用|用い|活用|役立て)(?:し|いた|ま|さ|て)"
)
_IN_SOME_WAY = words(
    r"(?:適切|適正|有効|誠実|安全|厳正|自由|慎重|正当|適法|公正"
    r"|円滑|快適|大切|丁寧|十分|充分|一切|一緒|無断|勝手|不正"
    r"|範囲内?|場合|際|以外|目的外?|第三者|他社?|外部|共同|相互|有益"
    r"|便利|当社|弊社|会社|本人|事業|業務|継続的?|積極的|効果的|統計的)"
    r"(?:など|等)?[、)]?に"
)
_ENGLISH_TOLD = words(
    r"^\W*we (?:pack|post|ship|send|deliver|e-?mail|answer|reply|call|text|invoice|book|tell"
    r"|bill|arrange|prepare)\b.{8,}|"
    r"^\W*(?:to|for|so that)\b.{8,}|^\W*(?:[a-z]+ly )?(?!during"
    r"|regarding|including|concerning)[a-z]+ing\b.{8,}"
    r"|(?<!to )\b(?:us(?:e|es|ed|ing)|hold|keep|collect|need|ask for|process"
    r"|store)\b.{0,80}\b(?:to|for|so)\b:?.{8,}"
)
"""What stands under a heading of purposes."""
_ENGLISH_LISTED = words(
    r"^\W*to [a-z]{2,}\b.{8,}|;.{4,};"
    r"|^[\w ()/,-]{3,60}: (?:[a-z]+ing\b.{4,}|[\w -]{3,30}, [\w -]{3,})"
)
_ELSEWHERE = words(
    r"利用目的.{0,30}(?:別途|個別に|各(?:フォーム|サービス|申込|ページ)|その都度|取得(?:の際"
    r"|する際|時)).{0,30}(?:明示|通知|お?知らせ|公表|記載|提示|示し)|(?:取得|収集)(?:の際"
    r"|する際|時)に.{0,20}利用目的.{0,12}(?:明示|お?知らせ|通知)"
    r"|利用目的[^。]{0,60}(?:別紙|公表事項)|(?:別紙|公表事項)[^。]{0,40}利用目的"
)
_ENGLISH_USE = words(
    r"\b(?:us(?:es?|ed|ing)|process(?:ing)?|collect|keep|need|ask for|hold)\b.{0,100}"
    r"\b(?:to|for|in order to|so (?:that )?(?:we|you) can)\b.{0,20}\b(?:mail|e-?mail|arrange|book"
    r"|tell|let|invoice|identify|provid|deliver|send|respond|answer|improv|analy|process"
    r"|manag|operat|contact|communicat|personali|market|fulfil|verif|prevent|notify|support"
    r"|maintain|administer|develop|ship|creat|host|bill)"
    r"|\b(?:process|collect|keep|hold|store|ask for)(?:es|s)? (?:(?:the|your|this|that|a) )?"
    r"(?:\w+,? ){0,3}(?:names?|address(?:es)?|e-?mails?|phone|details|data|information)\b.{0,60}"
    r"\bto (?!\w+ us\b|us\b|be\b|do\b|have\b|third|others?\b|the\b|our\b|your\b|any)[a-z]{3,} \w"
    r"|\bwe (?:will )?(?:only )?use (?:your|this|the|that)\b.{0,60}"
    r"\b(?:to|for) (?!the purposes? |purposes? )\w{3}"
    r"|\bfor the purposes? of (?:\w+ing\b|(?:[\w-]+ ){0,2}(?:correspondence|moderation"
    r"|communication|delivery|administration)\b)"
    r"|\b(?:use|process|collect)\w*\b.{0,60}\b(?:for|to):? ?\(?(?:a|i|1)[.)] ?[a-z]{4}"
    r"|\bfor (?:these|the following) purposes?:? ?(?:\(?\w{1,3}[.)] ?)?[a-z]+ing\b"
    r"|^\W*(?:to )?(?:provid|deliver|send|respond|answer|improv|analy[sz]|process|manag"
    r"|operat|contact|communicat|personali[sz]|fulfil|verif|prevent|notify|support|maintain"
    r"|develop|administer)(?:e|ing|y|s)?\b.{3,}"
)
_ENGLISH_ITEM = words(
    r"^\W*(?:\w{1,3}[.)] ?)?(?:the )?(?:provision|delivery|respon(?:se|ding)|improvement"
    r"|preparation|announcement|customi[sz]ation"
    r"|personali[sz]ation|execution|research|analysis|prevention"
    r"|verification|maintenance|communication|administration|management|operation|fulfil+ment"
    r"|performance|handling|shipping|shipment)s? (?:of|to|for|on|and|with)\b.{3,}"
)
"""A purpose under a heading of purposes, as a noun."""


@once
def purposes(content: Content) -> list[Sentence]:
    """Return the sentences that say what personal data is used for."""
    found: list[Sentence] = []
    japanese = is_japanese(content)
    item = _ITEM if japanese else _ENGLISH_USE
    announced = False
    for section in topics(content):
        # `利用目的一覧` may stand over a table that has headings of its own.
        named = headed_by_purpose(section.heading) or (
            announced and not _OTHER_MATTER.search(section.heading)
        )
        announced = named and not section.sentences
        for each in section.sentences:
            if _FOR_NOTHING_ELSE.search(each.text) and not COOKIE_PART.search(section.heading):
                found.append(each)
                continue
            found += [
                part
                for part in (_items(each) if named else (each,))
                if _is_purpose(part.text, section.heading, item, named=named, japanese=japanese)
            ]
    if not found:
        found += _below_titles(content, item)
    if japanese:
        found += _announced(content, {each.block for each in found})
    return [each for each in found if names_work(each.text)]


def _is_purpose(text: str, heading: str, item: Words, *, named: bool, japanese: bool) -> bool:
    """Tell whether what stands under a heading, which may be `named` after purposes, is one."""
    text = without_promises(text)
    if tells_none(text) or tells_what_is_collected(text):
        return False
    if not named:
        return _tells_use(text, heading, japanese)
    return bool(
        item.search(text)
        or _listed_as_purpose(text, japanese)
        or is_aim(text, names_work)
        or names_aim(text, names_work)
    )


def _items(each: Sentence) -> list[Sentence]:
    """Return the items of a sentence that lists them by letters or numbers, or itself."""
    parts = [part.strip() for part in _LETTERED.split(each.text) if part.strip()]
    if len(parts) < _LIST:
        return [each]
    return [Sentence(part, each.block, each.heading) for part in parts]


_LETTERED = re.compile(
    r"\((?:[a-zア-ン]|\d{1,2}|i{1,3}|iv|vi{0,3})\)"
    # ①, as it is read
    r"|(?:^|(?<=[\s】:]))\d{1,2}(?=[^\W\d_年月日時分円名回歳%])",
    re.IGNORECASE,
)


def _below_titles(content: Content, item: Words) -> Iterator[Sentence]:
    """Yield what stands behind a title that is written like any other line."""
    row = main(content)
    for place, each in enumerate(row):
        label = _TITLE_OF_PURPOSES.match(each.text)
        if label is None:
            continue
        rest = each.text[label.end() :]
        said = [Sentence(rest, each.block, each.heading)] if rest else row[place + 1 :][:_BELOW]
        for below in said:
            text = without_promises(below.text)
            if not tells_none(text) and (
                item.search(text)
                or is_aim(text, names_work)
                or (text.isascii() and _ENGLISH_LISTED.search(text))
            ):
                yield below


_BELOW = 2
"""Lines below a title; in a table, what it is of stands before it."""
_TITLE_OF_PURPOSES = words(
    r"\W*(?:article|section|第)?\s?\d{0,2}条?\W{0,3}"
    r"(?:(?:(?:個人)?(?:データ|情報)の?)?(?:利用|使用|処理|取り?扱い?|収集)の?目的(?:(?:・|と|及び|および)法的根拠)?"
    r"|使いみち|使い道|purposes?|what for"
    r"|we (?:only )?use (?:it|this|them|these|your \w+) (?:to|for))(?:\s?(?:$|[.:]\s)|\)\s)"
)


def headed_by_purpose(heading: str) -> bool:
    """Tell whether a heading announces what data is used for."""
    return bool(_PURPOSE_HEADING.search(heading)) and not _NOT_PURPOSE_HEADING.search(heading)


def _listed_as_purpose(text: str, japanese: bool) -> bool:
    if japanese:
        return _used_in(text) or bool(_NOUNS.search(text) and not _SAID.search(text))
    return any(each.search(text) for each in (_ENGLISH_ITEM, _ENGLISH_LISTED, _ENGLISH_TOLD))


_NOUNS = words(r"^\W*[^。、]{2,24}(?:[、,・][^。、,]{2,24})+。?$")
_SAID = words(r"ます|です|ない|ません|する|した|項目|氏名|住所|電話|名前|アドレス")
"""Verbs make a sentence of it, and data is no purpose."""


def _used_in(text: str) -> bool:
    """Tell whether a sentence says in what work data is used, and not only how well."""
    return any(not _IN_SOME_WAY.search(found[0]) for found in _USED_IN.finditer(text))


def _tells_use(text: str, heading: str, japanese: bool) -> bool:
    """Tell whether a sentence under any heading says what personal data is used for."""
    if COOKIE_PART.search(heading):
        return False
    if names_aim(text, names_work) and not _of_visits(text):
        return True
    personal = bool(PERSONAL.search(text) or _OF_CUSTOMERS.search(text))
    if not japanese:
        told = _ENGLISH_USE.search(_BY_OTHERS.sub("", text)) or _USED_TO.search(text)
        return bool(told) and (personal or not COOKIES.search(text))
    if _ANALYSED_FOR.search(text):
        return True
    if FOR.search(text) or _FOR_A_NOUN.search(text) or _RECORDED.search(text):
        return personal or not COOKIES.search(text)
    return (
        (personal or bool(_RECEIVED.search(text)))
        and (
            bool(_INTO.search(text))
            or _used_in(text)
            or bool(_IS_FOR.search(text))
            or bool(ENUMERATED.search(text) and _HANDLED.search(text))
        )
        and not _of_visits(text)
    )


def _of_visits(text: str) -> bool:
    """Tell whether a sentence is of what people do on pages; what they bought is no visit."""
    return bool(ABOUT_TRACES.search(_OF_CUSTOMERS.sub("", text)))


_OF_CUSTOMERS = words(
    r"(?:購入|購買|注文|取引|診療|相談|来店|来院|宿泊|受講|契約|ご?利用|支払い?)履歴"
)
_BY_OTHERS = words(
    r"^\W*you (?:may|can|have the right)\b.*|third-party services.{0,80}|used to identify"
)
_ANALYSED_FOR = words(
    r"(?:会員|購入|購買|注文|取引|顧客|お客様)[^。]{0,30}を、?(?:分析|解析|集計|もとに|基に)[^。]{0,40}"
    r"(?:を[^。]{0,10}(?:配信|お届け|ご?案内|お?送り|表示|提案|お?すすめ)(?:し|いた))"
)
_FOR_A_NOUN = words(
    r"(?<!目的)(?:[一-龥々]{2}|[ァ-ヶー]{3}|[一-龥々][りしちえけせれめきい])のために?(?:のみ"
    r"|だけ)?[、]?(?:使[いうわっ]|用い|利用|使用)"
)
_RECORDED = words(
    rf"(?:映像|録画|録音|通話)[^。]{{0,50}}{ACT}.{{0,12}}(?:ため|目的)[^。]{{0,12}}(?:記録|録画|録音|保存)"
)
_USED_TO = words(
    r"\b(?:we|i) (?:\w+ )?use (?:it|them|this|these|that"
    r"|those|your \w+|what you \w+)(?: only| all)? to [a-z]{3}"
    r"|\b(?:it|they|this|these|data|information"
    r"|details)(?: you \w+)? (?:is|are|will be|may be) (?:only |also )?"
    r"(?:used|processed|collected|kept|stored|utili[sz]ed)(?: by us)?(?: in order)? to"
    r" (?!us\b|be\b|third|others?\b|the\b|our\b)[a-z]{3}"
    r"|\b(?:data|information|details)(?: of [\w ]{1,30})? (?:is|are|will be) (?:only |solely )?"
    r"(?:used|utili[sz]ed) (?:only )?for"
    r" (?!the purposes?|purposes?|our|any|such|which|what|these|those|business)[a-z]{3}"
)
_IS_FOR = words(
    r"[うるくすつむぶ]のに[、]?(?:だけ|のみ)?(?:使[いうわっ]|用い|利用|使用)|情報は、?[^。]{2,60}[るうくすつむぶ]ため(?:の(?:もの|み))?(?:です|に限)"
    r"|(?:取得|収集|利用|使用|お聞き|うかが|伺|いただ)[^。]{0,16}目的は、?(?!次"
    r"|以下|下記|達成|明|特定)[^。]{4,}(?:です|であ|とし)"
)
_HANDLED = words(r"(?:業務|場面|こと)(?:で|に)(?:のみ)?(?:取り?扱|利用|使用|用い|使)")
_RECEIVED = words(r"(?:いただ|頂|くださ)(?:い|っ)た|いただく|お?預かり|うかがった|伺った")


def _announced(content: Content, taken: set[int]) -> list[Sentence]:
    """Return the items after a sentence such as `次の目的で利用します`."""
    found: list[Sentence] = []
    listed: list[Sentence] = []
    waiting = 0
    headings = {(n.block, n.text) for n in lines_of(content, Region.MAIN, Region.FORM) if n.heading}
    for each in sentences(content, Region.MAIN, Region.FORM):
        if (each.block, each.text) in headings:
            # `1. 院内での利用` heads a part of what was announced.
            part = waiting == _AFTER or re.match(r"\(?\d", each.text)
            waiting = waiting if part and not _OTHER_MATTER.search(each.text) else 0
        elif (
            _USED_FOR.search(each.text)
            and not COOKIES.search(each.text)
            and not (ABSTRACT.search(each.text) and not re.search(r"次|以下|下記|:$", each.text))
        ):
            waiting = _AFTER
            rest = each.text[_USED_FOR.search(each.text).end() :]  # type: ignore[union-attr]
            if _ITEM.search(rest) and each.block not in taken:
                found.append(each)
        elif waiting:
            waiting -= 1
            if COOKIE_PART.search(each.heading) or _NOT_PURPOSE_HEADING.search(each.heading):
                waiting = 0
            elif each.block in taken or tells_none(each.text):
                continue
            elif _ITEM.search(each.text):
                found.append(each)
            elif len(each.text) < _SHORT and not each.text.endswith("。"):
                listed.append(each)
    return found or (listed if len(listed) >= _LIST else [])


_OTHER_MATTER = words(
    r"個人(?:情報|データ)|cookie|クッキー|問い?合わ?せ|窓口"
    r"|改[定訂]|変更|免責|取得|収集|管理|法令|保存|期間"
    r"|権利|責任|解析|セキュリティ|安全|第三者|委託|共同|開示|情報の"
)
_AFTER = 16
"""Sentences after an announcement that may be what it announces."""
_SHORT = 60
"""Characters; an item of a list has fewer."""


def listed(content: Content) -> Sentence | None:
    """Return the first of the items under a heading of purposes that are not of the usual kind."""
    for section in topics(content):
        if headed_by_purpose(section.heading):
            items = [
                each
                for each in section.sentences
                if not tells_none(each.text)
                and not NOT_YET.search(each.text)
                and names_work(each.text)
            ]
            if len(items) >= _LIST or any("・" in each.text for each in items):
                return items[0]
    return None


_LIST = 3
"""Sentences under a heading; what lists anything has more than a preface and a close."""


def told_elsewhere(content: Content) -> Sentence | None:
    """Return the sentence that leaves purposes to be told where data is taken."""
    return first(main(content), _ELSEWHERE)


def hidden_purpose(content: Content) -> str | None:
    """Return a purpose in text that is not shown."""
    return in_hidden(content, FOR)


def perhaps_a_purpose(content: Content) -> Sentence | None:
    """Return a sentence that may name a purpose in words of its own."""
    for each in told(content):
        if (
            _PERHAPS_PURPOSE.search(each.text)
            and not _NO_PURPOSE.search(each.text)
            and not ABOUT_TRACES.search(each.text)
            and (_NOTHING_BUT.search(each.text) or not tells_none(each.text))
            and not COOKIE_PART.search(each.heading)
            and names_work(each.text)
        ):
            return each
    return None


def purpose_mentioned(content: Content) -> Sentence | None:
    """Return the sentence that says that there is a purpose."""
    return first(main(content), _MENTIONED)


_MENTIONED = words("利用目的|目的|purpose")
