"""What a notice says of how data is kept safe."""

from __future__ import annotations

from checks.notices.notice import OF_OTHERS, told
from checks.wording import Sentence, first, words
from scanner.sdk import Content

SECURITY = words(
    r"(?<!食品の)(?<!製品の)(?<!施設の)(?<!衛生)(?<!交通)(?<!労働)安全管理|安全(?:に|な|かつ).{0,12}(?:管理|保管|保護)|(?:漏え?い|漏洩|滅失|き損|毀損"
    r"|紛失|流出|改ざん|盗難).{0,50}(?:防|対策|措置|ないよう|未然|予防)|不正(?:な)?アクセス.{0,40"
    r"}(?:防|対策|ないよう)"
    r"|(?:紛失|破壊|漏れ|持ち出し).{0,24}(?:予防|防|ないよう|禁)|施錠|鍵(?:つき|付き|の(?:つい|付い|かか))|鍵をかけ"
    r"|パスワード(?:を|で)[^。]{0,4}(?:かけ|守|保護)|アクセス(?:権限?|制限|制御)?(?:の|を|は)[^。]{0,16}(?:限|制限|制御)"
    r"|ウイルス対策|ファイア.?ウォール|守秘義務|入退室"
    r"|個人情報[^。]{0,40}(?:従業[者員]|社員|職員|スタッフ)[^。]{0,16}(?:教育|研修)"
    r"|(?:見られる|見ることが?できる|扱える|アクセスできる)のは[^。]{0,24}(?:だけ|のみ|限)|セキュリティ[^。]{0,8}(?:研修|教育)"
    r"|指紋(?:で|認証)|顔認証|生体認証|多要素|二段階認証|(?:ハードウェア|セキュリティ)キー|持ち?出し(?:の)?(?:制限|禁止)"
    r"|(?:アクセス|閲覧)?権限?の?(?:設定|限定|見直)|持ち出さず|執務区画|耐火|不正ログイン|トークン化|ログ管理"
    r"|two-factor|two-step|multi-?factor|hardware (?:key|token)s?|passkeys?|penetration test"
    r"|access reviews?|\blocked\b|one-time code|pledge of secrecy|\bNDAs?\b"
    r"|confidentiality (?:undertaking|agreement|pledge)|firewall|over https"
    r"|\baccess\b.{0,40}\b(?:restricted|limited)"
    r"|セキュリティ.{0,24}(?:対策|措置|確保|強化|保護|維持|システム)|安全対策|安全性.{0,10}(?:確保"
    r"|保(?!証))|暗号(?:化|に|で)|(?<![A-Za-z])(?:SSL|TLS)(?![A-Za-z])"
    r"|(?:security|safeguard|technical and organi[sz]ational|protect).{0,60}(?:measure"
    r"|safeguard|data|information|access|loss)|encrypt"
    r"|\bstor\w*.{0,30}\bsecurely\b|\bsecurely\b.{0,20}\bstor"
    r"|\bsecure (?:server|storage|connection|database)"
)
_PERHAPS_SECURITY = words(
    r"金庫|書庫|保管庫|サーバー?(?:室|ルーム)|バックアップ|ロック(?:を|し|さ)|監視カメラ|二重|本人確認.{0,8}厳"
    r"|以外[^。]{0,12}(?:見る|見ら|見え|触)|秘密(?:を|の)(?:守|保)|守秘|(?:安全|セキュリティ)[^。]{0,6}(?:注意|配慮|留意)"
)
_SECURITY_IN_ENGLISH = words(
    r"secur|protect|\bsafe|lock|encrypt|confidential|guard|password|secre|unauthori[sz]ed"
)
_VAGUE_SECURITY = words(
    r"(?:厳重|適切|適正|厳正|慎重|大切|しっかり)(?:に|な|かつ|と).{0,14}(?:管理|保管)|漏れ(?:の|が)?ない|漏らさないよう"
    r"|(?:他|ほか)の(?:人|方|者)[^。]{0,12}見(?:られ|え)な"
)


def measure(content: Content) -> Sentence | None:
    """Return the sentence that names a measure."""
    return first(told(content), SECURITY)


def perhaps_in_english(content: Content) -> Sentence | None:
    """Return an English sentence that may speak of keeping data safe."""
    return first(told(content), _SECURITY_IN_ENGLISH, OF_OTHERS)


def vague_promise(content: Content) -> Sentence | None:
    """Return the sentence that promises care, and names no measure."""
    return first(told(content), _VAGUE_SECURITY)


def perhaps_a_measure(content: Content) -> Sentence | None:
    """Return a sentence that may name a measure, in words of its own."""
    return first(told(content), _PERHAPS_SECURITY)
