"""What sounds like a purpose of personal data, and names none."""

from __future__ import annotations

import functools
import re
from importlib import resources

from checks.notices.uses import ACT, FOR
from checks.wording.words import NEGATED, UNLESS, words


def names_work(text: str) -> bool:
    """Tell whether anything is left of a purpose without what every business could say of itself.

    Guidelines (General Rules) 3-1-1: “for our business” and “to improve services” name none.
    """
    left = _IN_GENERAL.sub(" ", _WHO.sub(" ", _WHEN_TAKEN.sub("", text))).lower()
    return bool(_SITE_MADE_BETTER.search(text)) or any(
        not _is_general(each) for each in _STEMS.findall(left)
    )


_SITE_MADE_BETTER = words(r"(?:サイト|ホームページ)の?[^。、]{0,6}(?:改善|改良|見直し)")
_STEMS = re.compile(r"[一-龥々ァ-ヶー]+|[a-zà-ÿ]+")
"""What a sentence is about; hiragana only bends it."""


def _is_general(run: str) -> bool:
    """Tell whether a run of letters is made of words of any business, one after the other."""
    ends = {0}
    for end in range(1, len(run) + 1):
        if any(run[start:end] in _words_of_any_business() for start in ends):
            ends.add(end)
    return len(run) in ends


@functools.cache
def _words_of_any_business() -> frozenset[str]:
    text = resources.files(__package__).joinpath("words_of_any_business.txt").read_text("utf-8")
    lines = text.splitlines()
    return frozenset(each for line in lines if not line.startswith("#") for each in line.split())


_WHEN_TAKEN = words(
    r"^[^。]{0,60}(?:の?際|とき|場合)に、?(?:お預かり|取得|収集|ご?提供|ご?登録|ご?記入|ご?入力|いただ|頂)[^。、は]{0,20}"
    r"(?:個人)?(?:情報|データ)[はを]、?(?=[^。]{0,24}(?:範囲|目的の))"
)
"""On what occasion data was taken, which is no purpose of it."""
_LEGAL_FORM = (
    r"(?:(?:株式|有限|合同|合資|合名)会社|(?:社団|財団|学校|医療|社会福祉|宗教|独立行政)法人)"
)
_WHO = words(
    rf"[^、。はがの\s]{{0,16}}{_LEGAL_FORM}[^、。はがの\s]{{0,16}}(?=は|が|の|で)"
    r"|^\W*(?:here )?(?:at )?(?-i:[A-Z][\w&.'’-]*(?: [A-Z][\w&.'’-]*){0,4})"
    r"(?=,? (?:we|will|may|us(?:es?|ing)|collects?|holds?|keeps?|exists?|aims?|strives?|is)\b)"
)
"""Names of those who use it."""
_IN_GENERAL = words(
    r"[一-龥ァ-ヶー]{0,8}(?:サービス|商品|製品|事業|業務|経営|営業)(?:全般|内容|品質|運営|活動)?の?"
    r"(?:質の?)?(?:向上|改善|充実|遂行|発展|拡大|強化|推進)"
    r"|[一-龥ァ-ヶー・]{1,12}の(?:さらなる|更なる|一層の)?(?:発展|飛躍|繁栄|高度化)"
    r"|(?:際|時|折)に?お?(?:知らせ|伝え|示し)し?た|受け継|[当弊本][ァ-ヶー]{2,8}(?=[のはがをで])"
    r"|(?:良い[一-龥ァ-ヶー・]{0,14}|価値|感動|安心|安全|信頼|笑顔|[一二三四五]つ)(?:を[ごお]?|お)届け"
    r"|(?:[一-龥ァ-ヶー]{1,14}(?:に|で|から|にて)、?)?ご?(?:記入|入力|登録|提出|提供)(?:いただ|頂|され)[いた]{1,2}"
    r"[^。、]{0,4}(?:情報|データ|内容)"
    r"|(?:よりよい|より良い|よい|良い)[^。、と]{1,12}(?:づくり|作り)"
    r"|(?:deliver|provid\w+) (?:our|the) services?|fulfil+(?:ing)? our obligations"
    r"|depending on how you \w+ with|keeping with|in the course of|what we do"
)
"""What says no more than its words, though one of them may."""


def tells_none(text: str) -> bool:
    """Tell whether a sentence is about something else than what personal data is used for."""
    text = without_promises(text)
    return bool(
        _TITLE_OF_ANOTHER.fullmatch(text.strip())
        or (
            _EXCEPTION.search(text)
            and not _USED_FOR_THAT.search(text)
            and not (ENUMERATED.search(text) and not _EXCEPTED.search(text))
        )
        or (_VAGUE_USE.search(text) and not _AND_ANOTHER.search(text))
        or _OF_THE_POLICY.search(text)
        or (ABSTRACT.search(text) and not FOR.search(text))
        or (NEGATED.search(text) and not UNLESS.search(text))
    )


def without_promises(text: str) -> str:
    """Return `text` without what it promises of purposes: that they are told, and no others."""
    return _TOLD.sub("", _NOTHING_ELSE.sub("", text))


