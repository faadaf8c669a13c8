"""What kind of mail it is: advertising, an answer to an order, or one person writing to another."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from enum import StrEnum

from checks.correspondence import japanese, opt_out_of, was_sent
from checks.likeness import degree
from checks.wording import Bilingual, once, words
from scanner.sdk import Content, Link, Message, known


class Kind(StrEnum):
    """What a mail is for."""

    ADVERTISING = "advertising"
    TRANSACTION = "transaction"
    """It serves a contract or a request of the reader: receipts, codes, notices."""
    PERSONAL = "personal"
    """One person answers another."""
    UNCLEAR = "unclear"


_TRANSACTION = Bilingual(
    r"ご?注文.{0,10}(?:ありがとう|確認|確定|内容|番号|完了|承り|受付|受け付け)|(?:発送|出荷|配送)(?:手配)?.{0,6}"
    r"(?:完了|のお?知らせ|いたしました|しました|のご?連絡)|(?:配送|お届け)(?:状況|予定)|パスワード.{0,1"
    r"2}(?:再設定|リセット|変更|再発行|初期化)|(?:認証|確認|検証)(?:コード|番号)|ワンタイム"
    r"|(?:本|仮)登録|(?:会員|ユーザー?|アカウント|製品|購読)登録.{0,10}(?:完了|ありがとう|受付|手続|のお?知らせ|の?確認)"
    r"|(?:登録|申込|お申し?込み|変更|手続き?|お?支払い?|決済|退会|解約|購読|配信停止|登録解除|キャンセル)"
    r"(?:の|が|を)?(?:お?手続き?|処理)?(?:の|が|を)?(?:完了|受付|受け付け|承り|しました|されました)"
    r"|ご?予約.{0,8}(?:完了|確認|内容|を承|受付|確定)|ご?請求|領収|お?引き?落とし"
    r"|ご?入金|ご利用明細|お?問い?合わ?せ.{0,8}(?:ありがとう|受け付け|受付|いただき|内容)"
    r"|(?:自動返信|自動送信|自動配信)|ログイン(?:がありました|通知|されました|のお?知らせ)"
    r"|(?:メンテナンス|障害).{0,8}(?:のお?知らせ|の?ご案内|実施|発生|復旧)"
    r"|(?:規約|ポリシー).{0,8}(?:改定|変更|改訂)|メールアドレス.{0,6}(?:変更|確認)"
    r"|二段階認証|不正アクセス|本人確認",
    r"order (?:confirm|number|#|received|has shipped|summary)|your (?:order|receipt|invoice|booking"
    r"|reservation|password|payment|account)|\breceipt\b|\binvoice\b|password (?:reset|help|change)"
    r"|reset your password|verif(?:y|ication)|confirm your (?:e-?mail|account|subscription"
    r"|registration)|(?:security|usage|billing|account) (?:alert|code)|approaching your|will expire"
    r"|one-time|has been shipped|payment (?:received|failed|reminder)|activate your account"
    r"|\bbestell(?:ung|ing|bestätigung)\b|\brechnung\b|\bauftragsbestätigung|\bcommande\b"
    r"|\bfacture\b"
    r"|\bpedido\b|\bfactura\b|\bordine\b|\bfattura\b|\bfactuur\b|\bfatura\b"
    r"|(?:scheduled|planned|emergency) (?:maintenance|downtime|outage)|service (?:disruption"
    r"|interruption|outage)|incident report"
    r"|passwort|mot de passe|contraseña|wachtwoord|welcome to your account|terms of service"
    r"|unsubscri(?:ption confirmed|bed successfully)",
)
_OPENS_WITH = Bilingual(
    r"(?:ご?注文|ご?購入|お?申し?込み?|お?支払い?|お?手続き?|ご?予約|ご?応募|ご?契約|ご?入金|ご?返金|ご?来店予約"
    r"|解約|退会|キャンセル|決済|発送|出荷|配送|お届け|変更|お?問い?合わ?せ|再設定|登録|処理|参加申込)"
    r"(?:内容|手続き?|処理|手配|依頼|状況|情報|者?様?|番号)?(?:は|が|を|の|に|も)?.{0,12}?(?:完了|受け付け|受付"
    r"|承り|確定|確認(?:でき|いたし|しま)|問題が発生|失敗|できませんでした|のお?知らせ|のご?連絡)"
    r"|(?:発送|出荷|返金|解約|変更|更新|手配|登録|受付)を?(?:いたし|致し|し|され)ました|ご注文(?:され|いただいた)"
    r"|(?:ご?注文|お?買い?上げ|お?問い?合わ?せ|お?申し?込み?|ご?予約)(?:を|いただ|頂|くださ|下さ|賜).{0,20}"
    r"(?:ありがとう|有り?難う|御礼|お礼)"
    r"|パスワード.{0,14}(?:再設定|変更|再発行|リセット|初期化)|(?:認証|確認|検証)(?:コード|番号)|ワンタイム"
    r"|(?:本|仮)登録|ご利用明細|(?:ご請求|領収)(?:書|金額|内容|額|のご案内)|ログインがありました|不正アクセス"
    r"|ご(?:参加|出席|受講|来場)を?(?:いただ|頂|くださ|下さ).{0,24}(?:ありがとうございました|御礼|お礼申)"
    r"|(?:お申し?込み|ご予約|ご登録)(?:いただ|頂)(?:いた|いて|き).{0,20}(?:セミナー|イベント|説明会|講座)"
    r"|(?:明日|本日|いよいよ).{0,12}開催の.{0,60}(?:最終|参加者|ご参加(?:の|される))"
    r"|(?:自動返信|自動送信|自動配信)(?:メール|です|で|に|され)|メールアドレス.{0,6}(?:変更|確認)|二段階認証|本人確認",
    r"order (?:confirm|number|#|received|has shipped)|your (?:order|receipt|invoice|booking"
    r"|reservation|payment) (?:has|is|was|of|for|#|number|from|will)|thank(?:s"
    r"| you) for (?:your (?:order|purchase"
    r"|payment|booking)|signing up|registering|purchas)|(?:reset|change|recover"
    r"|create)\w* (?:your|the|a new)"
    r"(?: [\w ]{1,30})? password|password reset|verification (?:code|link)|(?:verify|confirm"
    r"|activate) your"
    r" (?:e-?mail|account|address|subscription|registration)|(?:security|billing) (?:alert|code)"
    r"|has (?:been )?shipped|card ending|been charged|\breceipt\b|\binvoice\b|one-time (?:code"
    r"|pass)"
    r"|(?:request|asked) to unsubscribe|payment (?:received|failed|method)|approaching your"
    r"|will expire|updated? (?:to )?our terms",
)
"""What the first lines of a mail say that tells of the reader's own order or request."""
_ANSWERS_AN_ORDER = Bilingual(
    r"(?:この度|このたび|先ほど|先程).{0,40}(?:ご?注文|ご?購入|お?申し?込み?|お?支払い?|お?問い?合わ?せ|登録|ご?予約"
    r"|ご?応募|ご?契約|お?買い?上げ).{0,16}(?:いただ|頂|ありがとう|有り?難う|くださ|下さ|賜)"
    r"|(?:ご?注文|お?申し?込み?|ご?予約|お?問い?合わ?せ)(?:内容)?を?.{0,12}(?:受け付け|受付|承り)(?:いたし|致し|し|まし)"
    r"|(?:会員|ユーザー?|アカウント)登録を?(?:いただ|頂|くださ|ありがとう|が完了)"
    r"|(?:購入|落札|取引|出品)(?:が|を|の)?(?:完了|成立|され)",
    r"thank(?:s| you) for (?:your (?:order|purchase|payment|booking))|your order (?:has"
    r"|is) (?:been )?"
    r"(?:shipped|confirmed|received|on its way|complete)|(?:this is|here is|here's) (?:an? "
    r"|your |the )?(?:invoice"
    r"|receipt)|(?:re)?set your password|password reset|unable to (?:process|charge)"
    r"|(?:could ?n['’]t|could not) (?:process|charge) your|payment (?:is|was) (?:due|declined"
    r"|overdue)"
    r"|verification code|been charged|account ending",
)


