"""What kind of mail it is: advertising, an answer to an order, or one person writing to another."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import NamedTuple

from checks.messages.message import japanese, was_sent
from checks.messages.refusing import opt_out_of
from checks.wording.likeness import degree
from checks.wording.patterns import needles
from checks.wording.texts import once, texts_of
from checks.wording.words import Bilingual, words
from scanner.sdk import Content, Link, Message, known


class Kind(StrEnum):
    """What a mail is for.

    Source: Act on Regulation of Transmission of Specified Electronic Mail, art. 2(ii); 15 U.S.C.
    7702(2) and (17).
    """

    ADVERTISING = "advertising"
    TRANSACTION = "transaction"
    """It serves a contract or a request of the reader: receipts, codes, notices."""
    PERSONAL = "personal"
    """One person answers another."""
    UNCLEAR = "unclear"


_TRANSACTION = Bilingual(
    r"ご?注文.{0,10}(?:ありがとう|確認|確定|内容|番号|完了|承り|受付(?!中|開始|スタート|期間|締"
    r"|を?(?:始|開))|受け付け)|(?:発送|出荷|配送)(?:手配)?.{0,6}"
    r"(?:完了|のお?知らせ|いたしました|しました|のご?連絡)|(?:配送|お届け)(?:状況|予定)"
    r"|パスワード.{0,1"
    r"2}(?:再設定|リセット|変更|再発行|初期化)|(?:認証|確認|検証)(?:コード|番号)|ワンタイム"
    r"|(?:登録|手続き?|申し?込み)[はが].{0,4}(?:完了|終わ|済)[しっんみ]?(?:てい|でい|てお"
    r"|では)(?:ません|りません|ない)"
    r"|(?:本|仮)登録|(?:会員|ユーザー?|アカウント|製品|購読)登録.{0,10}(?:完了|ありがとう|受付(?!中"
    r"|開始|スタート|期間|締|を?(?:始|開))|手続|のお?知らせ|の?確認)"
    r"|(?:登録|申込|お申し?込み|変更|手続き?|お?支払い?|決済|退会|解約|購読|配信停止|登録解除"
    r"|キャンセル)"
    r"(?:の|が|を)?(?:お?手続き?|処理)?(?:の|が|を)?(?:完了|受付(?!中|開始|スタート|期間|締"
    r"|を?(?:始|開))|受け付け|承り|しました|されました)"
    r"|ご?予約.{0,8}(?:完了|確認|内容|を承|受付(?!中|開始|スタート|期間|締|を?(?:始|開))|確定)"
    r"|ご?請求|領収|お?引き?落とし"
    r"|ご?入金|ご利用明細|お?問い?合わ?せ.{0,8}(?:ありがとう|受け付け|受付(?!中|開始|スタート|期間"
    r"|締|を?(?:始|開))|いただき|内容)"
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
"""What a subject says that tells of the reader's own order or request."""
_OPENS_WITH = Bilingual(
    r"(?:ご?注文|ご?購入|お?申し?込み?|お?支払い?|お?手続き?|ご?予約|ご?応募|ご?契約|ご?入金"
    r"|ご?返金|ご?来店予約"
    r"|解約|退会|キャンセル|決済|発送|出荷|配送|お届け|変更|お?問い?合わ?せ|再設定|登録|処理"
    r"|参加申込)"
    r"(?:内容|手続き?|処理|手配|依頼|状況|情報|者?様?|番号)?(?:は|が|を|の|に|も)?.{0,12}?(?:完了"
    r"|受け付け|受付(?!中|開始|スタート|期間|締|を?(?:始|開))"
    r"|承り|確定|確認(?:でき|いたし|しま)|問題が発生|失敗|できませんでした|のお?知らせ|のご?連絡)"
    r"|(?:発送|出荷|返金|解約|変更|更新|手配|登録|受付(?!中|開始|スタート|期間|締|を?(?:始"
    r"|開)))を?(?:いたし|致し|し|され)ました|ご注文(?:され|いただいた)"
    r"|(?:ご?注文|お?買い?上げ|お?問い?合わ?せ|お?申し?込み?|ご?予約)(?:を|いただ|頂|くださ|下さ"
    r"|賜).{0,20}"
    r"(?:ありがとう|有り?難う|御礼|お礼)"
    r"|パスワード.{0,14}(?:再設定|変更|再発行|リセット|初期化)|(?:認証|確認|検証)(?:コード|番号)"
    r"|ワンタイム"
    r"|(?:本|仮)登録|ご利用明細|(?:ご請求|領収)(?:書|金額|内容|額|のご案内)|ログインがありました"
    r"|不正アクセス"
    r"|ご(?:参加|出席|受講|来場)を?(?:いただ|頂|くださ|下さ).{0,24}(?:ありがとうございました|御礼"
    r"|お礼申)"
    r"|登録を?(?:いただ|頂|くださ|下さ|ありがと).{0,6}(?:ありがと|有り?難|御礼|お礼|うござ)"
    r"|(?:お申し?込み|ご予約|ご登録)(?:いただ|頂)(?:いた|いて|き).{0,20}(?:セミナー|イベント|説明会"
    r"|講座)"
    r"|(?:明日|本日|いよいよ).{0,12}開催の.{0,60}(?:最終|参加者|ご参加(?:の|される))"
    r"|(?:自動返信|自動送信|自動配信)(?:メール|です|で|に|され)|メールアドレス.{0,6}(?:変更|確認)"
    r"|二段階認証|本人確認",
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
    r"|will expire|updated? (?:to )?our terms"
    r"|you(?:['’](?:re|ve)| are| have)? (?:registered|booked|enrolled|bought a ticket) (?:for|to"
    r"|on)\b"
    r"|(?:starts?|starting|begins?) in (?:an?|one|two|half an|\d+) (?:hour|minute|day)"
    r"|(?:your|the) (?:webinar|session|class|joining|access|seat|ticket)s? (?:link|details|number)"
    r"|changes? to (?:our|the|your) (?:terms|prices?|fees?|tariffs?|plan|policy|hours|service)",
)
"""What the first lines of a mail say that tells of the reader's own order or request."""
_ANSWERS_AN_ORDER = Bilingual(
    r"(?:この度|このたび|先ほど|先程).{0,40}(?:ご?注文|ご?購入|お?申し?込み?|お?支払い?"
    r"|お?問い?合わ?せ|登録|ご?予約"
    r"|ご?応募|ご?契約|お?買い?上げ).{0,16}(?:いただ|頂|ありがとう|有り?難う|くださ|下さ|賜)"
    r"|(?:ご?注文|お?申し?込み?|ご?予約|お?問い?合わ?せ)(?:内容)?を?.{0,12}(?:受け付け|受付"
    r"|承り)(?:いたし|致し|し|まし)"
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
"""What the first lines say where they answer what the reader has just done."""


def _each(phrases: str) -> list[str]:
    return phrases.split("|")


_LOUD = (
    # Japanese
    r"セール(?!ス)",
    r"ポイント(?:\d|アップ|プレゼント|還元)",
    r"\d\s?%\s?(?:off|オフ|引)",
    r"フェア(?!ウェイ)",
    r"資料(?:ダウンロード|請求)",
    r"無料(?:の|で)?.{0,4}(?:体験|相談|トライアル|招待|試し|モニター|プレゼント|診断)",
    r"無料.{0,4}講座",
    r"先行(?:予約|販売|案内)",
    r"vol\.\s?\d",
    r"第\d+号",
    r"申し?込み受付中",
    r"[春夏秋冬]号",
    r"買い?得",
    r"お(?:得|トク|とく)(?:な|に|です|!|♪|$|\n)",
    r"[\d一二三四五六七八九]割(?:引|お|$|\n)",
    r"突然の(?:ご連絡|メール)",
    r"(?:はじめて|初めて)(?:ご連絡|メール)",
    r"貴社(?:の|ホームページ|サイト|製品|サービス|が)",
    r"\d+分(?:ほど|程度)?(?:の)?(?:お時間|オンライン|お打)",
    r"予約(?:受付)?[がを]?(?:はじま|始ま|スタート|開始)",
    r"早期(?:ご)?(?:予約|注文|申)",
    r"\d円(?:引|オフ|off)",
    *_each(
        "食べ放題|飲み放題|数量限定|期間限定|キャンペーン|クーポン|値引|特価|新商品|新製品|新発売|新作|新着|入荷|メルマガ"
        "|メールマガジン|ニュースレター|セミナー|ウェビナー|説明会|展示会|ホワイトペーパー"
        "|プレゼント|今だけ|お見逃し|読み物|コラム|【pr】|広告|導入事例|号外|先着"
        "|モニター募集|体験会|内覧会|見学会|相談会|販売中|送料無料|大募集|福袋|バックナンバー"
        "|編集後記|週刊|月刊|オープン記念|ギフト券|半額|早割|特別ご招待|ご成約|キャッシュバック"
        "|見逃し配信|アーカイブ配信|受講生募集|出展者募集|参加者募集|ご支援をお願い|寄付する"
    ),
    # English
    r"\bsale\b",
    r"\d% (?:off|discount)",
    r"new arrivals?\b",
    r"free (?:trial|shipping|guide|ebook|gift)",
    r"what['’]?s new",
    r"don['’]t miss",
    r"save [$£€]?\d",
    r"\b(?:just|now) (?:in\b(?! time)|landed|arrived)",
    r"\bvouchers?\b",
    r"first[- ]come,? first[- ]served",
    r"(?:one|two|limited) (?:to an?|per) (?:household|customer|person)",
    r"half[- ]price",
    r"while (?:stocks?|supplies|they) lasts?",
    r"free (?:delivery|returns|samples?)",
    r"early[- ]bird",
    r"pre-?orders?\b",
    r"back in stock",
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
    r"\d+[- ]min(?:ute)?s? (?:call|chat|demo|slot|meeting)",
    r"because you (?:signed up|subscribed) (?:for|to) (?:[\w'’-]+ ){0,4}(?:newsletter|news|list)\b",
    r"(?:get|download|read) (?:the|your|our) (?:free )?(?:checklist|guide|report|playbook)",
    r"(?:winter|summer|spring|autumn|holiday|season(?:al)?|early) rates\b",
    r"(?:book|grab|schedule) (?:a |some )?(?:demo|time|call)",
    r"companies (?:like yours|your size)",
    *_each(
        "newsletter|webinar|special offer|discount|limited time|shop now|promo|register now"
        "|black friday|coupon|advertisement|gift card|now on sale|free quote|instant quotes"
        "|new season|top destinations|refer a friend|since you last|airdrop|digest"
        "|top of your inbox|quick question|point me|circling back|free audit|case study|lorem ipsum"
    ),
)
"""What advertising says, in lower case."""
_LISTS = frozenset(("メルマガ", "メールマガジン", "ニュースレター", "newsletter"))
"""What formalities about a list say as well as its issues do."""
_FORMAL = (
    r"各位(?!様)",
    r"terms of (?:use|service)",
    *_each(
        "避難|警報|断水|停電|休校|休館|学級閉鎖|保護者|議事録|議案|総会|委任状|約款|満了|満期|返金|精算"
        "|引き落とし|口座振替|ご返送|延期|復旧|障害|不具合|お詫び|回収|審査|面接|出欠|集合|契約番号|証券番号"
        "|お客様番号|受付番号|問合せ番号|不在|議題|点検|工事|参加url|ミーティングid|パスコード|視聴url|持ち物"
        "|minutes of|the minutes|agenda|attached|enclosed|refund|your statement|overdue|outage"
        "|scheduled maintenance|product recall|dial in|join here|joining link|meeting id|passcode"
        "|your appointment|tracking number|dear resident"
    ),
)
"""What formalities say, in lower case, and advertising seldom."""
_QUIET = (
    r"ぜひ(?:お|ご|この|一度)",
    r"プラン(?!ナー)",
    r"円(?:から|~|〜)",
    r"\d円(?:税|で|、|。|\(|\n|$)",
    r"ご(?:用命|入用)",
    r"(?:時期|季節)(?:です|になり|となり|がやって)",
    r"通信(?!販売|エラー|機器|障害|費|会社|教育|回線|環境|量)",
    r"取り?揃え",
    *_each(
        "無料で|ご紹介|ランキング|開催|限定|のご案内|特集|おすすめ|オススメ|発売|応募|便り"
        "|マガジン|定期便|ラインナップ|新登場|今すぐ|いますぐ|豊富に|人気の|好評|求人|割引"
        "|特典|続きを読む|もっと見る|お得|受付開始|受付中|承ります|入荷|ご来店|お待ちして|教室|受講料|定員"
        "|体験|在庫|ご招待|寄付|ご支援|税込|税別|税抜|送料"
    ),
    r"\bdeals?\b",
    r"introduc(?:e|ing)\b",
    r"(?<!un)subscribe\b",
    r"[$£€]\s?\d",
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
    plain, patterns = _compiled(alternatives)
    said = {each for each in plain if each in low}
    return said.union(each.pattern for least, each in patterns if _is_said(low, least, each))


def _is_said(low: str, least: tuple[str, ...], pattern: re.Pattern[str]) -> bool:
    for each in least:
        if each in low:
            break
    else:
        if least:
            return False
    return pattern.search(low) is not None


@functools.cache
def _compiled(
    alternatives: tuple[str, ...],
) -> tuple[tuple[str, ...], tuple[tuple[tuple[str, ...], re.Pattern[str]], ...]]:
    """Return the alternatives that are but words; then patterns, after words each needs one of."""
    plain = tuple(each for each in alternatives if not set(each) & _SPECIAL)
    return plain, tuple(
        (tuple(needles(each)), re.compile(each)) for each in alternatives if each not in plain
    )


_SPECIAL = frozenset("()?[]\\|+.*^${}")
"""What makes of words a pattern."""
_MARKED = words(r"未承諾広告|^\s*(?:\[|【)(?:広告|PR|AD)")
_REGARDLESS = Bilingual(
    r"(?:停止|解除|拒否|希望(?:し|され)(?:ない|ていない)).{0,20}(?:方|お客様|会員様?|皆様)に(?:も"
    r"|対しても|関わらず)"
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
    """Return what a mail is for, by what it says, how it sounds and what it offers.

    No single sign decides: receipts end with offers, and advertising begins like a receipt.
    """
    if _MARKED.search(_title(message)):
        return Kind.ADVERTISING
    leaning = _leaning(message)
    answers = message.reply is True or bool(_ANSWER.search(_title(message)))
    if answers and not _is_bulk(message) and not _offers_a_way_out(message):
        text = _text(message)
        quotes = bool(_QUOTED.search(text))
        if quotes or (message.reply is True and (_speaks(text) or len(_loud(message)) < 2)):
            return Kind.PERSONAL
        if leaning <= 0 and _speaks(text):
            return Kind.PERSONAL
    if leaning > _CLEAR:
        return Kind.ADVERTISING
    return Kind.TRANSACTION if leaning < -_CLEAR else Kind.UNCLEAR


_CLEAR = 1.0
"""Log odds, about; what leans less to either side is left to a person."""


@once
def _leaning(message: Message) -> float:
    """Return how much likelier a mail is advertising than not, about in log odds.

    Signs are looked at until the others cannot change what it is.
    """
    leaning = _OFFHAND
    for sign, down, up in _by_cost():
        if leaning + down > _CLEAR or leaning + up < -_CLEAR:
            break
        leaning += sign.counts * sign.of(message)
    return leaning


_OFFHAND = -0.5
"""What a mail without any sign leans."""


class _Sign(NamedTuple):
    """What tells of advertising, or of something else."""

    of: Callable[[Message], float]
    counts: float
    """About in log odds, as fitted to some 1,300 labelled mails, and rounded."""
    most: float = 1
    least: float = 0


@functools.cache
def _by_cost() -> tuple[tuple[_Sign, float, float], ...]:
    """Return the signs, and how far all from each on can lean a mail down and up."""
    signs = (
        _Sign(_is_bulk, 1.5),
        _Sign(lambda mail: bool(_said(_title(mail).lower(), _LOUD) - _spared(mail)), 2.0),
        _Sign(lambda mail: bool(_SELLS.search(_title(mail))), 1.5),
        _Sign(lambda mail: min(len(_said(_title(mail).lower(), _QUIET)), 2), 0.4, 2),
        _Sign(_subject_serves, -2.0),
        _Sign(lambda mail: bool(_OPENS_WITH.search(_begins(mail))), -2.0),
        _Sign(lambda mail: bool(_ANSWERS_AN_ORDER.search(_begins(mail))), -2.0),
        _Sign(_offers_a_way_out, 3.5),
        _Sign(_goes_to_all, -2.0),
        _Sign(lambda mail: min(len(_said(_selling(mail), _FORMAL)), 3), -0.7, 3),
        _Sign(_sound, 2.0, _MOST_SOUND, _LEAST_SOUND),
        _Sign(_is_social, 1.0),
        _Sign(lambda mail: min(len(_loud(mail) - _spared(mail)), 4), 0.8, 4),
        _Sign(lambda mail: min(len(_said(_selling(mail), _QUIET)), 6), 0.4, 6),
    )
    down, up = 0.0, 0.0
    found: list[tuple[_Sign, float, float]] = []
    for sign in reversed(signs):
        ends = (sign.counts * sign.least, sign.counts * sign.most)
        down, up = down + min(ends), up + max(ends)
        found.append((sign, down, up))
    return tuple(reversed(found))


def _spared(message: Message) -> frozenset[str]:
    """Return loud words that say nothing: formalities about a list say its name as issues do."""
    return _LISTS if _subject_serves(message) else frozenset()


@once
def _subject_serves(message: Message) -> bool:
    return bool(_TRANSACTION.search(_title(message)))


def _goes_to_all(message: Message) -> bool:
    blocks = known(message.content).blocks
    telling = texts_of(known(message.content)).holding(_REGARDLESS)
    return any(_REGARDLESS.search(blocks[number].text) for number in telling)


def _is_social(message: Message) -> bool:
    links = _links(known(message.content))
    return len({link.href for link in links if _SOCIAL.search(link.href)}) > 1


@once
def _begins(message: Message) -> str:
    """Return the first lines of a mail as one."""
    opening = _opening(known(message.content))
    return opening.replace("\n", " " if opening.isascii() else "")


@once
def _text(message: Message) -> str:
    return "\n".join(block.text for block in known(message.content).blocks)


_SELLS = words(
    r"セール(?!ス)|クーポン|キャンペーン|半額|[\d一二三四五六七八九]割引|\d\s?[%%]\s?(?:off|オフ"
    r"|引)|特価|値引|福袋|お買い?得"
    r"|早割|ポイント\d|プレゼント|新発売|送料無料|円引|円off|無料(?:相談|体験|診断|モニター"
    r"|トライアル|プレゼント)"
    r"|\bsale\b|\d% off|coupon|voucher|discount|\boffers?\b|\bdeals?\b|save \$?\d|black friday"
    r"|free (?:gift|trial|shipping)"
)


@once
def _sound(message: Message) -> float:
    """Return how much the beginning of a mail sounds like advertising, within what can be told."""
    content = known(message.content)
    if not japanese(message) and not _in_english(content):
        return 0.0
    opening = _opening(content)[:_HEARD].replace("\n", _NEXT)
    heard = degree(f"{_title(message)}{_NEXT}{opening}", "advertising")
    return min(_MOST_SOUND, max(_LEAST_SOUND, heard))


_LEAST_SOUND, _MOST_SOUND = -1.2, 2.0
"""Degrees; what sounds less so, or more, is not surer."""


def _in_english(content: Content) -> bool:
    """Tell whether small words of English are more than those of other languages."""
    text = " ".join(block.text for block in content.blocks[:_BLOCKS_HEARD]).lower()
    return len(_ENGLISH.findall(text)) > len(_NOT_ENGLISH.findall(text))


_BLOCKS_HEARD = 40
_ENGLISH = re.compile(r"\b(?:the|you|your|and|for|with|this|our|to|of|is|now|shop|free|get)\b")
_NOT_ENGLISH = re.compile(
    r"\b(?:het|een|uw|je|van|voor|und|der|die|das|ist|mit|sie|ihr|le|la|les|des|vous|votre|pour|el"
    r"|los"
    r"|que|para|tu|su|il|di|per|ipsum|dolor|amet|e|o|os|em)\b|[^\x00-\u024f\u2000-\u2fff]{2}"
)


def _title(message: Message) -> str:
    return message.title if isinstance(message.title, str) else _file_title(known(message.content))


def _is_bulk(message: Message) -> bool:
    return isinstance(message.list_unsubscribe, tuple) and bool(message.list_unsubscribe)


def _offers_a_way_out(message: Message) -> bool:
    ways = opt_out_of(known(message.content), sent=was_sent(message)).ways
    return any(way.usable or way.said for way in ways)


def _speaks(text: str) -> bool:
    return bool(_PERSONAL_VOICE.search(text))


def _file_title(content: Content) -> str:
    """Return what a template is called, unless that tells no more than that it is a mail."""
    return "" if _ANY_MAIL.fullmatch(content.title) else content.title


_NEXT = " ⏎ "
_HEARD = 300
"""Characters of the opening that are heard."""
_ANY_MAIL = words(
    r"\W*(?:html)?\s*(?:メールマガジン|メルマガ|メール|news ?letter|e-?mail)\W*(?:template)?\W*"
)


@once
def _selling(message: Message) -> str:
    """Return where a mail sells, in lower case: its subject, its first lines and its pictures.

    In a mail of pictures they do it, though nobody need see what stands in for them.
    """
    pictures = known(message.content).pictures
    shop = "\n".join(picture.alt for picture in pictures if picture.alt)[:_MOST_ALT]
    return f"{_title(message)}\n{_text(message)[:_MOST_TEXT]}\n{shop}".lower()


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
        linked = sum(len(link.text) for link in block.links if link.text in block.text)
        if len(block.text) > 2 * linked:
            begin += block.text + "\n"
        if len(begin) >= _OPENING:
            break
    return begin[:_OPENING]
