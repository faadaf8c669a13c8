"""How a mail lets people refuse more of it."""

from __future__ import annotations

import functools
import re

import msgspec

from checks.wording.addresses import MAIL, PHONE, URL
from checks.wording.sentences import is_japanese, split
from checks.wording.texts import PLACEHOLDER, Texts, addresses_of_links, once, words_of_links
from checks.wording.words import Bilingual, words
from scanner.sdk import Block, Content, Link, Quotation, Text

_NOT_WANTED = (
    r"(?<!登録)(?<!予約)(?<!申込)(?<!込み)(?<!費用)(?<!持参)不要(?=[のなで]?(?:方|かた|人|お客|皆"
    r"|場合|際|時|とき"
    r"|折)|でしたら|であれば|でございましたら|に[なご感]|とな|なら|と(?:の|お|思|感|書|だけ|のみ|い"
    r"|ご)"
    r"|[」』\"”]|\W*$|\s|[、,→⇒▼>::は])|要らな|いらな"
)
"""What is said of mail that nobody wants; of a form or a booking it says that it takes none."""
OPT_OUT = Bilingual(
    r"(?:配信|メール|メルマガ|マガジン|購読|受信|送信|ニュースレター|お知らせ|案内|登録"
    r"|ご連絡)(?:の|を|が|は|について)?.{0,14}(?:停止|解除|拒否|中止|希望(?:(?:し|され"
    rf"|なさら)|で(?:は)?)ない|希望(?:し|され)ません|{_NOT_WANTED}|取り?消|やめ|止め|とめ(?=[たるて])|お?断り"
    r"|辞退|ストップ|受け取らない|卒業|お休み(?=し|を|希|の方|する|され))|(?:便り|たより|通信(?!販売)|レター|ダイレクトメール|DM"
    r"|講座|号外|スカウト|カタログ|ハガキ)(?:の|を|が|は|も)?(?:ご|お|今後|もう|配信|送付|購読"
    r"|受信|受け取り|を|の|が){0,3}(?:解除|希望(?:し|され|なさら)(?:ない|ません)"
    rf"|{_NOT_WANTED}|やめ|止め|断り|辞退|ストップ|卒業|お休み(?=し|を|希|の方|する|され))|(?:^|[^一-龥ァ-ヶA-Za-z])(?:一括"
    r"|ワンクリックで?|即時)?(?:解除|停止)(?:は(?!い)|ページ|フォーム|URL|方法|リンク|手続"
    r"|ボタン|希望|はコチラ|\s?[→⇒▷::】])|(?:メール|案内|お知らせ|配信|情報|通知|連絡|受信"
    r"|送信|購読|メルマガ|マガジン|DM).{0,14}(?:望(?:まない|まれない|みでない)|オフに|OFFに"
    r"|無効に|キャンセル|終了(?=する|を|したい))|(?:メール|案内|お知らせ|配信|情報|通知|連絡"
    r"|受信|送信|購読|メルマガ|マガジン|DM).{0,12}(?:届かな|送らない|お送りしません"
    r"|控えて(?=ほし|欲し|もら)|無用|結構(?=です|という|な方)|止(?:める|まり|められ)"
    r"|(?<=[をは])外し|断る|抹消)|お届けを(?:止め|ストップ)|(?:メルマガ|マガジン"
    r"|購読).{0,4}解約|同意.{0,8}撤回|登録.{0,6}(?:抹消|(?:を|から)?外(?:す|し)|消(?:す"
    r"|して|去))|(?:要ら|いら)な(?:い|く).{0,2}(?:方|人|場合|とき|かた|った|ましたら)"
    r"|(?:もう)?届(?:いて(?:ほしく|欲しく)ない|かないように)|(?:もう|次[号回].{0,4}|今後.{0,4}|以[後降].{0,4})送らないで|(?:^|[\s※■・▼●◆(]|今後|以後|以降"
    r"|次号.{0,4}|次回.{0,6})ご?不要(?=[なの](?:方|かた|際|とき|場合))|(?:やめ|止め|抜け"
    r"|卒業し)たい(?=方|人|場合|とき|かた|と)|読者をやめ|[「『](?:配信)?(?:停止|解除|不要"
    r"|やめる)(?=[」』].{0,10}(?:返信|書|記入|お?送り))|(?:リスト|名簿"
    r"|宛先).{0,4}か?ら.{0,6}(?:削除|外|除|消)|受け?取りに?なら(?=ない|ず)|(?:停止|解除"
    r"|中止|不要|お?断り).{0,8}(?:の方|をご?希望|される場合|する場合|したい|手続)|退会|脱退"
    r"|オプトアウト|(?:案内|メール|配信|連絡|情報|お知らせ).{0,14}必要.{0,1}な(?:い|く"
    r"|けれ)|受け取り(?:たくない|を(?:希望|(?:ご)?辞退)|(?:を|は)?(?:やめ|止め|しない|不要))"
    r"|受け取らない",
    r"unsubs?crib|opt[- ]?out|opting out|stop (?:receiving|sending)|\bwe(?:['’]ll"
    r"| will) stop\b|(?:manage|update|change|edit).{0,16}(?:e-?mail |mailing |subscription "
    r"|communication |notification |your )+(?:preference|setting|subscription)|remove (?:me"
    r"|yourself|your)|no longer (?:wish|want)|email preferences|cancel.{0,16}subscription"
    r"|stop (?:these|getting|all|future|further)\b|remove .{0,20}from (?:our|the"
    r"|this) (?:e-?mails?|mailing)? ?list|to be (?:removed|taken off)\b|take (?:you|me) off"
    r"|(?:prefer|rather).(?:that )?(?:I|we|not|you)(?: (?:did|do)n['’]?t"
    r"| not)? (?:to )?(?:write|e-?mail|contact|hear|receive|get)|(?:don['’]t"
    r"|do not) (?:want|wish) .{0,3}(?:hear|receive|get)|abbestell|\babmelden|newsletter abmeld"
    r"|se désinscrire|désinscri|désabonn|ne plus recevoir|dar(?:te|se|me)? de baja|desuscri"
    r"|cancelar (?:la |tu |su )?suscripci|disiscri|annulla\w* l.iscrizione|descadastr"
    r"|cancelar .{0,4}(?:inscri|assinatura)|deixar de receber|afmelden|uitschrijven|afmeld"
    r"|(?:off|leave|from) (?:our|the|this|my) (?:[\w-]+ ){0,2}list\b|leave (?:our|the"
    r"|this) newsletter|(?:won['’]t|will not|never|not) (?:e-?mail|write|contact|bother"
    r"|message) (?:to )?you (?:again|any ?more)|turn (?:off|these off)\b.{0,20}(?:mail|alert"
    r"|message|notification)|(?:cancel|end) (?:these|this|your) .{0,14}(?:alert|newsletter"
    r"|mail)|end (?:your|my|the) subscription|decline (?:future|further|these)|delist me"
    r"|drop me from|get off (?:this|our|the) list|quit .{0,5}(?:e-?mailing|list|mailing"
    r"|newsletter)|stop reaching out|removed?.(?:my|you|from)\b|reply .{0,7}(?:stop|pass"
    r"|no thanks|remove|unsub)|switch off (?:all|these|our)|not to be contacted"
    r"|discontinue (?:these|this|our)|object to (?:direct )?marketing|(?:turn|switch) (?:these"
    r"|them|our)\b.{0,20}\boff\b|withdraw (?:your )?consent|(?:say|wave) goodbye|part ways"
    r"|too (?:many|much) e?-?mail"
    r"|had enough of|fewer e-?mails|want out\?|not for you\?|no more .{0,9}(?:mail|letter)"
    r"|退订|取消订阅|退訂|取消訂閱|수신거부|구독 ?취소|wypisz",
)
"""Words by which a reader is told of refusing further mail."""
NOT_OPT_OUT = Bilingual(
    r"(?:停止|解除|拒否|退会).{0,14}(?:できません|いただけません|の方にも|方にも|お客様にも"
    r"|に関わらず|にかかわらず|後も|されたお客様|された方|しても|いたしました|しました"
    r"|完了)|(?:サービス|販売|運転|営業|利用|アカウント)(?:の|を)?(?:停止|中止)|ドメイン.{0,6}(?"
    r":拒否|受信)|(?:受信|迷惑メール).{0,16}(?:設定).{0,20}(?:許可|解除してください|ご確認)"
    r"|迷惑メール|メール(?:は|を|ごと)?.{0,6}(?:破棄|削除して|無視|お捨て|読み捨て)|(?:停止|解除"
    r"|退会|削除).{0,8}(?:承りました|終わりました)|(?:停止|解除|退会)(?:率"
    r"|時刻)"
    r"|(?:契約|ブロック|ロック|制限|警報)の?解除|オフにできません",
    r"cannot (?:be )?(?:unsubscribe|opt)|you(?:['’]ve| have) been (?:unsubscribed|removed)"
    r"|(?:unsubscribe|opt-out) (?:rate|request)|even if you opt|(?:ignore"
    r"|delete|disregard) (?:this|it)\b",
)
"""What is said of refusing, or near it, and is no way to do it."""
OFFER = words(
    r"こちら|でき(?:ます|る)|可能|ください|下さい|お願い|手続|方は|場合は|場合に|際は"
    r"|ご?希望|ご?連絡|まで|から|より|クリック|アクセス|->|→|⇒|[:：]|URL|ページ|ボタン"
    r"|フォーム|here|click|you can|to (?:unsubscribe|stop|opt)|if you|at any time|wish"
    r"|want|visit|reply|link"
)
"""Words that make a mention of refusing an offer to do so."""
_REPLY = words(r"返信|ご?返送|このメールに|reply")
_BEHIND_LOGIN = words(
    r"ログイン(?!(?:は|の)?(?:必要は|不要|せず|なし|しなくて))|マイページ|会員ページ|会員専用"
    r"|会員メニュー|管理画面|アカウント設定|会員情報"
    r"|設定画面|log ?in|sign ?in|your account|account settings"
)
_NO_SIGN_IN = words(
    r"(?:ログイン|サインイン|パスワード|会員登録)(?:は|の|も|を)?(?:必要(?:は|が|も)?(?:なく"
    r"|な[いし]|ありません|ございません)"
    r"|不要|せず|なし|な[くい]|しなくて|いただかなくて|必要とし(?:ない|ません))"
    r"|(?:no|without|not? (?:need|require).{0,20}) ?(?:to )?(?:log|sign|a? ?password"
    r"|an? account).{0,12}"
    r"|(?:log ?in|sign[ -]?in|password|account)(?: is)? not? (?:needed|required|necessary)"
)
_HREF = words(
    r"unsub|opt-?_?out|optout|taikai|kaijo|teishi|mailstop|mail_stop|/stop\b"
    r"|kaiyaku|remove|resign|withdraw|withdrawal|preference|manage_?subscription|list-manage"
    r"|asm_group|leave|optin_?out|dereg"
    r"|/(?:m|mm|ml|mail|mailmag|melmaga|news|newsletter|nl|letters?|dm)/(?:out|off|end|bye|no|quit|cancel|stop)\b"
)
_DEAD = re.compile(
    r"^(?:#(?!#?[^#\s]{3,}#).*|javascript:.*|about:blank"
    r"|https?://(?:#|example\.(?:com|org)/?)?|)$",
    re.IGNORECASE,
)
_TOKEN = re.compile(
    r"\{\{|\{%|%%|\*\||\[%|##|\$[{$]|<%|<\?|\[\[|^(?:https?://)?[\[{#%][^\s\]}#%]{2,60}[\]}#%]$"
)
_KNOWN_BUT_FOR_THE_READER = re.compile(r"https?://[\w.:-]+/[\w.~%-]*[\w~-]", re.IGNORECASE)
"""How an address begins of which a tool fills in no more than whose it is."""
_TOKEN_OF_OPT_OUT = words(
    r"unsub|subscription|opt.?_?out|out_?put|stop|cancel|kaijo|taikai|preference|manage|停止"
    r"|解除"
    r"|退会|asm|leave|remove"
)