ABSTRACT = words(
    r"利用目的(?:を|は)?.{0,10}(?:明確|明らか|特定|明示|通知|公表|できる限り|定め)|利用目的の?(?:"
    r"達成|範囲|変更)|(?:取得|収集|特定した)(?:した|時の)?.{0,6}目的の?範囲|目的外|範囲を超え"
)
_VAGUE_USE = words(
    r"目的(?:から|を)逸脱|有益な(?:形|かたち|方法)|有効に(?:利用|活用|使)"
    r"|定める範囲(?:内)?(?:に|で)|期待に反しない|誠実に(?:利用|使用|取り?扱)"
    r"|(?:明記|記載|明示|通知|特定|提示|お示し|集め|収集|取得|同意(?:いただ"
    r"|頂)い)[^。、]{0,8}(?:目的|理由)(?:の範囲|に限|の(?:ため|み)|で)"
    r"|(?:当|弊|本)[社会園院店](?:の|が行う)事業の?(?:ため|目的)"
    r"|目的の?範囲を超え|利用(?:する|の)必要が(?:生じ|あ)"
    r"|^\W*please (?:ask|contact|see|refer|read|check|visit)\b"
    r"|\b(?:specified|lawful|compatible)\b"
    r"|legitimate (?:business )?purposes|purposes? for which|see fit"
)
"""What says that there is a purpose, or that it is a good one."""
_OF_THE_POLICY = words(
    r"(?:本(?:基本)?(?:方針|ポリシー|規程)は|インシデント|情報資産)[^。]{0,90}目的と(?:し|する)"
)
"""What a policy is for, not the data."""
_AND_ANOTHER = words(rf"{ACT}[^。、]{{0,12}}(?:目的|ため)、?(?:また|及び|およ|並び|もしく)")
_EXCEPTION = words(
    r"法令(?!(?:に|の|上).{0,8}(?:対応|義務|手続|届出|遵守|履行|作成|保存|記録))"
    r"|生命|公衆衛生|国の機関|地方公共団体|裁判所|同意.{0,10}(?:なく|得ず)|第三者"
    r"|委託|共同(?:して)?利用|開示|利用停止|漏|安全管理|目的外|変更"
)
_NOTHING_ELSE = words(
    r"(?:これら|それ|その|上記|本来|当該"
    r"|この|前[条項]|(?:お?知らせ|お?伝え|お?示し|明示|特定|公表|通知)し?た)?(?:の)?(?:利用)?(?:目的)?以外(?:の(?:利用)?目的|の用途)?"
    r"(?:で|に|の|には).{0,16}(?:ません|ない)|(?:他|ほか"
    r"|別)の(?:利用)?目的(?:に|で)は?.{0,10}(?:ません|ない)"
    r"|(?<=[用い]し、)(?:利用)?目的外(?:に|で|の(?:利用|使用))は?.{0,10}(?:ません|ない)"
)
"""What is denied is every other use."""
_TOLD = words(
    r"利用目的(?:を|は|について)?.{0,16}(?:通知|公表|明示|明確|特定"
    r"|お知らせ|告知|明らか)(?:に?し|いたし|または|又は|する|を|の上|・)"
    r".{0,12}(?:(?:公表|通知|明示)(?:し|いたし))?"
)
"""That purposes are told, which tells none."""
_USED_FOR_THAT = words(
    r"(?:提供|案内|連絡|履行|維持|管理|対応|回答|発送)[^。]{0,16}(?:ため"
    r"|為|目的)(?:に|で)[、]?(?:のみ)?(?:利用|使用|活用)(?:し|いた|さ)"
)
"""An agent may say it of data that somebody entrusts; that is a purpose as well."""
_TITLE_OF_ANOTHER = re.compile(
    r"\W*(?:第?\d{1,2}[.．、)条]?\s*)?(?:(?:個人)?(?:情報"
    r"|データ)の(?:管理|開示|提供|取得|第三者)|安全管理|開示|第三者"
    r"|クッキー|お問い?合わ?せ|共同利用|contact us|security|joint use|third parties"
    r"|sharing|cookies?|changes?|children|your rights)[^。]{0,16}",
    re.IGNORECASE,
)
ENUMERATED = words(rf"(?:{ACT}[^。、,]{{0,8}}[、,・][^。]{{0,30}}){{2}}")
_EXCEPTED = words(r"第三者|同意|法令|裁判所|安全管理|目的外|公衆衛生")
"""A list of purposes may name a change of classes; what excepts names the law."""


def tells_what_is_collected(text: str) -> bool:
    """Tell whether a sentence tells which data is taken, and nothing of what for."""
    return bool(_COLLECTED.search(text)) and not _WHAT_FOR.search(text)


FORBIDDEN = words(
    r"(?:配信|郵送|送付|利用|受信|お?知らせ|ご?案内)[^。]{0,8}(?:止め|停止|解除|不要|お断り)|ご?遠慮(?:ください|下さい|願)|無断(?:で|転載|使用|複製)"
    r"|禁(?:止|じ)|お断り|\b(?:may|must) not\b|prohibited"
)
"""What readers are asked not to do."""
_COLLECTED = words(
    r"を?(?:収集|取得|お預かり|記録|保存)(?:し|いた|する|させ)[^。]{0,16}。?$"
    r"|を(?:お聞き|うかが|伺|いただ|頂|預か)[^。]{0,16}。?$"
    r"|^(?:when|if) you .{0,60}\bwe (?:receive|collect|get|store|ask for)\b"
    r"|\b(?:also )?(?:collects?|receives?|stores?) (?:your "
    r"|the )?(?:\w+ ){0,3}(?:name|e-?mail|address|ip\b|data)"
)
_WHAT_FOR = words(
    r"ため|為に|目的|使[いうわっ]|用い|利用|活用|[るうくすつむぶ]のに"
    r"|ように|\b(?:so|in order|for|to (?!us\b)[a-z]{3})"
)