def _each(phrases: str) -> list[str]:
    return phrases.split("|")


_LOUD = (
    # Japanese
    r"セール(?!ス)",
    r"ポイント(?:\d|アップ|プレゼント|還元)",
    r"\d\s?%\s?(?:off|オフ|引)",
    r"フェア(?!ウェイ)",
    r"資料(?:ダウンロード|請求)",
    r"無料(?:体験|相談|トライアル|ご?招待|お?試し|モニター|プレゼント|診断)",
    r"先行(?:予約|販売|案内)",
    r"vol\.\s?\d",
    r"第\d+号",
    r"申し?込み受付中",
    r"[春夏秋冬]号",
    r"買い?得",
    *_each(
        "キャンペーン|クーポン|値引|特価|新商品|新製品|新発売|新作|新着|入荷|メルマガ"
        "|メールマガジン|ニュースレター|セミナー|ウェビナー|説明会|展示会|ホワイトペーパー"
        "|プレゼント|今だけ|お見逃し|読み物|コラム|【pr】|広告|導入事例|号外|先着"
        "|モニター募集|体験会|内覧会|見学会|相談会|販売中|送料無料|大募集|福袋|バックナンバー"
        "|編集後記|週刊|月刊|オープン記念|ギフト券"
    ),
    # English
    r"\bsale\b",
    r"\d% (?:off|discount)",
    r"new arrivals?\b",
    r"free (?:trial|shipping|guide|ebook|gift)",
    r"what['’]?s new",
    r"don['’]t miss",
    r"save \$?\d",
    r"we(?: really)? miss you",
    r"(?:buy|order|claim|act|get it|upgrade) (?:now|today)",
    r"(?:last|final) chance",
    r"lowest (?:offer|price)",
    r"best ?seller",
    r"you(?:['’]ve| have) won",
    r"(?:this|our|great|latest|best|your) offers?\b",
    r"what you['’]?ve missed",
    r"claim (?:your|my)\b",
    r"view (?:this |it )?(?:e-?mail |mail )?(?:in|online)(?: an?| your)? ?(?:web )?browser",
    *_each(
        "newsletter|webinar|special offer|discount|limited time|shop now|promo|register now"
        "|black friday|coupon|advertisement|gift card|now on sale|free quote|instant quotes"
        "|new season|top destinations|refer a friend|since you last|airdrop|digest"
    ),
)
"""What advertising says, in lower case."""
_LISTS = {"メルマガ", "メールマガジン", "ニュースレター", "newsletter"}
"""What formalities about a list say as well as its issues do."""
_QUIET = (
    r"ぜひ(?:お|ご|この|一度)",
    r"プラン(?!ナー)",
    r"円(?:から|~|〜)",
    r"通信(?!販売|エラー|機器|障害|費|会社|教育|回線|環境|量)",
    r"取り?揃え",
    *_each(
        "無料で|ご紹介|ランキング|開催|限定|のご案内|特集|おすすめ|オススメ|発売|応募|便り"
        "|マガジン|定期便|ラインナップ|新登場|今すぐ|いますぐ|豊富に|人気の|好評|求人|割引"
        "|特典|続きを読む|もっと見る|お得|受付開始"
    ),
    r"\bdeals?\b",
    r"introduc(?:e|ing)\b",
    r"(?<!un)subscribe\b",
    r"\$\d",
    r"collections?\b",
    r"(?:learn|find out) more",
    r"our (?:new|latest)\b",
    *_each(
        "exclusive|this week|this month|read more|come back|get started|follow us|discover"
        "|explore|featured|trending|stay in touch|prize|winner|survey|upgrade to|choose me"
        "|have a look|column"
    ),
)
"""What advertising says, and other mails too."""