_WHOLE_SENTENCE = re.compile(
    r"unsubscribe_text|\{%-?\s*unsubscribe|unsubscribe_section", re.IGNORECASE
)


class Way(msgspec.Struct, frozen=True, gc=False):
    """One way that a mail offers for refusing further mail."""

    href: str
    """Address, `reply`, `telephone`, or a placeholder."""
    quote: str
    block: int
    said: bool
    """Words in or right beside the link tell what it is for."""
    offered: bool
    """The words say that the reader can refuse."""
    usable: bool = True
    template: bool = False
    login: bool = False
    front: bool = False
    """It leads to the front page of a website."""
    pictured: bool = False
    """Nothing but a picture leads there."""

    def quotation(self, confidence: float) -> Quotation:
        """Return the words as what a verdict rests on."""
        return Quotation(
            self.quote[:400], Text.of("in paragraph {number}", number=self.block + 1), confidence
        )


class OptOut(msgspec.Struct, frozen=True):
    """How a mail lets people refuse."""

    ways: tuple[Way, ...]
    statement: tuple[str, int] | None
    """Words that tell of refusing, wherever they stand."""


@once
def opt_out_of(content: Content, *, sent: bool) -> OptOut:
    """Return the ways out that `content` offers, the best first.

    In a mail that was `sent` a placeholder leads nowhere; in a template it will be filled in.
    """
    ways: list[Way] = []
    statement: tuple[str, int] | None = None
    blocks = content.blocks
    japanese_text = is_japanese(content)
    begun: str | None = None
    lines = 0
    mentioning, telling = _telling(content)
    for number, block in enumerate(blocks):
        if number not in telling and not block.placeholders:
            continue
        mention = _mention(block.text) if number in mentioning else None
        if sent and not mention and any(OPT_OUT.search(each) for each in block.placeholders):
            # Nobody fills in what was sent; its reader sees the word, and the address beside it.
            token = next(each for each in block.placeholders if OPT_OUT.search(each))
            ways += [
                Way(href=link.href, quote=token, block=number, said=True, offered=False)
                for link in block.links
                if URL.match(link.text)
            ]
        if not sent and not mention:
            # Some products put the sentence and its link in the place of one word.
            ways += [
                Way(href=each, quote=each, block=number, said=True, offered=True)
                for each in block.placeholders
                if _WHOLE_SENTENCE.search(each)
            ]
        if mention and statement is None:
            statement = (mention, number)
        before = len(ways)
        for link in block.links[-_MOST_LINKS:]:
            way = _way(
                blocks,
                number,
                block,
                link,
                sent=sent,
                japanese_text=japanese_text,
                begun=begun if len(block.text) < _NEAR else None,
            )
            if way is not None:
                ways.append(way)
        if mention and not block.links and _GOES_ON.search(block.text):
            begun, lines = mention, 3
        lines -= 1
        begun = begun if lines >= 0 else None
        if mention and not any(way.said for way in ways[before:]):
            ways += _written(blocks, number, block, mention, sent=sent)
    ways.sort(
        key=lambda way: (
            not way.usable,
            way.pictured,
            not way.said,
            way.front,
            way.login,
            way.template,
            not way.offered,
        )
    )
    return OptOut(tuple(ways), statement)


