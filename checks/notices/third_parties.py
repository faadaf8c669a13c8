"""What a notice says of giving personal data to others, and on what ground.

Source: Act on the Protection of Personal Information, art. 27: others get data with the person's
consent, where one of the exceptions of (1) holds, or by the opt-out of (2); who is entrusted with
it, or uses it jointly, is no third party (5).
"""

from __future__ import annotations

import re

import msgspec

from checks.notices.giving import (
    ADDRESSED,
    AT_WILL,
    COMPLIANCE,
    CONSENT,
    GIVEN,
    HAND,
    LIMIT,
    PROMISE,
    STOPPING,
    STRONG,
    TO_THE_PERSON,
    groundless,
    names_who,
    tells,
    without_pretext,
)
from checks.notices.notice import OF_OTHERS, main, told, topics, under
from checks.wording.sentences import Section, Sentence, first
from checks.wording.texts import once
from checks.wording.words import NEGATED, Bilingual, words
from scanner.sdk import Content

_KEPT = words(
    r"(?:第三者|他社|外部)(?:への)?(?:の)?(?:情報)?提供\s*[:：]?\s*(?:なし|無し|ありません|(?:いた|致)?しません|行いません|しない)|"
    r"(?:個人(?:情報|データ)|お客様(?:の)?情報)(?:を|について).{0,30}(?:開示|販売|貸し?出|譲渡|提供|公開|漏ら)"
    r"[^。]{0,40}(?:(?:いた|致)?しません|(?:あり|ござい|行い)ません|することはない)"
    r"|(?:だれ|誰|他人|他者|他社|他の?[^。、]{0,8}|ほかの?[^。、]{0,8}|社外|外部?|どこ|第三者|業者|[^。、]{1,8}以外の(?:者|方|人))"
    r"[^。、]{0,6}(?:に|へ)[もは]?[^。]{0,24}(?:渡|わた[しすさ]|送|出す|(?<!持ち)出し|明か|譲|貸|見せ|見られ|知らせ|知られ|教え|売|漏|公開|提供|開示|話[しす])"
    r"[^。]{0,16}(?:ません|ない(?!と|場合|よう)|ず|禁)"
    r"|(?:聞かれ|尋ね|問い?合わ?せ|頼まれ|求められ|照会|電話)[^。]{0,36}(?:答え|教え|言い|話し|申し|明か|知らせ|出し|応じ|伝え)[^。]{0,12}(?:ません|ない(?!と)|ぬ|かねます)"
    r"|(?:横流し|口外|売り買い)[^。]{0,14}(?:ません|ない(?!と)|厳禁|ず|断り)|門外不出|(?:外|よそ)に(?:は)?出(?:る|ない|ません|まわ|回)[^。]{0,8}(?:ません|ない)"
    r"|\b(?:not|never|n['’]t) (?:(?:ever|also|use,?) )?(?:sell|share|rent|trade|give|disclose"
    r"|pass|lend"
    r"|hand|reveal)|\b(?:nobody|no ?one)(?: else)?\b.{0,20}\b(?:gets?|sees?|receives?|has access)"
    r"|\bto (?:nobody|no ?one)\b|\b(?:data|details|lists?|names?|messages"
    r"|everything) (?:(?!when|you)\w+ ){0,2}stays? (?:with us|in-house|between)"
    r"|\bnothing\b.{0,30}\bleaves (?:us|our|the|this)\b|\bno (?:list )?(?:sharing|rental|selling)\b"
)
NOT_GIVING = words(
    r"第三者(?:配信|による|の(?:権利|著作|サイト|ウェブ)|が(?:提供|運営)|から(?:の)?(?:提供"
    r"|取得|アクセス))|第三者提供の?記録|第三者提供[^。]{0,10}(?:書|様式|言葉)"
    r"|third-party (?:cookies|ads|websites|links)"
    r"|\b(?:records?|suspension|cessation) of (?:the )?(?:provision|disclosure)"
)
_GROUND = words(
    r"同意|承諾|了解|法令|法律|裁判所|捜査|命令|除|委託|オプトアウト|consent|law|legal"
    r"|except|unless|only|process"
)
_RELATED = words(
    r"(?:委託先|提携先|グループ会社|関連会社|協力会社|外部)(?:の[^。]{0,12})?(?:に|へ)[^。]{0,30}"
    r"(?:提供|開示|預け|渡)|(?:提供|開示)[^。]{0,16}(?:委託|共同利用)|(?:他|外部|社外)(?:の[^。]{"
    r"0,8})?(?:に|へ)[^。]{0,16}(?:提供|開示|公開|漏ら)|processors?|sub-?contract"
    r"|\bshar(?:e|es|ed|ing)\b.{0,60}\bwith\b(?! (?:you|us)\b)|\b(?:goes|go|sent"
    r"|passed) to (?:our|the)\b"
    r"(?! (?:office|commission|authority|regulator|ombudsman|court))"
)
_PERHAPS_GIVEN = words(
    r"(?:他|外|[会当]?社|院|師|所|会|店|団体|企業|(?<!行政)機関|業者|メーカー|警察|関係者|取引先)(?:等|など)?(?:に|へ)[^。]{0,20}(?:伝え|渡|預け|送[りるっ付]|知らせ|提供|共有"
    r"|公開|見せ)|口外|(?:渡|見せ|共有)[^。]{0,10}(?:相手|先)|(?:捜査|警察|裁判所|令状|司法)[^。]{0,40}(?:応じ|協力|提供|開示)"
    r"|\b(?:passed on|handed over|given to)\b|\bdisclosed to\b"
)
_LEADING_AWAY = words(r"リンク|バナー|移動(?:先|され|する)|遷移|外部サイト")

