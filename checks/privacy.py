"""Privacy notices: what an organisation must tell of personal data before it uses any.

What is judged is what the page says, sentence by sentence; whether it is true, no text can tell.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

import msgspec

from checks.wording import (
    ADDRESS_EN,
    ADDRESS_JA,
    MAIL,
    NEGATED,
    NO_REPLY,
    NOBODY,
    PHONE,
    UNLESS,
    Section,
    Sentence,
    Words,
    body_name,
    entity,
    first,
    is_heading,
    is_japanese,
    is_label,
    labelled_name,
    legal_name,
    lines_of,
    once,
    quote,
    sections,
    sentences,
    split,
    words,
)
from scanner.model import Origin
from scanner.sdk import (
    Account,
    Basis,
    Block,
    Content,
    Form,
    Link,
    Page,
    Region,
    Severity,
    Text,
    Verdict,
    check,
    failed,
    known,
    not_applicable,
    passed,
    review,
)

_NO_NOTICE = "This page does not tell how personal data is handled."
_COOKIES_ALONE = "This page is about cookies and tags alone."
_READ_IT = Text.of("Read the passage, and decide whether a visitor would understand it so.")

_PERSONAL = words(
    r"個人(?:情報|データ)|パーソナルデータ|お客様(?:の)?情報|personal (?:data|information)"
    r"|your (?:data|information|(?:e-?mail|name|contact|postal|home)(?: address)?|details)"
    r"|(?:ご?登録|会員|顧客|利用者|皆様の|みなさまの|ご本人の|自己の|ご自分の)情報|お?名前|氏名|ご?住所|電話番号|メールアドレス|名簿"
    r"|(?:利用者|ご?家族|患者|お客)[^。、]{0,8}の情報|(?:いただ|頂|うかが|伺|お預かり|取得|収集|ご?提供|ご?入力)[^。、]{0,8}情報"
)
_COOKIE_TITLE = words(r"cookie|クッキー|外部送信")
_ABOUT_PRIVACY = words(r"プライバシー|個人情報|情報の?お?取り?扱|privacy|datenschutz|your data")


def _notice(page: Page, *, cookies: bool = False) -> Content | Verdict:
    """Return what a notice says, or why the page is not judged."""
    content = known(page.content)
    if not known(page.notice):
        return not_applicable(_NO_NOTICE)
    if not cookies:
        title = content.title or (content.blocks[0].text if content.blocks else "")
        about = _ABOUT_PRIVACY.search(title)
        if (_COOKIE_TITLE.search(title) and not about) or not (
            about or any(_PERSONAL.search(block.text) for block in content.blocks)
        ):
            return not_applicable(_COOKIES_ALONE)
    return content


@once
def _main(content: Content) -> list[Sentence]:
    return list(sentences(content, Region.MAIN, Region.FORM))


_NOT_YET = words(
    r"準備中|検討中|未定|作成中|工事中|追って(?:掲載|公表)|ここに(?:記載|入力)|テキストが入り|ダミー(?:テキスト|文)"
    r"|今後(?:定め|検討|策定)|coming soon|lorem ipsum|\bTBD\b"
)
"""Stands where something is to be said one day."""


@once
def _told(content: Content) -> list[Sentence]:
    """Return what the notice says, the headings over it left out."""
    titles = {
        (line.block, part)
        for line in lines_of(content, Region.MAIN, Region.FORM)
        if line.heading
        for part in split(line.text)
    }
    return [
        each
        for each in _main(content)
        if (each.block, each.text) not in titles and not _NOT_YET.search(each.text)
    ]


def _under(content: Content, title: Words) -> Section | None:
    """Return the first section of that title that says anything."""
    for each in sections(content, Region.MAIN, Region.FORM):
        if title.search(each.heading) and len(_NOT_YET.sub("", each.text)) >= _A_SENTENCE:
            return each
    return None


_A_SENTENCE = 12
"""Characters; what says anything has more."""
_TITLE = 40
"""Characters; a heading has no more."""


def _title_alone(content: Content, title: Words) -> Verdict | None:
    """Return the answer where a heading announces what does not follow."""
    for each in _main(content):
        if (
            len(each.text) <= _TITLE
            and not each.text.endswith("。")
            and title.search(each.text)
            and not _NOT_GIVING.search(each.text)
        ):
            return review(
                "It has a heading, and nothing is said under it: “{quote}”",
                remedy=_READ_IT,
                quote=each.text,
                said=each.quotation(0.5),
            )
    return None


# Purpose of use

_PURPOSE_HEADING = words(
    r"使いみち|使い道|用途|(?:なに|何)に(?:使|利用|用い)|(?:活用|利用|使用)方法|利用目的|利用の目的|使用目的|収集の?目的|取得の?目的|(?:利用|使用|収集|取得|取り?扱)[うい]?する目的"
    r"|目的$|(?:個人情報|個人データ|情報"
    r"|データ)の?(?:ご?利用|使用|活用)(?:について|$|の)|取得した情報の利用"
    r"|purposes?|how (?:do )?we use|what we (?:do|use)"
    r"|use of (?:your |personal )?(?:data|information)|why we"
)
_NOT_PURPOSE_HEADING = words(
    r"変更|以外|cookie|クッキー|第三者|共同|アクセス解析|google|安全|開示|外部送信"
)
_ACT = (
    r"(?:提供|送付|送信|配送|発送|お届け|納品|配信|配布|ご?案内|お知らせ|ご?連絡|通知"
    r"|対応|ご?回答|返答|返信|分析|解析|改善|向上|開発|管理|運営|運用"
    r"|確認|認証|請求|決済|精算|支払|契約|履行|取引|実施|開催|募集|選考|採用|雇用|調査"
    r"|アンケート|統計|広告|宣伝|販促|販売|サポート|保守|メンテナンス|受付|受け付け"
    r"|登録|予約|審査|防止|表示|最適化|パーソナライズ|カスタマイズ|紹介|研究|遂行|照会"
    r"|照合|提示|見積もり|見積り|作成|記録|配置|面談|支援|指導|教育|診療|治療|申込|申し込み|応対|行うため|行う為"
    r"|お?送[りる]|お?返事|発行|手配|引き?落と?し|把握|算定|提案|招待|お願い|会計|事務|連携|納付|お礼|挨拶|郵送|外注|評価)"
)
_INTO_USE = (
    rf"{_ACT}(?:など|等)?(?:[、,・][^。]{{0,40}}?)?(?:に|として|において|で(?:のみ)?|にのみ|の用途に?).{{0,20}}(?:利用"
    rf"|使用|活用|用い|役立て|供する|使わせ|使い|使う)|{_ACT}.{{0,16}}(?:場合|際|とき)に(?:のみ|限り|だけ)?.{{0,6}}(?:利用"
    rf"|使用|使わせ|使い|使う|用い)"
)
_ITEM = words(
    rf"{_ACT}.{{0,24}}(?:ため|為|こと|目的|用途)|{_ACT}(?:等|など|、|及び|および|並びに"
    rf"|・|。|$|\))|{_INTO_USE}|{_ACT}.{{0,50}}(?:範囲|限り|限度)(?:内)?(?:に(?:おいて|限り|限って)?|で).{{0,10}}(?:利用|使用)"
)
_FOR = words(
    rf"{_ACT}.{{0,24}}(?:ため|為|目的|こと).{{0,24}}(?:利用|使用|活用|取り扱|取得|収集|処理|用い|使わせ|使い|使う|預か|うかが|伺)"
)
_FOR_NOTHING_ELSE = words(
    rf"{_ACT}.{{0,12}}(?:以外|ほか)の?(?:こと|(?:利用)?目的|用途)?(?:に|で|には|では).{{0,12}}(?:使|用い|利用).{{0,10}}(?:ません|ない)"
    r"|[一-龥りいけ]{2,}(?:に|で)しか(?:使|用い|利用).{0,6}(?:ません|ない)"
)
_INTO = words(
    rf"{_INTO_USE}|{_ACT}.{{0,50}}(?:範囲|限り|限度)(?:内)?(?:に(?:おいて|限り|限って)?|で).{{0,10}}(?:利用|使用)"
)
_PERHAPS_PURPOSE = words(
    r"使[いうわっ]|用い[るなてま]|(?:利用|使用|活用)[しいす]|活か|役立て|参考に|[るうくすつむぶ]ため(?:です|と、|。|$)|(?:名前|連絡先|情報)の(?:利用|使用)\s"
    r"|\bused?\b.{0,40}\b(?:for|to)\b|\bso (?:that )?(?:you|we) can\b"
)
"""What may name a purpose in words of its own; `_NO_PURPOSE` tells what never does."""
_NOTHING_BUT = words(r"(?:以外|ほか)[^。]{0,12}(?:に|で)は?(?:使|用い|利用)")
_NO_PURPOSE = words(
    r"法令|遵守|適切|適正|適法|範囲|目的(?:外|を|の|は)|保護|防[ぐい止]|維持|努め|取り組|対策|リンク|目的以外|ご利用(?:いただ|頂|くだ|下さ)|利用する者|事業(?:活動|の)|業務(?:の?遂行|を)|第三者|cookie|クッキー|サイト(?:を|の)|サービスを?ご?利用|規約|変更|停止"
)
_USED_FOR = words(
    r"目的.{0,14}は?[、,]?(?:次|以下|下記|各号)の|(?:(?:次|以下|下記|各号|これら|上記).{0,12}(?:目的|範囲)|利用目的(?:は|として|:)"
    r"|目的(?:は|として)[、,]?(?:次|以下|下記)).{0,30}"
)
_ABSTRACT = words(
    r"利用目的(?:を|は)?.{0,10}(?:明確|明らか|特定|明示|通知|公表|できる限り|定め)|利用目的の?(?:"
    r"達成|範囲|変更)|(?:取得|収集|特定した)(?:した|時の)?.{0,6}目的の?範囲|目的外|範囲を超え"
)
_VAGUE = words(
    r"^(?:[・※\-\d.()\s①-⑳]*)(?:当社の?)?(?:事業活動|事業の?遂行|業務の?遂行|マーケティング活動"
    r"|サービスの?向上|お客様サービスの?向上|業務上必要な目的)(?:に用いる|を行う|のため"
    r"|を目的)?.{0,8}$"
)
_ELSEWHERE = words(
    r"利用目的.{0,30}(?:別途|個別に|各(?:フォーム|サービス|申込|ページ)|その都度|取得(?:の際"
    r"|する際|時)).{0,30}(?:明示|通知|お?知らせ|公表|記載|提示|示し)|(?:取得|収集)(?:の際"
    r"|する際|時)に.{0,20}利用目的.{0,12}(?:明示|お?知らせ|通知)"
)
_ENGLISH_USE = words(
    r"\b(?:us(?:e|ed|ing)|process(?:ing)?|collect|keep|need|ask for|hold)\b.{0,100}"
    r"\b(?:to|for|in order to|so (?:that )?(?:we|you) can)\b.{0,20}\b(?:mail|e-?mail|arrange|book"
    r"|tell|let|invoice|identify|provid|deliver|send|respond|answer|improv|analy|process"
    r"|manag|operat|contact|communicat|personali|market|fulfil|verif|prevent|notify|support"
    r"|maintain|administer|develop|ship|creat|host|bill)"
    r"|^\W*(?:to )?(?:provid|deliver|send|respond|answer|improv|analy[sz]|process|manag"
    r"|operat|contact|communicat|personali[sz]|fulfil|verif|prevent|notify|support|maintain"
    r"|develop|administer)(?:e|ing|y|s)?\b.{3,}"
)

_ENGLISH_ITEM = words(
    r"^\W*(?:\w{1,3}[.)] ?)?(?:the )?(?:provision|delivery|respon(?:se|ding)|improvement"
    r"|preparation|announcement|customi[sz]ation|personali[sz]ation|execution|research|analysis|prevention"
    r"|verification|maintenance|communication|administration|management|operation|fulfil+ment"
    r"|performance|handling|shipping|shipment)s? (?:of|to|for|on|and|with)\b.{3,}"
)
"""A purpose under a heading of purposes, as a noun."""


@once
def _purposes(content: Content) -> list[Sentence]:
    """Return the sentences that say what personal data is used for."""
    found: list[Sentence] = []
    japanese = is_japanese(content)
    item = _ITEM if japanese else _ENGLISH_USE
    for section in sections(content, Region.MAIN, Region.FORM):
        named = _PURPOSE_HEADING.search(section.heading) and not _NOT_PURPOSE_HEADING.search(
            section.heading
        )
        for each in section.sentences:
            if _FOR_NOTHING_ELSE.search(each.text) and not _COOKIE_PART.search(section.heading):
                found.append(each)
                continue
            text = _without_promises(each.text)
            if _skipped(text):
                continue
            listed = named and not japanese and _ENGLISH_ITEM.search(text)
            if listed or (
                item.search(text) if named else _tells_use(text, section.heading, japanese)
            ):
                found.append(each)
    if japanese:
        found += _announced(content, {each.block for each in found})
    return found


def _tells_use(text: str, heading: str, japanese: bool) -> bool:
    """Tell whether a sentence under any heading says what personal data is used for."""
    if _COOKIE_PART.search(heading):
        return False
    personal = bool(_PERSONAL.search(text))
    if not japanese:
        return bool(_ENGLISH_USE.search(text)) and (personal or not _COOKIES.search(text))
    if _FOR.search(text):
        return personal or not _COOKIES.search(text)
    return personal and bool(_INTO.search(text)) and not _ABOUT_TRACES.search(text)


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
            and not _COOKIES.search(each.text)
            and not (_ABSTRACT.search(each.text) and not re.search(r"次|以下|下記|:$", each.text))
        ):
            waiting = _AFTER
            rest = each.text[_USED_FOR.search(each.text).end() :]  # type: ignore[union-attr]
            if _ITEM.search(rest) and each.block not in taken:
                found.append(each)
        elif waiting:
            waiting -= 1
            if _COOKIE_PART.search(each.heading) or _NOT_PURPOSE_HEADING.search(each.heading):
                waiting = 0
            elif each.block in taken or _skipped(each.text):
                continue
            elif _ITEM.search(each.text):
                found.append(each)
            elif len(each.text) < _SHORT and not each.text.endswith("。"):
                listed.append(each)
    return found or (listed if len(listed) >= _LIST else [])


_OTHER_MATTER = words(
    r"個人(?:情報|データ)|cookie|クッキー|問い?合わ?せ|窓口|改[定訂]|変更|免責|取得|収集|管理|法令|保存|期間"
    r"|権利|責任|解析|セキュリティ|安全|第三者|委託|共同|開示|情報の"
)
_AFTER = 16
"""Sentences after an announcement that may be what it announces."""
_SHORT = 60
"""Characters; an item of a list has fewer."""
_COOKIES = words(r"cookies?|クッキー|ｸｯｷｰ")
_COOKIE_PART = words(
    r"cookie|クッキー|アクセス解析|analytics|広告の?配信|ウェブビーコン|(?<![ブプタ])ログ(?!イン|アウト|ラム)"
)
_EXCEPTION = words(
    r"法令(?!(?:に|の|上).{0,8}(?:対応|義務|手続|届出|遵守|履行|作成|保存|記録))|生命|公衆衛生|国の機関|地方公共団体|裁判所|同意.{0,10}(?:なく|得ず)|第三者"
    r"|委託|共同(?:して)?利用|開示|利用停止|漏|安全管理|目的外|変更"
)


_NOTHING_ELSE = words(
    r"(?:これら|それ|その|上記|本来|当該|この)?(?:の)?(?:利用)?(?:目的)?以外(?:の(?:利用)?目的|の用途)?"
    r"(?:で|に|の|には).{0,16}(?:ません|ない)|(?:他|ほか|別)の(?:利用)?目的(?:に|で)は?.{0,10}(?:ません|ない)"
)
"""What is denied is every other use."""


_TOLD = words(
    r"利用目的(?:を|は|について)?.{0,16}(?:通知|公表|明示|明確|特定|お知らせ|告知|明らか)(?:に?し|いたし|または|又は|する|を|の上|・)"
    r".{0,12}(?:(?:公表|通知|明示)(?:し|いたし))?"
)
"""That purposes are told, which tells none."""


def _without_promises(text: str) -> str:
    return _TOLD.sub("", _NOTHING_ELSE.sub("", text))


def _skipped(text: str) -> bool:
    text = _without_promises(text)
    return bool(
        _EXCEPTION.search(text)
        or _VAGUE.search(text)
        or (_ABSTRACT.search(text) and not _FOR.search(text))
        or (NEGATED.search(text) and not UNLESS.search(text))
    )


@check("privacy.purpose-of-use", severity=Severity.MEDIUM, basis=Basis.STATUTE)
def purpose_of_use(page: Page) -> Verdict:
    """The notice says concretely what personal data is used for.

    Why: Data may be used within the stated purposes only. Where none is stated, or only that one
        exists, every campaign is outside it.
    Fix: List concrete purposes, such as delivery of the newsletter, answers to enquiries, offers
        based on the analysis of browsing history.
    Source: Act on the Protection of Personal Information, art. 17(1) and 21(1); Guidelines (General
        Rules) 3-1-1
    """
    content = _notice(page)
    if isinstance(content, Verdict):
        return content
    found = _purposes(content)
    if found:
        return passed(
            "Purposes are stated: “{quote}”",
            quote=found[0].text,
            observed=len(found),
            said=found[0].quotation(0.95 if len(found) > 1 else 0.8),
        )
    everything = _main(content)
    if elsewhere := first(everything, _ELSEWHERE):
        return review(
            "The purposes are to be told where data is taken: “{quote}”",
            remedy=Text.of("See whether each form tells them before people send it."),
            quote=elsewhere.text,
            said=elsewhere.quotation(0.6),
        )
    if hidden := _in_hidden(content, _FOR):
        return _hidden(hidden)
    if listed := _listed(content):
        return review(
            "Something is listed as purposes, and was not understood: “{quote}”",
            remedy=_READ_IT,
            quote=listed.text,
            said=listed.quotation(0.5),
        )
    if perhaps := next(
        (
            each
            for each in _told(content)
            if _PERHAPS_PURPOSE.search(each.text)
            and not _NO_PURPOSE.search(each.text)
            and not _ABOUT_TRACES.search(each.text)
            and (_NOTHING_BUT.search(each.text) or not _skipped(each.text))
            and not _COOKIE_PART.search(each.heading)
        ),
        None,
    ):
        return _perhaps(perhaps)
    abstract = first(everything, words("利用目的|目的|purpose"))
    if abstract:
        return failed(
            "A purpose is mentioned, but none is named: “{quote}”",
            quote=abstract.text,
            said=abstract.quotation(0.85),
        )
    return failed("No purpose of use is stated.", said=quote("", 0.9))


def _doubt(
    content: Content, hidden: Words, title: Words, perhaps: Sentence | None
) -> Verdict | None:
    """Return why a notice that seems not to say something is left to a person, if it is."""
    if unseen := _in_hidden(content, hidden):
        return _hidden(unseen)
    return _title_alone(content, title) or (_perhaps(perhaps) if perhaps else None)


def _perhaps(said: Sentence) -> Verdict:
    return review(
        "This may say it, and was not understood: “{quote}”",
        remedy=_READ_IT,
        quote=said.text,
        said=said.quotation(0.4),
    )


def _listed(content: Content) -> Sentence | None:
    """Return the first of the items under a heading of purposes that are not of the usual kind."""
    for section in sections(content, Region.MAIN, Region.FORM):
        if _PURPOSE_HEADING.search(section.heading) and not _NOT_PURPOSE_HEADING.search(
            section.heading
        ):
            items = [each for each in section.sentences if not _skipped(each.text)]
            if len(items) >= _LIST or any("・" in each.text for each in items):
                return items[0]
    return None


_LIST = 3
"""Sentences under a heading; what lists anything has more than a preface and a close."""
_MAIL_PURPOSE = words(
    r"メール|メルマガ|ニュースレター|ご?案内|お知らせ|広告|宣伝|キャンペーン|ダイレクト"
    r"|\bDM\b|販促|販売促進|プロモーション|配信|newsletter|e?-?mail|market|promot|offers"
    r"|advertis"
)
_BEHAVIOUR = words(
    r"(?:閲覧|行動|アクセス|利用|購買|購入|サイト|視聴|開封|クリック).{0,10}(?:履歴|状況"
    r"|ログ|データ|動向|傾向|情報|記録).{0,40}(?:分析|解析|把握|活用|調査|利用|応じ|基づ"
    r"|もと|集計)"
    r"|(?:分析|解析).{0,20}(?:マーケティング|サービス|広告|案内|趣味|嗜好)|パーソナライズ"
    r"|プロファイリング|興味|関心|嗜好|最適な(?:広告|情報|サービス|コンテンツ)|行動ターゲティング"
    r"|analy[sz]|personali[sz]|behavio|interests|browsing|usage"
)


@check("privacy.purpose-covers-marketing", severity=Severity.MEDIUM, basis=Basis.STATUTE)
def purpose_covers_marketing(page: Page) -> Verdict:
    """The purposes cover what the marketing tool does: mail, and the analysis of behaviour.

    Why: People must be able to foresee what is done with their data. Purposes that stop at
        answering enquiries do not cover a tool that scores visits and sends mail.
    Fix: Add the delivery of mail and the analysis of browsing history to the purposes.
    Source: Act on the Protection of Personal Information, art. 17(1) and 18; Guidelines (General
        Rules) 3-1-1, on analysis of behaviour
    """
    content = _notice(page)
    if isinstance(content, Verdict):
        return content
    tools = [
        tag.vendor for tag in known(page.site_tags) if tag.kind in ("marketing", "data_platform")
    ]
    newsletter = known(page.newsletter)
    if not tools and not newsletter:
        return not_applicable("Neither a marketing tag nor a newsletter form was seen with it.")
    purposes = [
        *_purposes(content),
        *(
            each
            for each in _main(content)
            if re.search(
                r"ため|目的|場合があります|ことがあります|に(?:利用|活用|使用)|\bto\b|\bfor\b",
                each.text,
            )
            and not (NEGATED.search(each.text) and not UNLESS.search(each.text))
            and not re.search(
                r"第三者配信|ヘルプ|お問い?合わ?せ(?:の|に対する)(?:案内|回答)", each.text
            )
        ),
    ]
    mail = first(purposes, _MAIL_PURPOSE)
    behaviour = first(purposes, _BEHAVIOUR)
    seen = tools[0] if tools else Text.of("A newsletter form")
    if behaviour and (mail or not newsletter):
        return passed(
            "The purposes cover it: “{quote}”",
            quote=behaviour.text,
            said=behaviour.quotation(0.85),
        )
    if mail and not tools:
        return passed(
            "The purposes cover it: “{quote}”", quote=mail.text, said=mail.quotation(0.85)
        )
    if mail or behaviour:
        found = mail or behaviour
        assert found is not None
        return review(
            "The purposes cover a part of it: “{quote}”",
            remedy=Text.of(
                "Decide whether they let people foresee that visits are analysed and mail is sent."
            ),
            quote=found.text,
            said=found.quotation(0.6),
        )
    return failed(
        "{seen} was found, and the purposes name neither mail nor the analysis of behaviour.",
        seen=seen,
        said=quote("", 0.9),
    )


_PAGE_AROUND = Text.of("Probe the page that shows the form, or list it under `pages`.")
_POLICY_LINK = words(r"プライバシー|個人情報|privacy|policy|kojin|p-?mark|/pp/?$")
_HERE = words(r"こちら|ここ|here|詳細|詳しく")
_POLICY_WORDS = words(
    r"プライバシー.?ポリシー|個人情報(?:の|等の)?(?:お?取り?扱い|保護方針|の保護)|privacy (?:poli"
    r"cy|notice|statement)"
)
_PURPOSE_HERE = words(
    rf"(?:{_ACT}.{{0,20}}(?:ため|為|目的|のみ|だけ|以外).{{0,24}}(?:利用|使用|取得|活用|収集|使[わいうっ]))"
    rf"|{_INTO_USE}|利用目的\s*[:：]|(?:のみに|だけに|以外(?:の目的)?に?は?).{{0,8}}(?:利用|使用|使い|用い)"
    r"|we (?:will )?(?:only )?use (?:your|this).{0,40}\b(?:to|for)\b"
)
_POLICY_SHOWN = 30
"""Blocks of a policy shown whole at the form, by whose end it has come to the purposes."""
_DEAD = re.compile(r"#?$|javascript:void", re.IGNORECASE)
_IN_SIGHT = 240
"""Characters between a form and the link below it that still shows together with the button."""


@check("privacy.notice-at-form", severity=Severity.MEDIUM, basis=Basis.STATUTE)
def notice_at_form(form: Form) -> Verdict:  # noqa: C901, PLR0912 - one question after the other
    """A form tells what the data is used for before it is sent.

    Why: Whoever takes data directly from people in writing, a web form included, must show the
        purpose first. A link in the footer of the site is easily missed.
    Fix: Put the purpose, or a link to the privacy policy, right before the button.
    Source: Act on the Protection of Personal Information, art. 21(2); Guidelines (General Rules)
        3-3-4
    """
    known(form.controls)
    content = known(form.content)
    blocks = content.blocks
    inside = [n for n, block in enumerate(blocks) if block.region is Region.FORM]
    near = range(max(0, min(inside, default=0) - 6), max(inside, default=len(blocks)) + 4)
    mention: tuple[str, int] | None = None
    for number, block in enumerate(blocks):
        close = number in near and block.region is not Region.NAVIGATION
        for link in block.links:
            if not close or not (
                _POLICY_LINK.search(link.text)
                or _POLICY_LINK.search(link.href)
                or (_POLICY_WORDS.search(block.text) and _HERE.search(link.text))
            ):
                continue
            if _DEAD.match(link.href):
                mention = mention or (block.text, number)
                continue
            return passed(
                "It links to the policy: “{quote}”",
                quote=link.text or block.text,
                said=quote(block.text, 0.9, number),
            )
        if close and _PURPOSE_HERE.search(block.text):
            return passed(
                "It tells the purpose: “{quote}”",
                quote=block.text[:150],
                said=quote(block.text, 0.85, number),
            )
        if close and _POLICY_WORDS.search(block.text):
            mention = mention or (block.text, number)
            if _purposes(Content(blocks=blocks[number : number + _POLICY_SHOWN])):
                return passed(
                    "It tells the purpose: “{quote}”",
                    quote=block.text[:150],
                    said=quote(block.text, 0.8, number),
                )
    if mention:
        return review(
            "The policy is named at the form, and no link to it works from here: “{quote}”",
            remedy=Text.of("See in a browser whether the policy can be read there before sending."),
            quote=mention[0][:150],
            said=quote(mention[0], 0.5, mention[1]),
        )
    last = max(inside, default=len(blocks))
    for number, block in enumerate(blocks):
        for link in block.links:
            if _POLICY_LINK.search(link.text):
                between = blocks[last + 1 : number]
                if (
                    inside
                    and number > last
                    and sum(len(each.text) for each in between) <= _IN_SIGHT
                    and not any(each.heading and each.region is Region.MAIN for each in between)
                    and not _DEAD.match(link.href)
                ):
                    return passed(
                        "The policy is linked right below the form, in the footer: “{quote}”",
                        quote=link.text,
                        said=quote(block.text, 0.6, number),
                    )
                return review(
                    "The policy is linked elsewhere on the page only: “{quote}”",
                    remedy=Text.of("Put the link, or the purpose, right before the button."),
                    quote=link.text,
                    said=quote(block.text, 0.6, number),
                )
    if form.origin is not Origin.PROBE:
        return review(
            "The form itself has neither, and the page around it is not known here.",
            remedy=_PAGE_AROUND,
            said=quote("", 0.5),
        )
    # Forms that are filled in step by step show their last words last.
    if hidden := _in_hidden(content, _POLICY_WORDS) or _in_hidden(content, _PURPOSE_HERE):
        return _hidden(hidden)
    return failed(
        "Neither the purpose nor a link to the policy stands at the form.", said=quote("", 0.9)
    )


# Cookies: the two sentences

_USE = (
    r"(?:使用|使[いう]|利用|取得|収集|保存|送信|設置|発行|記録|活用|受け取|使って|用いて|用い"
    r"|設定|参照|読み|付与|送付|格納|書き込|埋め込|把握|識別|通じ|通して|介し|組み合わせ"
    r"|関連|紐|ひも|集め|覚え|蓄え|記憶)"
)
_COOKIE_USED = words(
    rf"(?:cookie|クッキー).{{0,80}}{_USE}|{_USE}.{{0,60}}(?:cookie|クッキー)"
    r"|\b(?:drop|leave|write)s? (?:a |some )?(?:small )?cookies?"
    r"|cookies?\b.{0,80}\b(?:use|set|store|place|collect|track|help|allow|enable)|\b(?:use"
    r"|uses|using|set|sets|store|place|places|collect|through|via)\b.{0,80}\bcookies?"
)
_COOKIE_DENIED = words(
    r"(?:cookie|クッキー).{0,40}(?:使用|利用|取得|収集|設定|発行|保存|設置).{0,6}(?:は"
    r"|を|も)?(?:一切|全く)?"
    r"(?:行|おこな|実施|いた|致|し)[^。]{0,8}(?:ません|ない(?:。|$))|"
    r"(?:cookie|クッキー)(?:技術|等)?(?:については|に関しては|は|を|の)?[、,]?[^。、,]{0,40}(?:使用|利用|取得|収集"
    r"|設定|発行|保存|用い|使い|使って)(?:して|し|致し|いたし|は(?:一切)?し|は(?:一切)?行|を(?:一切)?行)?"
    r"(?:て)?(?:い|おり|お)?(?:ません|ない(?!場合|とき|設定|よう)|ず(?!に)|なく(?!ても|て))"
    r"|(?:cookie|クッキー).{0,20}(?:一切|なし|ありません)"
    r"|(?:(?:do|does|will) not|don't|doesn't|won't) (?:use"
    r"|have|set|place|store|employ)(?: any)?.{0,30}cookies|\bno cookies\b|without (?:any )?cookies"
    r"|cookie-?(?:free|less)"
)
_COOKIE_AFFIRMED = words(
    r"(?:cookie|クッキー)[^。、,]{0,24}(?:使用|利用|取得|収集|用い|使っ|使い)(?:して|し|いたし|致し|て)?"
    r"(?:て)?(?:い|おり|お)?ます"
    r"|(?:cookie|クッキー)[^。、,]{0,24}(?:(?:使用|利用|取得|収集)する|用いる|使う)(?:こと|場合)が(?:あり|ござい)ます"
)
_COOKIE_REFUSED = words(
    r"拒否|無効|ブロック|受け入れ|受け取り?ない|オフ|削除|設定(?:を)?変更|disable|block"
    r"|refuse|reject|delete"
)
_COOKIE_DEFINED = words(
    r"(?:cookie|クッキー)(?:\(.{0,20}\))?(?:」|』)?とは|cookies? (?:is|are) (?:a )?(?:small"
    r"|piece|text)"
)
_ANALYTICS = words(
    r"google ?アナリティクス|google analytics|アクセス解析(?:ツール)?|ウェブビーコン|web beacon"
    r"|トラッキング"
)


@check("privacy.cookies-stated", severity=Severity.MEDIUM, basis=Basis.GUIDELINE)
def cookies_stated(page: Page) -> Verdict:
    """The notice says that cookies are used.

    Why: A marketing tool recognises visitors by cookies from their first page on. People who are
        not told cannot foresee it, and vendors' contracts ask customers to tell them.
    Fix: State that the site uses cookies, for what, and how to refuse them.
    Source: Follows from the Act on the Protection of Personal Information, art. 17 and 21, once a
        cookie is tied to a person; no article names cookies
    """
    content = _notice(page, cookies=True)
    if isinstance(content, Verdict):
        return content
    found = [each for each in _main(content) if _COOKIES.search(each.text)]
    denied = first(found, _COOKIE_DENIED)
    titles = {each.heading for each in found}
    for each in found:
        text = each.text
        if denied and any(title.endswith(text) for title in titles):
            # `Cookieの利用` may stand above either answer.
            continue
        if (
            _COOKIE_USED.search(text)
            and (not _COOKIE_DENIED.search(text) or _COOKIE_AFFIRMED.search(text))
            and not (
                _COOKIE_REFUSED.search(text)
                and not re.search(r"当社|当サイト|弊社|本サイト|本サービス|\bwe\b", text)
            )
            and not (_COOKIE_DEFINED.search(text) and len(found) == 1)
        ):
            return passed(
                "It says so: “{quote}”", quote=text, said=each.quotation(0.6 if denied else 0.95)
            )
    if denied:
        return failed(
            "It says that cookies are not used, and marketing tools use them: “{quote}”",
            quote=denied.text,
            said=denied.quotation(0.85),
        )
    if found:
        return review(
            "Cookies are mentioned, and not clearly as used: “{quote}”",
            remedy=_READ_IT,
            quote=found[0].text,
            said=found[0].quotation(0.5),
        )
    if hidden := _in_hidden(content, _COOKIE_USED):
        return _hidden(hidden)
    if analytics := first(_main(content), _ANALYTICS, NEGATED):
        return failed(
            "Access analysis is named, cookies are not: “{quote}”",
            quote=analytics.text,
            said=analytics.quotation(0.7),
        )
    return failed("Cookies are not mentioned.", said=quote("", 0.95))


_TRACE = (
    r"(?:cookie|クッキー|(?:閲覧|行動|アクセス|利用|訪問|操作|視聴|購買|クリック|開封"
    r"|web|ウェブ|サイト)[^。]{0,8}(?:履歴|ログ|情報|データ|状況|記録)|識別子|端末情報"
    r"|IPアドレス"
    r"|これら(?:の)?(?:情報|データ|履歴)|当該(?:情報|データ|履歴)|同(?:情報|データ)|取得した(?:情"
    r"報|データ))"
)
_WHO = (
    r"(?:個人(?:情報|データ|を特定|を識別)|(?:会員|お客様|お客さま|ご?登録|顧客|ユーザー"
    r"|利用者|お申込|お申し込み|ご?入力(?:いただ|頂)いた|アカウント|ご?本人|見込み客|リード)[^。]{0,14}(?:情報"
    r"|データ)?|氏名|お名前|メールアドレス|特定の個人)"
)
_TIE = (
    r"(?:(?:紐|ひも|ヒモ)[づ付]|関連\s?[づ付]|関係\s?[づ付]|結び\s?[つ付]|突き?合わせ"
    r"|つな(?:げ|ぎ|い)|繋(?:げ|ぎ|い)|突合|照合|統合|結合|連結|マッチング|名寄せ|組み?合わせ|リンクさせ|合わせて(?:見|拝見|把握|分析"
    r"|利用|管理|取得|活用)|併せて(?:分析|利用|管理|活用)|とともに(?:分析|利用|管理|保存)"
    r"|連携させ|(?:個人|お客様)を(?:特定|識別)(?:して|し、|する(?:こと|場合)))"
)
_LINKED = words(
    rf"{_TRACE}.{{0,120}}{_WHO}.{{0,60}}{_TIE}|{_WHO}.{{0,80}}{_TRACE}.{{0,80}}{_TIE}"
    rf"|{_TIE}.{{0,60}}{_TRACE}.{{0,80}}{_WHO}"
    rf"|{_TRACE}.{{0,100}}{_TIE}.{{0,60}}{_WHO}"
    r"|\b(?:link|combin|associat|match|connect|merg|tie)\w*\b.{0,120}(?:personal (?:information"
    r"|data)|your (?:account|profile|name|e-?mail|identity|contact)|you personally|identif"
    r"|contact record|information you (?:provide|give)|e-?mail address"
    r"|you (?:gave|have given|provided))"
    r"|(?:cookie|browsing|behavio|visit|usage).{0,120}\b(?:linked|combined|associated"
    r"|matched|connected|merged|tied)\b.{0,60}(?:personal|you|name|e-?mail|account|profile"
    r"|contact)"
    r"|(?:personal (?:information|data)).{0,80}\b(?:linked|combined|associated|matched)\b.{0,60}("
    r"?:cookie|browsing|behavio|visit)"
)
_NOT_LINKED = words(
    rf"{_TIE}.{{0,24}}(?:ことは(?:一切)?(?:あり|ござい)?(?:ません|ない)|ません|ない(?:もの"
    rf"|形|状態|限り|よう)?|せず|ず(?:に|、)|なく|おりません|不可能|できない)"
    r"|(?:特定|識別)(?:する|できる|される)?.{0,16}(?:ものでは|ことは|情報は|できま|できな).{0,24}"
    r"(?:ありません|ない|せん|含)"
    r"|not (?:be )?(?:link|combin|associat|match|connect|merg|tied|personally identif)"
    r"|(?:never|cannot|without|n't).{0,40}(?:link|combin|associat|match|identif)"
)
_ABOUT_TRACES = words(
    r"cookie|クッキー|履歴|(?<![ブプタ])ログ(?!イン|アウト|ラム)|識別子|閲覧|行動(?:情報|データ)|訪問|browsing|behavio|usage|visit"
)
_CONDITION = words(
    r"限り|場合(?:を除|には|は|、)|同意.{0,10}(?:なく|得ず|ない限り)|unless|except|without your c"
    r"onsent"
)


@check("privacy.cookie-linkage-stated", severity=Severity.MEDIUM, basis=Basis.GUIDELINE)
def cookie_linkage_stated(page: Page) -> Verdict:  # noqa: C901, PLR0912 - one question after the other
    """The notice says that behaviour seen by cookies may be tied to a person.

    Why: That is what a marketing tool is for: once somebody fills a form, all earlier visits become
        theirs. A notice that speaks of anonymous cookies alone hides it.
    Fix: State that browsing history obtained by cookies may be combined with personal data.
    Source: Follows from the Act on the Protection of Personal Information, art. 17, 21 and 31, once
        a cookie is tied to a person; no article asks for the sentence
    """
    content = _notice(page, cookies=True)
    if isinstance(content, Verdict):
        return content
    everything = _main(content)
    doubtful: Sentence | None = None
    denied: Sentence | None = None
    about: int = -9
    for number, each in enumerate(everything):
        text = each.text
        if _ABOUT_TRACES.search(text):
            about = number
        near = number - about <= 2 or _COOKIE_PART.search(each.heading)
        if not _LINKED.search(text):
            if _NOT_LINKED.search(text) and near:
                denied = denied or each
            continue
        if not near and not _ABOUT_TRACES.search(text):
            continue
        if _NOT_LINKED.search(text):
            # `同意なく…ません` is no promise never to; `紐付けない限り` is a definition.
            if (
                _CONDITION.search(text)
                and UNLESS.search(text)
                and not re.search(r"ない限り|しない限り", text)
            ):
                doubtful = doubtful or each
            else:
                denied = denied or each
            continue
        if re.search(
            r"(?:場合|とき|限り|もの)(?:には|は|、).{0,40}(?:個人情報|個人データ)(?:に該当"
            r"|として取り?扱|とみな)",
            text,
        ) and not re.search(r"(?:場合|こと)(?:が|も)(?:あり|ござい)", text):
            # What would be personal data if it were tied says only that it might be.
            doubtful = doubtful or each
            continue
        return passed("It says so: “{quote}”", quote=text, said=each.quotation(0.9))
    if doubtful:
        return review(
            "It speaks of tying behaviour to persons, under a condition: “{quote}”",
            remedy=_READ_IT,
            quote=doubtful.text,
            said=doubtful.quotation(0.5),
        )
    if denied:
        return failed(
            "It denies what a marketing tool does: “{quote}”",
            quote=denied.text,
            said=denied.quotation(0.8),
        )
    if hidden := _in_hidden(content, _LINKED):
        return _hidden(hidden)
    return failed("It does not say that behaviour may be tied to a person.", said=quote("", 0.9))


# The rest of the notice

_SELF = words(
    r"以下.{0,6}[「『\"](?:当|弊|本|私|会社)|当社|弊社|代表取締役|代表者|理事長|制定|改定|運営"
    r"|(?:個人情報|お客様).{0,8}(?:窓口|相談室|管理者)"
)
_OTHERS = words(
    r"google|グーグル|yahoo|ヤフー|facebook|meta|twitter|委託先|提供先|提供元|アマゾン"
    r"|amazon|salesforce|hubspot|microsoft|マイクロソフト|解析ツール|ツールを|が提供する"
    r"|情報開示センター|JIPDEC|日本情報経済社会推進協会|認定個人情報保護団体"
)
_ANOTHER = words(
    r"(?:会社|法人|\)).{0,12}(?:の(?:もの|サーバ|クラウド|レンタル|システム)|に(?:委託|預け)|を利用"
    r"|(?:の|が)(?:提供|運営)する.{0,24}(?:を(?:利用|使用|導入)|に保管))"
)
_JOINT_LINE = words(r"管理責任|責任を有する|共同利用|管理について")
_HEAD = words(
    r"代表(?:取締役|理事|社員|者)|理事長|会長|学長|院長|園長|塾長|住職|所長|社長|代表\s*[:：]|責任者"
    r"|代表\s*[一-龥]{1,4}[\s\u3000]?[一-龥]"
    r"|representative|director|CEO"
)
_COMPANY_PAGE = words(
    r"会社概要|会社案内|会社情報|企業情報|企業概要|運営者情報|運営会社|法人概要|団体概要"
    r"|特定商取引|about ?us|company|corporate|アクセス"
)


@check("privacy.operator-identity", severity=Severity.MEDIUM, basis=Basis.STATUTE)
def operator_identity(page: Page) -> Verdict:
    """The notice says who handles the data: name, address, representative.

    Why: People cannot ask, complain or decide without knowing whom they deal with.
    Fix: State the legal name, the address, and for a legal person the name of its representative.
    Source: Act on the Protection of Personal Information, art. 32(1)(i); an answer without delay on
        request is enough for address and representative
    """
    content = _notice(page)
    if isinstance(content, Verdict):
        return content
    name = _operator(content)
    if name is None:
        whole = "\n".join(b.text for b in content.blocks)
        elsewhere = next(
            (
                found
                for line in (content.title, *whole.split("\n"))
                if not _JOINT_LINE.search(line)
                and (found := entity(line))
                and not _OTHERS.search(line)
            ),
            None,
        )
        if elsewhere:
            return review(
                "A name stands on the page, and not as the operator's: “{quote}”",
                remedy=_READ_IT,
                quote=elsewhere,
                said=quote(elsewhere, 0.5),
            )
        if any(
            any(map(_FILLED_IN.match, block.placeholders)) and _SELF.search(block.text)
            for block in content.blocks
        ):
            return review(
                "A template fills in the operator's name.",
                remedy=Text.of("Probe the page as the server sends it."),
                said=quote("", 0.5),
            )
        if not is_japanese(content):
            return review("No legal name was recognised.", remedy=_READ_IT, said=quote("", 0.4))
        return failed("Nobody is named as the operator.", said=quote("", 0.85))
    address = next(
        (
            (block.text, number)
            for number, block in enumerate(content.blocks)
            if ADDRESS_JA.search(block.text) or ADDRESS_EN.search(block.text)
        ),
        None,
    )
    head = first(list(sentences(content)), _HEAD)
    linked = any(
        _COMPANY_PAGE.search(link.text) for block in content.blocks for link in block.links
    )
    if address or head or linked:
        return passed(
            "The operator is named: “{quote}”", quote=name[0], said=quote(name[0], 0.9, name[1])
        )
    if (legal_name(name[0]) or not is_japanese(content)) and any(
        _means(each.text)
        or any(_CONTACT_LINK.search(f"{x.href} {x.text}") for x in each.links)
        or _ASKS_THERE.search(each.text)
        for each in content.blocks
    ):
        return passed(
            "The operator is named, and can be asked for address and representative: “{quote}”",
            quote=name[0],
            said=quote(name[0], 0.7, name[1]),
        )
    return review(
        "{name} is named, without address and representative.",
        remedy=Text.of(
            "See whether both can be found on the site, or are told without delay on request."
        ),
        name=name[0],
        said=quote(name[0], 0.6, name[1]),
    )


_CALLED = words(
    r"(?:^|[\n。:])\s*(?P<name>(?!(?:この|本|当)(?:サイト|サービス|ブログ|アプリ"
    r"|ウェブ))[^\s。、,:「」『』(\ufffc][^。、,:「」『』(\n"
    r"\ufffc]{0,40}?)\s*(?:\([^()]{1,30}\)\s*)?\((?:[^()]{0,30}[、,:。]|[^()]{0,24}\s)?\s*以下[、,]?.{0,10}?[「『\"]?(?:当|弊|本|私"
    r"|運営者|事業者|甲)(?!サイト|サービス|ブログ|アプリ|ウェブ|web|ホーム|規約|ポリシー|方針|プロジェクト|ツール)"
)
"""A name that a notice gives to whom it calls `当社`, `当園`, `運営者` from there on."""
_CALLED_IN_ENGLISH = re.compile(
    r"(?P<called>\b[A-Z][\w.&'’ -]{1,50}?),?\s*\([^()]{0,40}[\"“'](?:[Ww]e|[Uu]s|[Oo]ur"
    r"|the [Cc]ompany|Company)\b"
    r"|\b(?:operated|owned|provided|run|controlled|published) by"
    r" (?P<by>[A-Z0-9][\w.&'’-]*(?: [A-Z0-9][\w.&'’-]*){0,5})"
    r"|\bcontroller\b[^.\n]{0,60}?(?:is|:)\s+(?P<is>[A-Z][\w.&'’ -]{1,50})"
    r"|(?:^|\n)At (?P<at>[A-Z0-9][\w.&'’ -]{1,40}?)(?:\s\([A-Z]{2,8}\))?,"
    r" (?:we\b|accessible from|one of our|your privacy)"
    r"|©\s?(?:Copyright\s)?(?:\d{4}(?:[-–]\d{2,4})?,?\s)?(?P<kept>[A-Z][\w.&'’ -]{1,40}?)"
    r"\.?\s+All [Rr]ights"
)


def _operator(content: Content) -> tuple[str, int] | None:
    """Return the name of the operator and its block."""
    main = [(n, b) for n, b in enumerate(content.blocks) if b.region is not Region.NAVIGATION]
    # A list of definitions has the label and the name in blocks of their own.
    for (_, block), (number, following) in itertools.pairwise(main):
        if (
            is_label(block.text)
            and len(following.text) < 40
            and not following.heading
            and not re.search(r"\ufffc|[:：]\s*$", following.text)
        ):
            return following.text, number
    for place, (number, block) in enumerate(main):
        edge = place < 4 or place >= len(main) - 8
        for part in (block.text, *block.text.split("\n")):
            named = labelled_name(part)
            if (
                named
                and not _OTHERS.search(named)
                and len(named) < 40
                and edge
                # The label of the next line: this one was left blank.
                and not named.endswith((":", ":"))
            ):
                return named, number
        for line in block.text.split("\n"):
            name = entity(line)
            if (
                name
                and not _OTHERS.search(name)
                and (edge or _SELF.search(line) or (line == name and ADDRESS_JA.search(block.text)))
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


_HEADED = re.compile(
    r"^(?P<name>[^\s。、:(][^。、:(]{1,30}?)\s*[(\s]\s*(?:院長|園長|所長|塾長|店主|店長|住職|校長|会長|主宰|代表者?)"
    r"\s*:?\s*(?!取締役|理事|社員)[一-龥]{1,4}\s?[一-龥ぁ-んァ-ヶ]{1,5}\s*(?:\)|$)"
    r"|^(?P<seat>[^\s。、:(]{3,30})\s*\([^()]{0,60}(?:代表|店主|院長|園長|[都道府県].{1,6}[市区町村])[^()]{0,40}\)(?:は|が|では)"
    r"|^(?P<beside>[^\s。、:(]{3,30})\s+(?:電話|TEL|〒)"
)
"""A name, and after it who stands at its head: `みどり歯科 院長 森花子`."""


def _headed(block: Block, number: int) -> tuple[str, int] | None:
    """Return the name in `block`, of that number, beside which its head stands."""
    for line in block.text.split("\n"):
        found = _HEADED.search(line)
        others = (_OTHERS, _JOINT_LINE, NOBODY, _APPOINTED)
        if found and not any(each.search(line) for each in others):
            return next(filter(None, found.groups())).strip(), number
    return None


def _called(text: str, number: int) -> tuple[str, int] | None:
    """Return the name that `text`, of that block, gives to its operator."""
    found = _CALLED.search(text)
    name = found["name"] if found else None
    if name is None and (english := _CALLED_IN_ENGLISH.search(text)):
        name = next(filter(None, english.groupdict().values()), None)
    if not name or _OTHERS.search(name) or NOBODY.search(name):
        return None
    return name.strip(), number


_WINDOW = words(
    r"(?:お?問い?合わ?せ|問合せ|ご?相談|ご?連絡|苦情|お?申し?出|請求)(?:等|など)?(?:の"
    r"|に関する|・)?.{0,12}(?:窓口|先\b|先$|先[はをがに、:：(]|フォーム|ページ|担当|係)"
    r"|(?:お?問い?合わ?せ|ご?連絡|ご?相談|お?申し?出).{0,60}(?:こちら|下記|以下|次の|まで"
    r"|宛|ください|下さい|にて|より|から受け|お願い)|連絡先|窓口|個人情報.{0,6}(?:管理"
    r"|相談|担当|問合せ).{0,4}(?:責任者|者|室|係|部)"
    r"|contact|reach us|get in touch|questions|data protection officer|\bDPO\b|write to us"
)
_WINDOW_HEADING = words(r"お?問い?合わ?せ|窓口|連絡先|苦情|相談|contact|questions|申出")
_FORM_NAMED = words(
    r"フォーム|こちら|お問い?合わ?せ(?:の)?(?:ページ|画面|欄|より|から)|form|here|チャット"
    r"|LINE(?:の?トーク|公式|アカウント)?(?:より|から|にて|で|まで)"
)
_CONTACT_LINK = words(
    r"contact|inquir|toiawase|support|otoiawase|mailto:|tel:|form|お?問い?合わ?せ"
)


_SAME_WINDOW = words(
    r"お?問い?合わ?せ|窓口|連絡先|苦情|相談|contact|questions|申出|責任者|管理者|担当"
    r"|TEL|電話|FAX|mail|メール|住所|所在地|受付|株式会社|有限会社|合同会社|法人|事務局|[部室課係]$"
    r"|代表|会社名|社\s?名|住\s?所|名称|氏名|事業者|屋号|運営|郵便番号|LINE|フォーム"
)
_NO_ANSWER = words(r"(?:ご?連絡|お?問い?合わ?せ|ご?回答).{0,16}(?:いたし|致し|し)かね")
_ASKS_THERE = words(r"お?問い?合わ?せフォーム(?:より|から|にて|で|まで)")
_APPOINTED = words(r"(?:管理者|責任者).{0,10}(?:任命|設置|選任|置[きくい])")
_ASKS = words(r"お?問い?合わ?せ|窓口|contact|ご?相談|ご?連絡")
_FILLED_IN = re.compile(r"\{\{|\{%|\$\{|<|\[%|%%|\{[a-z$]")
"""A placeholder that a server fills in, unlike one that somebody forgot to."""


class Row(msgspec.Struct, frozen=True, gc=False):
    """One line as it is read, and what it stands under."""

    text: str
    block: int
    heading: bool
    links: tuple[Link, ...]
    under: str


def _rows(content: Content) -> Iterator[Row]:
    under = ""
    for line in lines_of(content, Region.MAIN, Region.FORM):
        if line.heading:
            under = line.text
        links = content.blocks[line.block].links
        for part in line.text.split("\n"):
            own = tuple(
                link
                for link in links
                if not link.text or link.text in part or link.text not in line.text
            )
            yield Row(part, line.block, line.heading, own, "" if line.heading else under)


@check("privacy.contact-window", severity=Severity.MEDIUM, basis=Basis.STATUTE)
def contact_window(page: Page) -> Verdict:  # noqa: C901, PLR0912 - one question after the other
    """The notice says where to complain and ask.

    Why: Whoever finds no address complains to the authority, or in public.
    Fix: Name the contact for personal data, with a mail address, a telephone number or a form.
    Source: Act on the Protection of Personal Information, art. 32(1)(iv) and 40; Order, art. 10
    """
    content = _notice(page)
    if isinstance(content, Verdict):
        return content
    rows = list(_rows(content))
    mentioned: tuple[str, int] | None = None
    last = 0
    for place, row in enumerate(rows):
        if not (_WINDOW.search(row.text) or (row.heading and _WINDOW_HEADING.search(row.text))):
            continue
        if not _means(row.text) and any(
            pattern.search(row.text)
            for pattern in (_PURPOSE_ITEM, _DATA_NAMED, _NO_ANSWER, _APPOINTED)
        ):
            continue
        for near in rows[place : place + 12]:
            if near is not row and near.heading and not _SAME_WINDOW.search(near.text):
                break
            if _means(near.text) or any(
                _CONTACT_LINK.search(f"{link.href} {link.text}") for link in near.links
            ):
                return passed(
                    "It can be asked at: “{quote}”",
                    quote=near.text[:150],
                    said=quote(near.text, 0.9, row.block),
                )
        if _FORM_NAMED.search(row.text) and _ASKS.search(f"{row.text} {row.under}"):
            return passed(
                "It can be asked at: “{quote}”",
                quote=row.text[:150],
                said=quote(row.text, 0.7, row.block),
            )
        mentioned = mentioned or (row.text, row.block)
        last = row.block
    after = content.blocks[last : last + 12]
    if (
        mentioned
        and any(_FILLED_IN.match(each) for block in after for each in block.placeholders)
        and not any(_LEFT_BLANK.search(block.text) for block in after)
    ):
        return review(
            "A contact is mentioned, and a template fills in how to reach it: “{quote}”",
            remedy=Text.of("Probe the page as the server sends it."),
            quote=mentioned[0][:150],
            said=quote(mentioned[0], 0.5, mentioned[1]),
        )
    written = next(
        (
            (row.text, row.block)
            for row in rows
            if (MAIL.search(row.text) or PHONE.search(row.text)) and not NO_REPLY.search(row.text)
        ),
        None,
    )
    if written and _TO_WRITE.search(written[0]):
        return passed(
            "It can be asked at: “{quote}”",
            quote=written[0][:150],
            said=quote(written[0], 0.65, written[1]),
        )
    if written and any(
        _SIGNED_BY.search(row.text) and _means(row.text) for row in (*rows[:12], *rows[-10:])
    ):
        return passed(
            "It can be asked at: “{quote}”",
            quote=written[0][:150],
            said=quote(written[0], 0.65, written[1]),
        )
    if written:
        return review(
            "There is an address, and it is not said what for: “{quote}”",
            remedy=_READ_IT,
            quote=written[0][:150],
            said=quote(written[0], 0.6, written[1]),
        )
    if mentioned:
        return failed(
            "A contact is mentioned, without a way to reach it: “{quote}”",
            quote=mentioned[0][:150],
            said=quote(mentioned[0], 0.7, mentioned[1]),
        )
    for number, block in enumerate(content.blocks):
        for link in block.links:
            if _CONTACT_LINK.search(f"{link.href} {link.text}"):
                return review(
                    "Only the menu of the site leads to a contact: “{quote}”",
                    remedy=Text.of("Name the contact in the notice itself."),
                    quote=link.text,
                    said=quote(block.text, 0.6, number),
                )
    return failed("No contact is named.", said=quote("", 0.9))


_LEFT_BLANK = words(
    r"(?:^|\n)(?:住所|電話(?:番号)?|TEL|E?-?メール(?:アドレス)?)\s*[:：][ \t]*(?:\n|$)"
    r"|ご?記入(?:ください|下さい)[】\])]"
)
"""What a template asks its user to write, and nobody has written."""
_PURPOSE_ITEM = words(
    r"(?:お?問い?合わ?せ|ご?相談|ご?連絡|苦情).{0,16}(?:回答|対応|返答|返信|応対|処理"
    r"|内容|受付|履歴|確認).{0,14}(?:ため|為|こと|目的|等|$|。|、)|ため$|ため。$"
)


_DATA_NAMED = words(
    r"(?:氏名|住所|電話番号|所属)[、,・/].{0,40}連絡先|連絡先(?:その他の記述|[、,・]|等の(?:個人)?情報)"
    r"|とは[、,].{0,80}(?:個人情報|情報)"
)
"""A contact that people give, not one that they are given."""
_SIGNED_BY = words(r"^(?:電話(?:番号)?|TEL|e-?mail|メール(?:アドレス)?|お電話)\s*(?:[:：/]|[\d(+])")
_TO_WRITE = words(
    r"まで|ください|下さい|事務局|窓口|デスク|受付|連絡|お?知らせ|申し?出"
    r"|\b(?:ask|write|tell|(?:or )?e-?mail|mail us|call|demand|request)\b"
)


def _means(text: str) -> bool:
    if NO_REPLY.search(text):
        return bool(PHONE.search(text) or ADDRESS_JA.search(text))
    return bool(any(each.search(text) for each in (MAIL, PHONE, ADDRESS_JA, ADDRESS_EN)))


_GIVEN = words(
    r"情報を[^。、]{0,4}(?:渡し|見せ)[^。、]{0,4}(?:相手|先)|第三者(?:に|へ|への|に対し|に対する|提供|以外)?.{0,40}(?:提供|開示|譲渡|預託|公開"
    r"|漏えい|漏洩|販売|貸与|引き渡|共有)|第三者提供"
    r"|(?:提供|開示|譲渡).{0,20}第三者"
    r"|\b(?:shar|disclos|sell|sold|transfer|provid|rent|giv|pass)\w*\b.{0,80}(?:third[ -]?part"
    r"|affiliat|service provider|partner|processor|anyone|others|vendors)|third[ -]part(?:y"
    r"|ies).{0,60}(?:shar|disclos|provid|receiv|transfer)|recipients"
)
_KEPT = words(
    r"(?:個人(?:情報|データ)|お客様(?:の)?情報)(?:を|について).{0,30}(?:開示|販売|貸し?出|譲渡|提供|公開|漏ら)"
    r"[^。]{0,40}(?:(?:いた|致)?しません|(?:あり|ござい|行い)ません|することはない)"
    r"|(?:だれ|誰|他人|他者|他社|他の?[^。、]{0,8}|ほかの?[^。、]{0,8}|社外|外部?|どこ|第三者|[^。、]{1,8}以外の(?:者|方|人))"
    r"[^。、]{0,6}(?:に|へ)[もは]?[^。]{0,24}(?:渡|送|出す|出し|明か|譲|貸|見せ|見られ|知らせ|知られ|教え|売|漏|公開|提供|開示)"
    r"[^。]{0,16}(?:ません|ない(?!と|場合|よう)|ず)"
    r"|\b(?:not|never|n['’]t) (?:(?:ever|also) )?(?:sell|share|rent|trade|give|disclose|pass|lend"
    r"|hand|reveal)|\b(?:nobody|no ?one)(?: else)?\b.{0,20}\b(?:gets?|sees?|receives?|has access)"
    r"|\bto (?:nobody|no ?one)\b"
)
_NOT_GIVING = words(
    r"第三者(?:配信|による|の(?:権利|著作|サイト|ウェブ)|が(?:提供|運営)|から(?:の)?(?:提供"
    r"|取得|アクセス))|第三者提供の?記録|third-party (?:cookies|ads|websites|links)"
)
_GROUND = words(
    r"同意|承諾|了解|法令|法律|裁判所|捜査|命令|除|委託|オプトアウト|consent|law|legal"
    r"|except|unless|only|process"
)
_RELATED = words(
    r"(?:委託先|提携先|グループ会社|関連会社|協力会社|外部)(?:の[^。]{0,12})?(?:に|へ)[^。]{0,30}"
    r"(?:提供|開示|預け|渡)|(?:提供|開示)[^。]{0,16}(?:委託|共同利用)|(?:他|外部|社外)(?:の[^。]{"
    r"0,8})?(?:に|へ)[^。]{0,16}(?:提供|開示|公開|漏ら)|processors?|sub-?contract"
    r"|\bshar(?:e|es|ed|ing)\b.{0,60}\bwith\b|\b(?:goes|go|sent|passed) to (?:our|the)\b"
)
_PERHAPS_GIVEN = words(
    r"(?:他|外|[会当]?社|院|師|所|会|店|団体|企業|(?<!行政)機関|業者|メーカー|警察|関係者|取引先)(?:等|など)?(?:に|へ)[^。]{0,20}(?:伝え|渡|預け|送[りるっ付]|知らせ|提供|共有"
    r"|公開|見せ)|口外|(?:渡|見せ|共有)[^。]{0,10}(?:相手|先)|(?:捜査|警察|裁判所|令状)[^。]{0,30}(?:応じ|協力)"
    r"|\b(?:passed on|handed over|given to|disclosed)\b"
)
_LEADING_AWAY = words(r"リンク|バナー|移動(?:先|され|する)|遷移|外部サイト")


@check("privacy.third-party", severity=Severity.MEDIUM, basis=Basis.STATUTE)
def third_party(page: Page) -> Verdict:  # noqa: C901 - one question after the other
    """The notice says whether, to whom and on what ground data is given to others.

    Why: Personal data may go to third parties only with consent or on a ground that the law names.
        A marketing tool hands data to agencies, advertisers and partners with one click.
    Fix: State that data goes to third parties only with consent or where the law allows it, and
        which processing is entrusted.
    Source: Act on the Protection of Personal Information, art. 27(1), (2) and (5)
    """
    content = _notice(page)
    if isinstance(content, Verdict):
        return content
    found = [
        each
        for each in _told(content)
        if _GIVEN.search(each.text)
        and not (_NOT_GIVING.search(each.text) and not re.search(r"第三者(?:に|へ)", each.text))
    ]
    for each in found:
        if NEGATED.search(each.text) or _GROUND.search(each.text):
            return passed("It says so: “{quote}”", quote=each.text, said=each.quotation(0.9))
    if found:
        section = next(
            (
                each
                for each in sections(content, Region.MAIN, Region.FORM)
                if found[0] in each.sentences
            ),
            None,
        )
        if section is not None and _GROUND.search(section.text.replace(found[0].text, "")):
            return passed(
                "It says so: “{quote}”", quote=found[0].text, said=found[0].quotation(0.8)
            )
        if len(found[0].text) < 24 and len(found) > 1:
            return passed(
                "It says so: “{quote}”", quote=found[1].text, said=found[1].quotation(0.6)
            )
        return review(
            "Data goes to third parties, and no consent or other ground is named: “{quote}”",
            remedy=Text.of("Find out on what ground it is given, and state it."),
            quote=found[0].text,
            said=found[0].quotation(0.6),
        )
    if kept := first(_main(content), _KEPT):
        return passed("It says so: “{quote}”", quote=kept.text, said=kept.quotation(0.75))
    if related := first(_main(content), _RELATED, _LEADING_AWAY):
        if NEGATED.search(related.text):
            return passed("It says so: “{quote}”", quote=related.text, said=related.quotation(0.75))
        return review(
            "Entrusting or joint use is described, provision to third parties is not: “{quote}”",
            remedy=Text.of("Say whether data is given to third parties besides."),
            quote=related.text,
            said=related.quotation(0.6),
        )
    if (section := _under(content, _GIVEN)) and (
        NEGATED.search(section.text) or _GROUND.search(section.text)
    ):
        return passed(
            "It says so: “{quote}”",
            quote=section.heading,
            said=quote(section.heading, 0.7, section.block),
        )
    if doubt := _doubt(
        content, _GIVEN, _GIVEN, first(_told(content), _PERHAPS_GIVEN, _LEADING_AWAY)
    ):
        return doubt
    return failed("Nothing is said about third parties.", said=quote("", 0.9))


_ABROAD = words(
    r"(?:外国|海外|国外|越境|域外|米国|アメリカ|EU|欧州|シンガポール|アイルランド|カナダ"
    r"|英国|インド|中国|台湾|韓国|フィリピン|ベトナム).{0,60}(?:第三者|提供|委託|移転"
    r"|サーバ|保管|保存|所在|クラウド|事業者|法人|個人情報|データ|制度)"
    r"|(?:第三者|提供|委託|移転|サーバ|保管|保存|所在|クラウド).{0,60}(?:外国|海外|国外"
    r"|米国|アメリカ|欧州)|外的環境"
    r"|\b(?:transfer|stor|process|hosted|locat|send)\w*\b.{0,120}(?:outside|abroad|countries"
    r"|country|united states|\bthe US\b|\bU\.S\.|\bUSA\b|overseas|international|EEA|Japan)"
    r"|international(?:ly)? transfer|standard contractual clauses"
)
_FOREIGN_SERVICES = words(
    r"google|グーグル|hubspot|salesforce|セールスフォース|pardot|marketo|マルケト|mailchimp"
    r"|\baws\b|amazon web services|microsoft|zoho|klaviyo|sendgrid|zendesk|slack|stripe"
    r"|facebook|meta "
)


@check("privacy.overseas-transfer", severity=Severity.MEDIUM, basis=Basis.STATUTE)
def overseas_transfer(page: Page) -> Verdict:
    """The notice says to which countries data goes.

    Why: Most marketing tools run abroad. Giving data to a third party there needs consent on the
        ground of information about that country, or safeguards; and what was found out about the
        country belongs to the security measures that are published.
    Fix: Name the countries of the vendors' servers, and the safeguards.
    Source: Act on the Protection of Personal Information, art. 28 and 32(1)(iv); Order, art. 10. A
        cloud service that does not handle the data is no third party, so absence is never a fail
    """
    content = _notice(page)
    if isinstance(content, Verdict):
        return content
    if found := first(_main(content), _ABROAD):
        return passed("It says so: “{quote}”", quote=found.text, said=found.quotation(0.85))
    remedy = Text.of(
        "Find out whether the vendor handles the data, and where; then name the country and the "
        "safeguards."
    )
    abroad = [tag for tag in known(page.site_tags) if tag.country not in ("JP", "")]
    if abroad:
        return review(
            "{vendor} has its seat abroad ({country}), and no country is named.",
            remedy=remedy,
            vendor=abroad[0].vendor,
            country=abroad[0].country,
            said=quote("", 0.6),
        )
    if named := first(_main(content), _FOREIGN_SERVICES):
        return review(
            "A service from abroad is named, its country is not: “{quote}”",
            remedy=remedy,
            quote=named.text,
            said=named.quotation(0.6),
        )
    return not_applicable("No recipient abroad was seen.")


_DISCLOSURE = words(
    r"開示.{0,40}(?:請求|求め|申し?出|要求|依頼|申請|手続|対応|応じ|できます|いたします"
    r"|窓口|希望)|開示(?:[、,・]|及び|および|並びに|又は|または|と)(?:内容の)?(?:訂正|修正|追加|削除|利用停止)"
    r"|(?:請求|求め|申し?出|要望|依頼|要請|希望).{0,30}開示|自己の?(?:個人)?情報.{0,20"
    r"}開示|開示等|照会.{0,30}(?:希望|請求|求め|依頼|申し?出)"
    r"|(?:自分|自身|本人|自己|登録)の?(?:情報|内容)?[^。]{0,24}(?:見たい|見る|お?知り(?:たい|になりたい)|閲覧|照会)[^。]{0,100}"
    r"(?:求め|希望|請求|申し?出|申し?付け|お?知らせ|ご?連絡|でき)"
    r"|(?:情報|記録|データ|内容|カルテ|名簿)の?(?:閲覧|照会|複写|写し)[^。]{0,40}(?:求め|希望|請求|申し?出|でき)"
    r"|(?:情報|記録|データ|内容)を?お?知り(?:たい|になりたい)[^。]{0,60}(?:希望|請求|申し?出|申し?付け|ご?連絡|でき)"
    r"|\brights?\b.{0,12}:.{0,20}\b(?:information|access|correct|delet|eras)"
    r"|\b(?:demand|want|like|entitled|wish)\b.{0,20}\b(?:see|know what|view|receive|get a copy)\b"
    r"|\b(?:right|request|ask|obtain|access)\b.{0,60}\b(?:access|copy|correct|delet|eras"
    r"|rectif|your (?:personal )?(?:data|information))"
)
_CORRECTION = words(
    r"(?:訂正|削除|利用停止|消去).{0,24}(?:請求|求め|依頼|できます|応じ|申し?出|対応|手続"
    r"|希望)|(?:請求|求め|依頼|希望|申し?出).{0,24}(?:訂正|削除|利用停止|消去)"
)
_PERHAPS_RIGHTS = words(
    r"\b(?:download|delete|erase|correct|access|see|update)\b.{0,60}\b(?:settings|e-?mail|write|account)\b"
    r"|開示[^。]{0,40}(?:へ|まで|承)|(?:確認|消去)[^。]{0,24}(?:へ|まで|承)"
    r"|(?:閲覧|照会|複写|写し|ご?らん|ご覧|登録内容の確認|お?知り(?:に|たい)|あらため|改め|直し|消し|抹消|異議)[^。]{0,40}"
    r"(?:申し?出|請求|求め|希望|申し?付け|ご?連絡|お?知らせ|まで|応じ)"
)
_DISCLOSED = words(
    r"診療(?:情報|記録)の(?:提供・)?開示|(?:個人(?:情報|データ)|情報)の開示(?:について|請求)?\s*\)?$|開示.{0,20}(?:等|訂正|削除|請求|利用停止|求め)|(?:照会|訂正|請求).{0,12}開示"
)
_ON_REQUEST = words(r"請求|求め|申し?出|希望|手続|対応いたし|応じ")
_OTHER_DISCLOSURE = words(
    r"第三者(?:に|へ|への).{0,12}開示|法令.{0,20}開示|裁判所.{0,20}開示|捜査.{0,20}開示"
)
_RIGHTS = words(r"開示(?:等|請求|[、,・].{0,4}(?:訂正|修正|追加|削除|利用停止))|rights|access to")
_OWN_RIGHTS = words(
    r"(?:お客(?:様|さま)|利用者|ユーザー|会員|ご?本人|あなた|患者)(?:様|さま)?の(?:ご)?権利"
)
_LOOKED_AT = words(r"(?:情報|データ|記録)(?:の|を)?(?:内容(?:の|を)?)?(?:確認|閲覧|照会|開示)")
_REFUSED = words(r"(?:応じ(?:られ|かね|ませ)|お?受けでき|対応(?:でき|いたしかね))")
_ON_CONDITION = words(r"場合|とき|際|ただし|但し|除|ければ|ない(?:と|限り)|以下|次の|下記|各号")
_OF_THE_SELLER = words(r"所在地|住所|電話番号|代表者|責任者|販売業者|事業者|連絡先|氏名|特定商取引")
"""Mail-order sellers disclose their own address on request (Specified Commercial Transactions)."""


@check("privacy.disclosure-request", severity=Severity.MEDIUM, basis=Basis.STATUTE)
def disclosure_request(page: Page) -> Verdict:
    """The notice says how people see, correct and stop the use of their data.

    Why: These are rights of everybody whose data is kept; the procedure has to be knowable.
    Fix: Describe how to ask for disclosure, correction and an end of use, and what it costs.
    Source: Act on the Protection of Personal Information, art. 32(1)(iii), 33 to 35, 37 and 38
    """
    content = _notice(page)
    if isinstance(content, Verdict):
        return content
    everything = _told(content)
    for each in everything:
        if _DISCLOSURE.search(each.text) and not (
            (_REFUSED.search(each.text) and not _ON_CONDITION.search(each.text))
            or (
                (_OTHER_DISCLOSURE.search(each.text) or _OF_THE_SELLER.search(each.heading))
                and not re.search(r"本人|訂正|自己|ご自身|個人(?:情報|データ)", each.text)
            )
        ):
            return passed("It says so: “{quote}”", quote=each.text, said=each.quotation(0.9))
    for section in sections(content, Region.MAIN, Region.FORM):
        if (_DISCLOSED.search(section.heading) and _ON_REQUEST.search(section.text)) or (
            (
                _RIGHTS.search(section.heading)
                or (_OWN_RIGHTS.search(section.heading) and _LOOKED_AT.search(section.text))
            )
            and len(section.text) >= _A_SENTENCE
            and not _NOT_YET.search(section.text)
            and not _REFUSED.search(section.text)
        ):
            return passed(
                "It says so: “{quote}”",
                quote=section.heading,
                said=quote(section.heading, 0.85, section.block),
            )
    if correction := first(everything, _CORRECTION, _COOKIES):
        return review(
            "Correction or deletion is described, disclosure is not: “{quote}”",
            remedy=_READ_IT,
            quote=correction.text,
            said=correction.quotation(0.6),
        )
    if doubt := _doubt(content, _DISCLOSURE, _RIGHTS, first(everything, _PERHAPS_RIGHTS, _COOKIES)):
        return doubt
    return failed(
        "It does not say how people ask for disclosure of their data.", said=quote("", 0.9)
    )


_SECURITY = words(
    r"安全管理|安全(?:に|な|かつ).{0,12}(?:管理|保管|保護)|(?:漏え?い|漏洩|滅失|き損|毀損"
    r"|紛失|流出|改ざん|盗難).{0,50}(?:防|対策|措置|ないよう|未然|予防)|不正(?:な)?アクセス.{0,40"
    r"}(?:防|対策|ないよう)"
    r"|(?:紛失|破壊|漏れ|持ち出し).{0,24}(?:予防|防|ないよう|禁)|施錠|鍵(?:つき|付き|の(?:つい|付い|かか))|鍵をかけ"
    r"|パスワード(?:を|で)[^。]{0,4}(?:かけ|守|保護)|アクセス(?:権限?|制限|制御)?(?:の|を|は)[^。]{0,16}(?:限|制限|制御)"
    r"|ウイルス対策|ファイア.?ウォール|守秘義務|入退室"
    r"|個人情報[^。]{0,40}(?:従業[者員]|社員|職員|スタッフ)[^。]{0,16}(?:教育|研修)"
    r"|two-factor|firewall|over https"
    r"|セキュリティ.{0,24}(?:対策|措置|確保|強化|保護|維持|システム)|安全対策|安全性.{0,10}(?:確保"
    r"|保(?!証))|暗号(?:化|に|で)|\bSSL\b|\bTLS\b"
    r"|(?:security|safeguard|technical and organi[sz]ational|protect).{0,60}(?:measure"
    r"|safeguard|data|information|access|loss)|encrypt"
    r"|\bstor\w*.{0,30}\bsecurely\b|\bsecurely\b.{0,20}\bstor"
    r"|\bsecure (?:server|storage|connection|database)"
)
_PERHAPS_SECURITY = words(
    r"金庫|以外[^。]{0,12}(?:見る|見ら|見え|触)|秘密(?:を|の)(?:守|保)|守秘|(?:安全|セキュリティ)[^。]{0,6}(?:注意|配慮|留意)"
)
_VAGUE_SECURITY = words(
    r"(?:厳重|適切|適正|厳正|慎重|大切|しっかり)(?:に|な|かつ|と).{0,14}(?:管理|保管)|漏れ(?:の|が)?ない|漏らさないよう"
    r"|(?:他|ほか)の(?:人|方|者)[^。]{0,12}見(?:られ|え)な"
)


@check("privacy.security-measures", severity=Severity.MEDIUM, basis=Basis.STATUTE)
def security_measures(page: Page) -> Verdict:
    """The notice says how the data is kept safe.

    Why: Since April 2022 the measures taken must be knowable to the people concerned, as far as
        telling them does no harm.
    Fix: Describe the organisational, human, physical and technical measures, and for data kept
        abroad what was found out about that country.
    Source: Act on the Protection of Personal Information, art. 23 and 32(1)(iv); Order, art. 10
    """
    content = _notice(page)
    if isinstance(content, Verdict):
        return content
    everything = _told(content)
    if found := first(everything, _SECURITY):
        return passed("It says so: “{quote}”", quote=found.text, said=found.quotation(0.85))
    if section := _under(content, _SECURITY):
        return passed(
            "It says so: “{quote}”",
            quote=section.heading,
            said=quote(section.heading, 0.7, section.block),
        )
    if vague := first(everything, _VAGUE_SECURITY):
        return review(
            "It promises care and names no measure: “{quote}”",
            remedy=Text.of("Name the measures, or tell them without delay to whoever asks."),
            quote=vague.text,
            said=vague.quotation(0.5),
        )
    if not is_japanese(content):
        return review("No measure was recognised.", remedy=_READ_IT, said=quote("", 0.4))
    if doubt := _doubt(content, _SECURITY, _SECURITY, first(everything, _PERHAPS_SECURITY)):
        return doubt
    return failed("It does not say how the data is kept safe.", said=quote("", 0.9))


_JOINT = words(r"共同(?:して)?(?:で)?利用")
_JOINT_DENIED = words(
    r"共同(?:して)?利用.{0,30}(?:行っておりません|行いません|いたしません|しません|ありません"
    r"|しておりません|ございません|行っていません|なし)"
)
_JOINT_STATUTE = words(
    r"共同(?:して)?(?:で)?利用(?:する|される|し|を行う|に伴).{0,24}(?:場合|とき|提供され"
    r"|ことに伴).{0,160}|特定の者との間で共同|第三者に該当しない|第三者には?該当|次に掲げる場合"
)
_JOINT_PARTS = (
    (
        "items",
        words(
            r"項目|(?:共同(?:して)?利用(?:する|される)).{0,12}(?:個人情報|個人データ|データ"
            r"|情報)|氏名[、,・/]"
        ),
    ),
    (
        "scope",
        words(
            r"範囲|共同利用者|共同(?:して)?利用(?:を行う|する)(?:者|会社|法人)|グループ(?:会社"
            r"|各社|企業)|関連会社|子会社|加盟店"
        ),
    ),
    ("purpose", words(r"目的")),
    ("responsible", words(r"責任(?:を有する|を負う|者)|管理責任|責任主体")),
)


@check("privacy.joint-use", severity=Severity.MEDIUM, basis=Basis.STATUTE)
def joint_use(page: Page) -> Verdict:  # noqa: C901 - one question after the other
    """Where data is used jointly, the notice says what, by whom, for what and who answers for it.

    Why: Group companies are no third parties only if these points were published beforehand;
        otherwise passing them contacts needs everybody's consent.
    Fix: State the items, the joint users, the purpose, and name, address and representative of the
        one who is responsible.
    Source: Act on the Protection of Personal Information, art. 27(5)(iii)
    """
    content = _notice(page)
    if isinstance(content, Verdict):
        return content
    claims: list[Section] = []
    claim: Sentence | None = None
    for section in sections(content, Region.MAIN, Region.FORM):
        if _JOINT.search(section.heading) and not _JOINT_DENIED.search(section.text):
            claims.append(section)
            claim = claim or next(iter(section.sentences), None)
            continue
        for each in section.sentences:
            if not _JOINT.search(each.text) or _JOINT_DENIED.search(each.text):
                continue
            if _JOINT_STATUTE.search(each.text) and not re.search(
                r"(?:当社|弊社|当グループ|当行).{0,60}共同(?:して)?(?:で)?利用(?:します"
                r"|いたします|しております|しています|することがあります|する場合があります)",
                each.text,
            ):
                continue
            if re.search(r"共同(?:して)?(?:で)?利用(?:を)?(?:し|いた|行|す|させ)", each.text):
                claims.append(section)
                claim = claim or each
    if not claims:
        return not_applicable("No joint use is described.")
    text = "\n".join(f"{each.heading}\n{each.text}" for each in claims)
    # The parts are often headings of their own, right after the one that announces them.
    text += "\n" + _following(content, claims[0].block)
    missing = [name for name, pattern in _JOINT_PARTS if not pattern.search(text)]
    quotation = claim.quotation(0.85) if claim else quote(claims[0].heading, 0.8)
    said = claim.text if claim else claims[0].heading
    if not missing:
        return passed("All points of joint use are stated: “{quote}”", quote=said, said=quotation)
    if re.search(
        r"別途|別に定め|別紙|こちら|ページ(?:を|に)|公表(?:いた|し)|https?://|事前に.{0,10}(?:通"
        r"知|公表)",
        text,
    ):
        return review(
            "Joint use is described, its points perhaps elsewhere: “{quote}”",
            remedy=Text.of(
                "Look where it points to for items, users, purpose and responsible person."
            ),
            quote=said,
            said=quotation,
        )
    return failed(
        "Joint use lacks: {missing}. “{quote}”",
        missing=[_PART_NAMES[name] for name in missing],
        quote=said,
        said=quotation,
    )


_PART_NAMES = {
    "items": Text.of("items of data"),
    "scope": Text.of("joint users"),
    "purpose": Text.of("purpose"),
    "responsible": Text.of("responsible person"),
}


def _following(content: Content, block: int) -> str:
    """Return what goes on after a heading in headings of its own, as the parts of joint use."""
    parts: list[str] = []
    for each in content.blocks[block + 1 : block + 14]:
        points = any(pattern.search(each.text) for _, pattern in _JOINT_PARTS)
        if is_heading(each) and not points:
            break
        parts.append(each.text)
    return "\n".join(parts)


def _in_hidden(content: Content, pattern: Words) -> str | None:
    """Return what would have met a rule if it were shown."""
    for line in content.hidden.split("\n"):
        match = pattern.search(line)
        if match:
            return line[max(0, match.start() - 30) : match.end() + 60]
    return None


def _hidden(text: str) -> Verdict:
    return review(
        "It stands in text that is not shown when the page opens: “{quote}”",
        remedy=Text.of(
            "See in a browser whether people can open it, as behind a heading that unfolds."
        ),
        quote=text,
        said=quote(text, 0.4),
    )


# What no page shows


@check("privacy.staff-training", severity=Severity.LOW, basis=Basis.STATUTE)
def staff_training(account: Account) -> Verdict:
    """Those who use the platform know the rules for it.

    Why: Most leaks and unwanted mails begin with somebody who did not know: a list sent to the
        wrong audience, an export in a private folder.
    Fix: Instruct everybody with an account on data protection and mail law, once a year, and keep a
        record of it.
    Source: Act on the Protection of Personal Information, art. 24; Guidelines (General Rules) 10-4
    """
    if known(account.staff_trained):
        return passed("The users were instructed.", observed=True)
    return failed("The users were not instructed within the last year.", observed=False)


@check("privacy.leak-runbook", severity=Severity.LOW, basis=Basis.STATUTE)
def leak_runbook(account: Account) -> Verdict:
    """It is written down what to do when data leaks.

    Why: The first report to the authority is due within three to five days of noticing. Nobody
        finds out in that time who has to write it.
    Fix: Write down who decides, who reports to whom and by when, and rehearse it once a year.
    Source: Act on the Protection of Personal Information, art. 26; Enforcement Rules, art. 7 to 10
    """
    if known(account.leak_runbook):
        return passed("There is a runbook for leaks.", observed=True)
    return failed("There is no runbook for leaks.", observed=False)