def _said(low: str, alternatives: tuple[str, ...]) -> set[str]:
    """Return which of `alternatives` are in a text in lower case.

    Most of them are words, which are looked for as such; that is a hundred times faster.
    """
    return {
        each
        for each in alternatives
        if (each in low if (found := _compiled(each)) is None else found.search(low))
    }


@functools.cache
def _compiled(alternative: str) -> re.Pattern[str] | None:
    """Return `alternative` as a pattern, unless it is but words."""
    return re.compile(alternative) if set(alternative) & set("()?[]\\|+") else None


_MARKED = words(r"未承諾広告|^\s*(?:\[|【)(?:広告|PR|AD)")
_REGARDLESS = Bilingual(
    r"(?:停止|解除|拒否|希望(?:し|され)(?:ない|ていない)).{0,20}(?:方|お客様|会員様?|皆様)に(?:も|対しても|関わらず)"
    r".{0,24}(?:送|配信|届け|案内|連絡|知らせ)|(?:停止|解除)(?:でき|いただけ)ません",
    r"regardless of your .{0,30}preferences|(?:can ?not|can['’]t|unable to) (?:opt|unsubscribe)"
    r"|(?:mandatory|required) (?:service|account|legal) (?:notice|announcement|email)",
)
"""How a mail says that whoever refused others gets it too, as it tells what has to be known."""
_ANSWER = re.compile(r"^\s*(?:re|fw|fwd|返信|転送)\s*[::]", re.IGNORECASE)
_QUOTED = re.compile(
    r"^\s*>|-{3,}\s*Original Message|^\d{4}[年/-]\d{1,2}[月/-]\d{1,2}.{0,60}(?:wrote|のメール|:$)",
    re.MULTILINE,
)
_PERSONAL_VOICE = words(
    r"いつもお世話になって|お世話になっております|先日は|ご返信|お打ち?合わせ|ご査収|添付(?:に"
    r"|の|いたし)|日程|承知(?:いたし|しま)|よろしくお願い(?:いた|し|申)|取り急ぎ|thanks for your "
    r"(?:reply|email|time)|following up|as discussed|best regards|let me know"
)