_MOST_LINKS = 500
"""Links of one paragraph that are looked at, the last ones: a way out stands there."""


@once
def _telling(content: Content) -> tuple[set[int], set[int]]:
    """Return the blocks that may tell of refusing, and those too that may lead to it."""
    # A sentence may run over lines, and over blocks: nothing stands between them here. A link that
    # stands alone is told of by its neighbours, or by a sentence begun up to three blocks before.
    flat = Texts((block.text.replace("\n", "") for block in content.blocks), between="")
    mentioning = flat.holding(OPT_OUT)
    near = {number + by for number in mentioning for by in range(-1, 4)}
    leading = words_of_links(content).holding(OPT_OUT) | addresses_of_links(content).holding(_HREF)
    return mentioning, near | leading


@functools.lru_cache(maxsize=256)
def _mention(text: str) -> str | None:
    """Return the sentence of `text` that tells of refusing further mail."""
    flat = text.replace("\n", "")
    if not OPT_OUT.search(flat):
        return None
    for sentence in split(text):
        # What an address is made of tells its reader nothing.
        if OPT_OUT.search(URL.sub(" ", sentence)) and not NOT_OPT_OUT.search(sentence):
            return sentence
    # A sentence may run over the lines of a plain text.
    if (
        len(flat) < 600
        and OPT_OUT.search(URL.sub(" ", text).replace("\n", ""))
        and not NOT_OPT_OUT.search(flat)
    ):
        return flat
    return None