# Who gives what to whom, and when: the parts of a sentence in words of its own.
_ONLY_WITH = words(
    rf"{CONSENT}[^。]{{0,40}}{HAND}(?!(?:いただ|頂|くださ|下さ))"
    rf"|{HAND}[^。]{{0,24}}(?:は|場合|とき|際)[^。]{{0,16}}{CONSENT}"
    rf"|法(?:令|律)[^。]{{0,24}}(?:ところ|場合|定め|求め|以外|よる)[^。]{{0,24}}{HAND}(?!(?:いただ|頂|くださ|下さ))"
)
"""Data goes to others with consent, or where the law says so, in whatever words."""
_AMENDED = words(r"変更|改[定訂]")
_GIVEN_HEADING = words(
    r"第三者|外部への提供|お?渡しする相手|提供先|提供しない|(?:外|他人|他社|よそ)(?:へ|に|への)[^。]{0,6}(?:出す|出し|見せ|渡|提供|情報提供)"
    r"|passing on|who (?:else )?(?:sees|gets)|sharing|with whom|recipients"
)
_ON_GROUND = words(
    rf"{CONSENT}|法(?:令|律)(?!を)|\bconsent|\blaw|statute|\bcourt|unless|except|\bonly\b"
)
_ASKED = words(
    r"(?:だれ|誰|どこ|どなた|ほか|他|外|よそ|第三者|業者)[^。]{0,14}(?:渡|見せ|教え|提供|伝え|出[すしる]|知らせ|知る|見[るて]|売|回|漏|もら|共有|開示)[^。]{0,14}(?:か。)?$"
    r"|^\W*(?:お?渡し(?:先|する)|提供先|共有先|見せる相手)"
    r"|\bwho (?:else )?(?:gets?|sees?|reads?|knows?|receives?|has)\b|\b(?:talk|give|tell|show"
    r"|pass|sell)\b"
    r".{0,16}\b(?:anyone|others|people)\b|^\W*(?:sharing|shared with|recipients?|disclosures?)\b"
    r"|(?:that|what) leaves\b|\bpass(?:ed|ing)? (?:it |them )?on\b|\bwith whom\b"
)
"""A title or a question, which what follows answers."""
_ANSWERED = Bilingual(
    r"ません|ない|なし|以外|のみ|だけ|会社|業者|銀行|機関|警察|裁判所|税務署|法(?:令|律)|同意|承諾",
    r"\b(?:nobody|no ?one|none|never|not|only|courts?|police|couriers?|insurers?|banks?|accountant"
    r"|law|consent|compan(?:y|ies)|provider)\b",
)


class Given(msgspec.Struct, frozen=True, gc=False):
    """What a notice says of giving data to third parties."""

    said: Sentence | None = None
    """That it is not given, or on what ground."""
    confidence: float = 0.0
    named: Sentence | None = None
    """To whom it is given, and no more."""
    groundless: Sentence | None = None
    """That it is given, where no ground is named."""


@once
def given(content: Content) -> Given:
    """Return what `content` says of giving data to third parties."""
    found = [each for each in told(content) if _is_of_giving(each.text)]
    for each in found:
        if (
            NEGATED.search(plain := without_pretext(each.text))
            or _KEPT.search(plain)
            or _GROUND.search(plain)
        ) and not groundless(each.text):
            return Given(each, 0.9)
    for each in told(content):
        if tells(each.text) and not (
            OF_OTHERS.search(each.text) or TO_THE_PERSON.search(each.text)
        ):
            return Given(each, 0.75)
    if found and _GROUND.search(COMPLIANCE.sub("", beside(content, found[0]))):
        return Given(found[0], 0.8)
    for each in told(content):
        if groundless(each.text):
            return Given(groundless=each)
    for each in told(content):
        if names_who(each.text) and not OF_OTHERS.search(each.text):
            return Given(named=each)
    return Given()