@once
def kind_of(message: Message) -> Kind:
    """Return what a mail is for, by its subject, its first lines and how often it sells."""
    content = known(message.content)
    title = message.title if isinstance(message.title, str) else _file_title(content)
    text = "\n".join(block.text for block in content.blocks)
    bulk = isinstance(message.list_unsubscribe, tuple) and bool(message.list_unsubscribe)
    if _MARKED.search(title):
        return Kind.ADVERTISING
    offers = any(way.said for way in opt_out_of(content, sent=was_sent(message)).ways)
    answers = message.reply is True or bool(_ANSWER.search(title))
    if (
        answers
        and not bulk
        and not offers
        and (_QUOTED.search(text) or _PERSONAL_VOICE.search(text) or len(_loud(message)) < 2)
    ):
        return Kind.PERSONAL
    subject = title.lower()
    sold = len(_said(subject, _QUIET))
    sells = bool(_said(subject, _LOUD))
    opening = _opening(content)
    sound = degree(f"{title}{_NEXT}{opening[:_HEARD].replace(chr(10), _NEXT)}", "advertising")
    if _TRANSACTION.search(title) and (not sells or sound < _FORMAL):
        return Kind.TRANSACTION if len(_loud(message)) < (2 if bulk else 4) else Kind.UNCLEAR
    if _REGARDLESS.search(text) and not sells and len(_loud(message) - _LISTS) < 2:
        return Kind.TRANSACTION
    if sells or sold > 1:
        formal = sound < _FORMAL and _said(subject, _LOUD) <= _LISTS and not sold
        return Kind.UNCLEAR if formal else Kind.ADVERTISING
    if _ANSWERS_AN_ORDER.search(opening):
        return Kind.TRANSACTION if not bulk or len(_loud(message)) < 3 else Kind.UNCLEAR
    if _OPENS_WITH.search(opening) and len(loud := _loud(message)) < 4:
        return Kind.UNCLEAR if offers or bulk or len(loud) >= 2 else Kind.TRANSACTION
    if offers or bulk or sold or _loud(message):
        return Kind.ADVERTISING
    if sound >= 1:
        return Kind.ADVERTISING
    quiet = len(_said(_selling(message), _QUIET))
    social = len({link.href for link in _links(content) if _SOCIAL.search(link.href)}) > 1
    return Kind.ADVERTISING if quiet + social >= (2 if japanese(message) else 3) else Kind.UNCLEAR


def _file_title(content: Content) -> str:
    """Return what a template is called, unless that tells no more than that it is a mail."""
    return "" if _ANY_MAIL.fullmatch(content.title) else content.title


_NEXT = " ⏎ "
_HEARD = 300
"""Characters of the opening that are heard."""
_FORMAL = -2
"""Degrees; what sounds so is a formality, whatever single words say."""
_ANY_MAIL = words(
    r"\W*(?:html)?\s*(?:メールマガジン|メルマガ|メール|news ?letter|e-?mail)\W*(?:template)?\W*"
)


@once
def _selling(message: Message) -> str:
    """Return where a mail sells, in lower case: its subject, its first lines and its pictures.

    In a mail of pictures they do it, though nobody need see what stands in for them.
    """
    content = known(message.content)
    title = message.title if isinstance(message.title, str) else _file_title(content)
    text = "\n".join(block.text for block in content.blocks)[:_MOST_TEXT]
    shop = "\n".join(picture.alt for picture in content.pictures if picture.alt)[:_MOST_ALT]
    return f"{title}\n{text}\n{shop}".lower()


@once
def _loud(message: Message) -> set[str]:
    return _said(_selling(message), _LOUD)


_MOST_TEXT = 6000
_SOCIAL = re.compile(
    r"//(?:www\.)?(?:facebook|twitter|x|instagram|youtube|line|tiktok)\.", re.IGNORECASE
)


def _links(content: Content) -> Iterator[Link]:
    for block in content.blocks:
        yield from block.links


_MOST_ALT = 2000
_OPENING = 500
"""Characters in which a mail tells why it comes."""


def _opening(content: Content) -> str:
    """Return the first lines of a mail, without what is a link and without the footer."""
    begin = ""
    for block in content.blocks[: max(3, len(content.blocks) * 2 // 3)]:
        if not block.links or len(block.text) > 2 * sum(len(link.text) for link in block.links):
            begin += block.text + "\n"
        if len(begin) >= _OPENING:
            break
    return begin[:_OPENING]