def _mention_of(link: Link, text: str) -> str | None:
    """Return what the line of `text` with a link in it tells of refusing further mail."""
    if not link.text:
        return None
    with_it = (each for each in text.split("\n") if link.text in each)
    return next((found for each in with_it if (found := _mention(each))), None)


def _way(
    blocks: tuple[Block, ...],
    number: int,
    block: Block,
    link: Link,
    *,
    sent: bool,
    japanese_text: bool,
    begun: str | None,
) -> Way | None:
    """Return the way out that a link is; `begun` is a sentence on it that goes on in this block."""
    by_href = bool(_HREF.search(link.href))
    if not link.text and not by_href:
        # What is a picture alone leads anywhere besides.
        return None
    text = link.text if not URL.match(link.text) and "@" not in link.text else ""
    line = "" if text else _line_of(block.text, link.text)
    if _COMPLAINTS.search(line) and not OPT_OUT.search(URL.sub(" ", line)):
        return None
    if not text and _of_something_else(block.text, link.text):
        return None
    beside = _beside(blocks, number, block, link)
    own = bool((_ENDS_IT if by_href else OPT_OUT).search(text)) and not NOT_OPT_OUT.search(text)
    around = (
        _mention_of(link, beside)
        or _mention(beside)
        or begun
        or (_ending(beside, link) if by_href else None)
    )
    if not own and not by_href and not _meant(link, text, around, beside, block):
        return None
    if not own and _ASKS.search(text) and not begun:
        # What stands after a contact does not say that mail is refused there.
        before = blocks[number - 1].text if number else ""
        if not OPT_OUT.search(f"{before}\n{_up_to_line_of(block.text, text)}"):
            return None
    token = bool(_TOKEN.search(link.href)) or PLACEHOLDER in link.href
    dead = bool(_DEAD.match(link.href)) or link.href.startswith("tel:")
    said = own or around is not None
    quote = around or text or block.text or link.href
    return Way(
        href=link.href,
        quote=quote,
        block=number,
        said=said,
        offered=bool(around and OFFER.search(around)) or (own and bool(OFFER.search(text))),
        # What is left open after the question mark does not keep the page from being reached.
        usable=not dead and not (sent and token and _TOKEN.search(link.href.partition("?")[0])),
        template=token
        and not _TOKEN_OF_OPT_OUT.search(link.href)
        and not _KNOWN_BUT_FOR_THE_READER.match(link.href),
        login=(
            not by_href
            and _asks_for_login(
                _said_of(block.text, link, text) if japanese_text else around or text
            )
        )
        or bool(_SIGN_IN.search(link.href)),
        front=_leads_to_front(link.href),
        pictured=not link.text,
    )