def _is_of_giving(text: str) -> bool:
    text = STOPPING.sub("", text)
    return bool(
        GIVEN.search(text)
        and not OF_OTHERS.search(text)
        and not (ADDRESSED.search(text) or TO_THE_PERSON.search(text))
        and not (NOT_GIVING.search(text) and not re.search(r"第三者(?:に|へ)", text))
    )


def beside(content: Content, claim: Sentence) -> str:
    """Return what is said of the same matter: all of its section, or the next sentences."""
    for section in topics(content):
        texts = [each.text for each in section.sentences]
        if claim.text in texts and any(each.block == claim.block for each in section.sentences):
            place = texts.index(claim.text)
            near = texts[place:][:CONDITIONS]
            if GIVEN.search(section.heading):
                near = texts
            elif _promised(claim.text) and not LISTS.search(claim.text):
                near = []
            return "\n".join(each for each in near if each != claim.text)
    return ""


LISTS = words(r"次の|以下|下記|各号|場合|ただし|但し|:")
CONDITIONS = 9
"""Sentences in which the conditions of giving data may be listed, the first included."""


def kept(content: Content) -> Sentence | None:
    """Return the sentence that says that nobody is given the data, in other words."""
    return first(main(content), _KEPT, OF_OTHERS, ADDRESSED) or first(
        told(content), _ONLY_WITH, OF_OTHERS, ADDRESSED, _AMENDED, TO_THE_PERSON
    )


def answered(content: Content) -> Sentence | None:
    """Return the answer to the question who is given the data, or what stands under it."""
    row = main(content)
    below = {(each.text, each.block) for each in told(content)}
    for place, each in enumerate(row):
        if len(each.text) > _QUESTION or not _ASKED.search(each.text):
            continue
        for answer in row[place + 1 :][:_ANSWERS]:
            if _ASKED.search(answer.text) or (answer.text, answer.block) not in below:
                break
            said_so = COMPLIANCE.sub("", answer.text)
            if _ANSWERED.search(said_so) and not (
                groundless(said_so) or AT_WILL.search(said_so) or PROMISE.search(said_so)
            ):
                return answer
    return None


_QUESTION = 48
"""Characters; a title or a question has no more."""
_ANSWERS = 3
"""Sentences after a question that may answer it."""


def _promised(text: str) -> bool:
    """Tell whether `text` promises care, which is no ground to give data to others."""
    return bool(PROMISE.search(text))


def related(content: Content) -> Sentence | None:
    """Return the sentence on entrusting data, or sharing it."""
    return first(main(content), _RELATED, _LEADING_AWAY)


def given_under(content: Content) -> Section | None:
    """Return the section on third parties in which a ground, or a denial, stands."""
    for title, ground in ((GIVEN, _GROUND), (_GIVEN_HEADING, _ON_GROUND)):
        section = under(content, title)
        if section and (
            NEGATED.search(section.text) or ground.search(COMPLIANCE.sub("", section.text))
        ):
            return section
    return None


def listed_under(content: Content) -> Sentence | None:
    """Return the title over a list of outsiders who are given data, on no ground."""
    for title in (GIVEN, _GIVEN_HEADING):
        section = under(content, title)
        if (
            section
            and not any(each.text.endswith("。") for each in section.sentences)
            and _OUTSIDERS_LISTED.search(section.text)
            and not any(
                reason.search(section.text)
                for reason in (_ON_GROUND, LIMIT, STRONG, NEGATED, _PROCESSED)
            )
        ):
            return Sentence(section.heading, section.block, section.heading)
    return None


_OUTSIDERS_LISTED = words(
    r"広告(?:主|会社|代理店|事業者)|スポンサー|協賛|取引先|提携|調査会社|名簿|出資|パートナー|(?:関係|関連)(?:会社|団体)"
    r"|\b(?:sponsors|advertis\w+|(?:business )?partners|brokers|marketers|investors|affiliates)\b"
)
_PROCESSED = words(
    r"委託|配[送達]|発送|決済|支払|印刷|目的|共同|お届け|process|deliver|payment|purpose"
)
"""Who does a part of the work is no third party; and what it is for may be a ground."""


def promised_under(content: Content) -> Sentence | None:
    """Return the promise that is all that stands under a title on third parties."""
    section = under(content, GIVEN)
    if section and not _GROUND.search(COMPLIANCE.sub("", section.text)):
        return first(list(section.sentences), PROMISE)
    return None


def perhaps_given(content: Content) -> Sentence | None:
    """Return a sentence that may speak of giving data to others, in words of its own."""
    return first(told(content), _PERHAPS_GIVEN, _LEADING_AWAY, TO_THE_PERSON)
