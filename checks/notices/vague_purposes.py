"""What sounds like a purpose of personal data, and names none."""

from __future__ import annotations

from checks.wording.words import words


def names_work(text: str) -> bool:
    """Tell whether anything is left of a purpose without what every business could say of itself.

    Guidelines (General Rules) 3-1-1: “for our business” and “to improve services” name none.
    """
    general = _OF_ANY_BUSINESS_EN if text.isascii() else _OF_ANY_BUSINESS
    return bool(general.sub("", _WHEN_TAKEN.sub("", text)))


def tells_what_is_collected(text: str) -> bool:
    """Tell whether a sentence tells which data is taken, and nothing of what for."""
    return bool(_COLLECTED.search(text)) and not _WHAT_FOR.search(text)


_WHEN_TAKEN = words(
    r"^[^。]{0,60}(?:の?際|とき|場合)に、?(?:お預かり|取得|収集|ご?提供|ご?登録|ご?記入|ご?入力|いただ|頂)[^。、は]{0,20}"
    r"(?:個人)?(?:情報|データ)[はを]、?(?=[^。]{0,24}(?:範囲|目的の))"
)
"""On what occasion data was taken, which is no purpose of it."""


FORBIDDEN = words(
    r"ご?遠慮(?:ください|下さい|願)|無断(?:で|転載|使用|複製)"
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


_OF_ANY_BUSINESS = words(
    r"(?:個人|お?客[様さま]*|会員|顧客|登録|利用者)の?(?:情報|データ)|情報|データ"
    r"|(?:当|弊|本|自)[一-龥]{1,2}(?!人)|私(?:たち|ども)|お?客[様さま]*"
    r"|皆(?:様|さま)|みなさま|利用者|会員|ユーザー|ご?本人"
    r"|[一-龥ァ-ヶー]{0,8}(?:サービス|商品|製品|事業|業務|経営|営業)(?:全般|内容"
    r"|品質|運営|活動)?の?(?:質の?)?(?:向上|改善|充実|遂行|発展|拡大|強化|推進)"
    r"|サービス(?:全般|内容)?|商品|製品|事業|業務|活動|運営|運用|経営"
    r"|営業|体験|満足度?|利便性|品質|目的|範囲|必要|場合|関連|諸々?"
    r"|向上|改善|充実|提供|遂行|達成|発展|利用|使用|活用|取得|収集|取り?扱|取扱|用い|役立"
    r"|付随|追求|信頼|関係|構築|維持|レベル|高め|営[むみ]|(?:会員|お客|利用者)(?:様|さま)"
    r"|(?:際|時|折)に?お?(?:知らせ|伝え|示し)し?た"
    r"|他|協会|本会|組合|財団|団体|本来|用途|正当|最良|最善|最高|高品質|期待|価値|適正|適切|適法|有効|公正|合理|円滑|最適|快適|大切|良|喜|楽|特定|法令|同意"
    r"|マーケティング(?:活動)?|公表|通知|明示|定め|及び|並びに|入力|登録|手段"
    r"|方法|台帳|名簿|仕事|当該|以|下|上記|各号|次|内|外|時|示|従|業|使|沿|関|聞|応|預|得"
    r"|[ぁ-ん、。・,()\s\d\W]+|当ホームページ|ホームページ|サイト|ウェブ"
)
"""What every business could say of itself."""
_OF_ANY_BUSINESS_EN = words(
    r"^\W*(?-i:[A-Z][\w&.'-]*(?: [A-Z][\w&.'-]*){0,4})(?= (?:will |may )?us)|"
    r"\b(?:we|us|you|our|your|the|this|that|these|those|it|its|a|an|any"
    r"|all|such|only|may|will|can|might|would|require|certain|them|their"
    r"|to|for|of|in|on|at|by|with|as|and|or|from|into|while|when|where"
    r"|which|so|both|other|course|connection|brand|permitted|laws?|shall|achieve|notified|published"
    r"|persons?|concerned|line|objectives?|make|they|own|give|giving|have|valid|lawful|proper|general|internal|also|better|good|great|best"
    r"|possible|more|new|within|scope|extent|accordance"
    r"|personal(?:ly)?|identifiable|information|data"
    r"|details|collect(?:ed|ing)?|process(?:ed|ing)?|us(?:e"
    r"|ed|ing)|purposes?|hold|keep|need(?:ed)?|necessary|appropriate|relevant|reasonable|legitimate"
    r"|provid(?:e|ing)|provision|deliver(?:y|ing)?|improv(?:e"
    r"|ing|ement)s?|enhanc(?:e|ing)|maintain(?:ing)?"
    r"|operat(?:e|ing|ions?)|run(?:ning)?|support(?:ing)?"
    r"|offer(?:ing)?|develop(?:ing|ment)?|grow(?:th)?|serv(?:e|ing)"
    r"|services?|products?|experiences?|business(?:es)?|interests?"
    r"|activit(?:y|ies)|quality|needs|website|site|app(?:lication)?"
    r"|platform|request(?:ed)?|be|is|are|described|policy|company"
    r"|customers?|users?|visitors?|everyone|i|me|my)\b|[\W\d_]+"
)