def _ending(beside: str, link: Link) -> str | None:
    """Return the sentence with a link that by its address ends mail, if the words agree with it."""
    if not link.text:
        return None
    return next(
        (
            each
            for each in split(beside)
            if link.text in each and _ENDS_IT.search(each.replace(link.text, " "))
        ),
        None,
    )


_ENDS_IT = Bilingual(
    r"停止|解除|拒否|不要|やめ|止め|取り?消|お?断り|辞退|退会|卒業|合わない|いらない|要らない"
    r"|希望(?:し|され)(?:ない|ません)"
    r"|受け取ら|ストップ|必要(?:が)?な[いく]|削除|届かない",
    r"unsubs?crib|opt[- ]?out|opting out|\bstop\b|\bleave\b|\bquit\b|remove|\bend\b|cancel"
    r"|had enough"
    r"|no (?:more|longer)|take (?:me|you) off|taken off|fewer|goodbye|don['’]t want|do not want"
    r"|rather not"
    r"|prefer not|any ?more|not (?:interested|for you)|turn (?:it |them |these )?off|say (?:stop"
    r"|no)"
    r"|abmelden|abbestell|désabonn|désinscri|baja|uitschrijv|afmeld|退订|取消订阅|退訂|取消訂閱",
)
"""Words that are enough beside an address that says the same."""


def _said_of(text: str, link: Link, own: str) -> str:
    """Return the sentence that a link is in, or is spoken of before, with the one behind it.

    What is said on a line with another address, or in another place of a row, is said of that.
    """
    said = [sentence for line in text.split("\n") for sentence in split(line)]
    at = next((n for n, each in enumerate(said) if link.text and link.text in each), None)
    if at is None:
        return text
    row = _IN_A_ROW.split(said[at])
    if len(row) > 1:
        return next((each for each in row if link.text in each), said[at])
    before = said[at - 1 : at] if not own and at else []
    behind = [each for each in said[at + 1 : at + 2] if not URL.search(each) and "@" not in each]
    return "\n".join((*before, said[at], *behind))


_IN_A_ROW = re.compile(r"\s*[||•·]\s*|\s+/\s+")


def _asks_for_login(text: str) -> bool:
    """Tell whether a text leads behind a sign-in."""
    return bool(_BEHIND_LOGIN.search(text)) and not _NO_SIGN_IN.search(text)


def _line_of(text: str, part: str) -> str:
    """Return the line of `text` that `part` is in."""
    return next((line for line in text.split("\n") if part and part in line), "")


def _of_something_else(text: str, address: str) -> bool:
    """Tell whether an address that has a line of its own is another's, by the line above it."""
    above = ""
    for line in text.split("\n"):
        if address and address in line:
            alone = not re.search(r"\w", line.replace(address, " "))
            named = _COMPLAINTS.search(above) or _LEADS_ELSEWHERE.search(above)
            return alone and bool(named) and not OPT_OUT.search(above)
        above = line
    return False


_COMPLAINTS = words(r"問い?合わ?せ|苦情|ご?意見|ご?質問|ご?相談")


def _up_to_line_of(text: str, part: str) -> str:
    """Return `text` up to the end of the line that `part` is in."""
    end = text.find("\n", text.find(part) + len(part))
    return text if end < 0 else text[:end]


_SIGN_IN = re.compile(
    r"^https?://[^?#]*/(?:log-?in|sign-?in|my-?page(?!/\S*(?:cancel|stop|mel?mag|mail|mm|off|quit"
    r"|leave"
    r"|unsub|kaijo|haishin|news)))\b",
    re.IGNORECASE,
)
_FRONT = re.compile(r"https?://([^/?#\s]+)/?(?:index\.html?)?", re.IGNORECASE)


def _leads_to_front(href: str) -> bool:
    match = _FRONT.fullmatch(href.rstrip("。、)）"))
    return match is not None and not _HREF.search(match[1])


_LEADS_ELSEWHERE = words(
    r"privacy|プライバシー|個人情報|policy|terms|利用規約|会社概要|運営会社|特定商取引"
    r"|view (?:this|in|online)|browser"
    r"|forward|facebook|twitter|instagram|youtube|linkedin|ホームページ|オンラインショップ"
    r"|公式サイト"
)
"""What stands beside the way out in a footer."""


def _apart(text: str, beside: str) -> bool:
    """Tell whether a link stands in a row of links, and the words of refusing in another place."""
    part = next((each for each in re.split(r"[|｜•·]", beside) if text in each), None)
    return part is not None and part != beside and not OPT_OUT.search(part)


_ANY_LINK = re.compile(
    r"こちら|here|ここ|URL|クリック|ページ|フォーム|手続|click|link|→|設定|変更|[\ufffc]",
    re.IGNORECASE,
)


def _meant(link: Link, text: str, around: str | None, beside: str, block: Block) -> bool:
    """Tell whether the words around a link speak of it: it says nothing else of itself."""
    if not around or not link.text or (len(block.links) > 3 and link.text not in around):
        # What is a picture alone leads anywhere: to the shop, to what the sender is on elsewhere.
        return False
    if not text:
        return True
    if not _ANY_LINK.search(text) and text not in around:
        return False
    return not _LEADS_ELSEWHERE.search(text) and not _apart(text, beside)


_ASKS = words(r"問い?合わ?せ|contact")
_NO_MEANING = words(
    r"^\W*(?:(?:こちら|ここ|詳しく|詳細|手続き?|URL|ページ|here|click|link|this link|settings?"
    r"|設定|変更)\W*){1,3}"
)


_OF_THE_OFFER = words(r"詳しく|詳細|続き|お?申し?込|予約|購入|商品|読む|more|details|shop|buy|read")
"""What stands before a link to what the mail offers, not to refusing it."""


def _beside(blocks: tuple[Block, ...], number: int, block: Block, link: Link) -> str:
    """Return what stands with a link: its own block, or its neighbours where it stands alone."""
    text = block.text
    if len(text) > 400 and link.text and link.text in text:
        return _around(text, link.text)
    own = bool(link.text) and not URL.match(link.text) and "@" not in link.text
    if own and not _NO_MEANING.search(link.text):
        return text
    rest = text.replace(link.text, "").strip()
    if len(rest) < 12 and not _OF_THE_OFFER.search(rest):
        before = blocks[number - 1].text[-160:] if number else ""
        after = blocks[number + 1].text[:160] if number + 1 < len(blocks) else ""
        ahead = before if not (number and len(blocks[number - 1].links) > 1) else ""
        behind = after if not (number + 1 < len(blocks) and blocks[number + 1].links) else ""
        return "\n".join(filter(None, (ahead, text, behind)))
    return text


@functools.lru_cache(maxsize=256)
def _around(text: str, said: str) -> str:
    """Return what stands around `said` where it tells of refusing, or else at its first place."""
    # What a link says may stand elsewhere too, or inside other words: “here”, “where”.
    parts = [
        text[max(0, each.start() - 120) : each.end() + 120]
        for each in re.finditer(rf"(?<!\w){re.escape(said)}(?!\w)", text)
    ]
    return next((part for part in parts if OPT_OUT.search(part)), parts[0] if parts else "")


_GOES_ON = re.compile(r"(?:は|、|より|場合|には|[::▼↓])\s*$")
_NEAR = 160
"""Characters between words and the address that they speak of."""


READERS_OWN = re.compile(
    r"(?:sent|delivered|addressed|account|registered|subscribed|mailed)(?: (?:to|of|as|with|at))?"
    r"(?: the)?:?\s*[<(]?$"
    r"|(?:送信先|配信先|宛先|お届け先|ご?登録(?=の?(?:メール)?アドレス))(?:の?(?:メール)?アドレス)?\s*[:は]?\s*[<(]?$",
    re.IGNORECASE,
)
"""What stands before the address that a mail went to."""


def _address(text: str) -> re.Match[str] | None:
    """Return the first mail address in `text` that is not its reader's own."""
    return next(
        (each for each in MAIL.finditer(text) if not READERS_OWN.search(text[: each.start()])),
        None,
    )


def _written(
    blocks: tuple[Block, ...], number: int, block: Block, mention: str, *, sent: bool
) -> list[Way]:
    """Return the ways that are written out beside a mention: reply, address, telephone."""
    text = block.text
    following = blocks[number + 1] if number + 1 < len(blocks) else None
    login = _asks_for_login(mention)

    def way(href: str, *, usable: bool = True, template: bool = False) -> Way:
        return Way(
            href=href,
            quote=mention,
            block=number,
            said=True,
            offered=bool(OFFER.search(mention)),
            usable=usable,
            template=template,
            login=login or bool(_SIGN_IN.search(href)),
            front=_leads_to_front(href),
        )

    # An address beside a question is another's.
    told = "\n".join(
        line
        for line in text.split("\n")
        if not _COMPLAINTS.search(line) or OPT_OUT.search(URL.sub(" ", line))
    )
    at = max(0, told.find(mention[:20]))
    near = told[max(0, at - _NEAR) : at + len(mention) + _NEAR]
    if found := (URL.search(near) or _address(near)):
        return [way(found[0])]
    if _REPLY.search(mention) and not re.search(
        r"返信(?:でき|は(?:でき|受け)|いただいて(?:も|お))", mention
    ):
        return [way("reply")]
    if PHONE.search(mention):
        return [way("telephone", usable=False)]
    if (
        following is not None
        and following.links
        and following.links[0].text
        and not _LEADS_ELSEWHERE.search(following.links[0].text)
        and not OPT_OUT.search(following.text)
        and len(following.text) < 160
    ):
        href = following.links[0].href
        filled = bool(_TOKEN.search(href))
        return [way(href, usable=not (filled and sent) and not _DEAD.match(href), template=filled)]
    if (
        following is not None
        and (found := (URL.search(following.text) or _address(following.text)))
        and len(following.text) < 160
    ):
        return [way(found[0])]
    if block.placeholders or (
        following is not None and following.placeholders and len(following.text) < 40
    ):
        token = (block.placeholders or (following.placeholders if following else ()))[0]
        return [way(token, usable=not sent, template=not _TOKEN_OF_OPT_OUT.search(token))]
    if login:
        return [way("login", usable=False)]
    if PHONE.search(text):
        return [way("telephone", usable=False)]
    return []
