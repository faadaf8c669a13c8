"""A web page → a `Page`, and the forms on it that ask for personal data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

import msgspec

from scanner.collect.http import MAX_BODY
from scanner.collect.probes.published.characters import decode
from scanner.collect.probes.published.fetch import Fetched
from scanner.collect.probes.published.form import (
    ENDS,
    NEWSLETTER,
    OF_THE_ORDER,
    embedded_form,
    forms_in,
    personal,
)
from scanner.collect.probes.published.markup import Markup
from scanner.collect.probes.published.plain_text import plain
from scanner.collect.probes.published.tags import Tagging
from scanner.collect.probes.published.tangle import TANGLED, is_tangled
from scanner.model import (
    Block,
    Content,
    Fact,
    Form,
    Message,
    Origin,
    Page,
    Reason,
    Region,
    Text,
    Unknown,
    known,
)

_SAVE_IT = Text.of("Open it in a browser, save the rendered page, and probe the file.")
_PDF = Unknown(
    Reason.NEEDS_REVIEW,
    Text.of("This is a PDF, which mamori does not read."),
    Text.of(
        "Publish the text as a page, which people can read on a telephone too; or save it as "
        "HTML or plain text, and probe the file."
    ),
)
_BY_SCRIPT = Unknown(
    Reason.NOT_COLLECTED,
    Text.of("The page shows its text only by JavaScript, which mamori does not run."),
    _SAVE_IT,
)
_SIGN_IN = Unknown(
    Reason.UNAUTHENTICATED,
    Text.of("What came is a sign-in page, and the page is behind it."),
    _SAVE_IT,
)
_EMPTY = Unknown(
    Reason.MALFORMED,
    Text.of("There is no visible text in it."),
    Text.of("Check that this is the page that people see."),
)
_NO_HTML = Unknown(
    Reason.MALFORMED,
    Text.of("This is neither HTML nor plain text."),
    Text.of("Give a page, or save its text as HTML."),
)
TOO_LARGE = Unknown(
    Reason.TOO_LARGE,
    Text.of("It is larger than {megabytes} MB.", megabytes=MAX_BODY // 1_048_576),
    Text.of("Save the part that people read, without pictures inside it, and probe that."),
)
_NOT_OVER_HTTP = Unknown(
    Reason.NOT_COLLECTED,
    Text.of("A saved file does not tell which cookies the server sets."),
    Text.of("Probe the page by its address."),
)

_TITLE = re.compile(
    r"プライバシー|個人情報(?:の|等の)?(?:お?取り?扱い?|保護)|個人情報保護|個人情報に(?:ついて"
    r"|関する)"
    r"|(?:お客(?:様|さま)|会員|利用者|患者|ご?本人)の?情報の?お?取り?扱い|privacy"
    r"|data protection|datenschutz"
    r"|(?:cookie|クッキー)(?:の?(?:ポリシー|利用|使用|について)| policy| notice)|外部送信"
    r"|情報の外部送信",
    re.IGNORECASE,
)
_TERMS = re.compile(
    r"利用規約|会員規約|ご利用規定|特定商取引|terms (?:of|and)|user agreement", re.IGNORECASE
)
_SITE_POLICY = re.compile(
    r"サイトポリシー|(?:ご利用|閲覧)(?:にあたって|に際して)|site policy", re.IGNORECASE
)
_CHAPTER = re.compile(r"\W*(?:\d{1,2}|第\d+条)?\W*(?:個人情報|プライバシー|privacy)", re.IGNORECASE)
_REFERS = re.compile(
    r"(?:ポリシー|保護方針|こちら)[^。]{0,20}(?:ご覧|ご?参照|ご?確認)|see our privacy policy",
    re.IGNORECASE,
)
"""A chapter on personal data that leads to the notice names neither purposes nor rights itself."""
_POLICY = re.compile(
    r"\W*(?:プライバシー.?ポリシー|個人情報保護方針|privacy policy)", re.IGNORECASE
)
_WORDS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"個人情報|personal (?:data|information)",
        r"利用目的|目的で(?:利用|使用)|purposes?",
        r"第三者|third part",
        r"開示|訂正|利用停止|access|rectif|eras",
        r"安全管理|漏え?い|security|safeguard",
        r"cookie|クッキー",
        r"(?:取得|収集)(?:する|し)|we collect",
    )
)
_ENOUGH_WORDS = 4
_TITLE_OF_THEIR_OWN = re.compile(
    r"個人情報|(?:様|さま|さん|方|会員|利用者|患者|生徒|読者|組合員|あなた|皆|みんな"
    r"|みなさま)の(?:ご)?(?:情報|データ|お?名前)(?!誌|源)"
    r"|お預かり(?:する|した|している)[^。]{0,8}(?:情報|データ|名前|もの)|名簿(?:について"
    r"|の(?:お?取り?)?扱い|の使い方|のこと)"
    r"|(?:情報|じょうほう|データ|名簿|名前|住所|連絡先|アドレス)[^。]{0,10}(?:扱い|あつかい|使い方"
    r"|(?:使|つか)いかた)|(?:名前|住所|連絡先|アドレス)[^。]{0,6}のこと|守秘"
    r"|\byour (?:e-?mail|name|address)\b|\b(?:data|information) (?:we|i) (?:keep|hold|use|collect)"
    r"|\b(?:your|members'|customers'|guests'|readers') (?:data|information|details|personal)\b"
    r"|\bwhat we (?:know|keep|hold|collect|do with)\b|\bdata (?:policy|notice|statement|promise)\b",
    re.IGNORECASE,
)
"""What people who are no lawyers may call a notice; other pages are called so too."""
_PLAIN_WORDS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"お?名前|氏名|住所|電話番号|メールアドレス|\bnames?\b|\baddress|\be-?mail",
        r"使(?:い|う|わ|って)|利用し|用い|\bus(?:e|es|ed)\b",
        r"渡(?:し|す|さ)|教え|見せ|伝え|第三者|\b(?:shar|giv|pass)(?:e|ed|en)?\b|\bsell\b",
        r"鍵|しま(?:い|っ)|保管|守(?:り|る|っ)|パスワード|暗号|\block|\bke(?:ep|pt)\b|\bsafe|\bencrypt",
        r"消(?:し|す|え)|直(?:し|す)|見たい|ほしい|削除|訂正|開示|\b(?:delet|correct|remov)|\bcopy\b",
        r"お?問い?合わ?せ|電話|連絡|窓口|申し?出|\bask\b|\bcontact|\bcall\b|\bwrite\b",
        r"cookie|クッキー",
    )
)
"""The same that `_WORDS` speak of, in everyday words."""
_CHAPTERS = 3
"""Headings about personal data; terms of use have one or two of them."""
_LITTLE_TEXT = 200
"""Characters; a page that tells anything has more."""


def read_page(
    data: bytes,
    identity: str,
    *,
    fetched: Fetched | None = None,
) -> list[Page | Form]:
    """Return the page in `data`, and its forms, each with the id `identity`.

    What cannot be read is a `Page` whose facts are unknown, for the reason.
    """
    facts: dict[str, object] = {
        "cookies": fetched.cookies if fetched else _NOT_OVER_HTTP,
    }
    if fetched:
        facts["url"] = fetched.url
    gap = _unreadable(data, fetched.kind if fetched else "")
    if gap is not None:
        return [unread_page(identity, gap, **facts)]
    html = decode(data, fetched.charset if fetched else None)
    if "<" not in html[:20_000]:
        content = plain(html)
        return [
            _with_text(identity, content, markup=None, forms=(), facts=facts)
            if content.blocks
            else unread_page(identity, _EMPTY, **facts)
        ]
    if is_tangled(html):
        return [unread_page(identity, TANGLED, **facts)]
    markup = Markup(html)
    content = markup.content()
    shown = sum(len(block.text) for block in content.blocks)
    forms = forms_in(markup, identity, content)
    if shown < _LITTLE_TEXT:
        signs_in = not forms and markup.select("input[type=password]")
        if signs_in and not _TITLE.search(content.title):
            return [unread_page(identity, _SIGN_IN, **facts | _tagged(markup))]
        if not forms and _needs_script(markup, shown):
            # What a script will show is not known; which scripts there are, is.
            facts |= _tagged(markup)
            return [unread_page(identity, _BY_SCRIPT, **facts)]
        if not content.blocks:
            return [unread_page(identity, _EMPTY, **facts)]
    page = _with_text(identity, content, markup=markup, forms=forms, facts=facts)
    drawn = embedded_form(markup, identity, content) if not forms else None
    return [page, *forms, *([drawn] if drawn else [])]


def _tagged(markup: Markup) -> dict[str, object]:
    tagging = Tagging(markup)
    return {"tags": tagging.tags, "consent": tagging.consent}


def _needs_script(markup: Markup, shown: int) -> bool:
    if not markup.select("script"):
        return False
    if shown < _LITTLE_TEXT // 20:
        return True
    roots = markup.select("#root, #app, #__next, #__nuxt, #___gatsby, app-root, [data-reactroot]")
    if any(not (root.text() or "").strip() for root in roots):
        return True
    words = " ".join(each.text() or "" for each in markup.select("noscript"))
    return shown < _LITTLE_TEXT // 2 and "javascript" in words.lower()


def unread_page(identity: str, gap: Unknown, **facts: object) -> Page:
    """Return a page of which nothing is known but `facts`."""
    unknown = dict.fromkeys(
        (
            "url",
            "content",
            "notice",
            "forms",
            "tags",
            "consent",
            "cookies",
            "policy",
            "site_tags",
            "newsletter",
        ),
        gap,
    )
    return Page(id=identity, origin=Origin.PROBE, **{**unknown, **facts})  # type: ignore[arg-type]


def _with_text(
    identity: str,
    content: Content,
    *,
    markup: Markup | None,
    forms: Iterable[Form],
    facts: dict[str, object],
) -> Page:
    content = _out_of_menus(content)
    controls = tuple(known(form.controls) for form in forms)
    tagging = Tagging(markup) if markup is not None else None
    tags = tagging.tags if tagging is not None else ()
    notice = is_notice(content, any(personal(each) > 1 for each in controls))
    return Page(
        id=identity,
        name=content.title[:100],
        origin=Origin.PROBE,
        content=content,
        notice=notice,
        forms=controls,
        tags=tags,
        consent=tagging.consent if tagging is not None else None,
        policy=content if notice else shown_policy(content, asks=bool(controls)) or _NO_POLICY,
        site_tags=tags,
        newsletter=any(takes_newsletter(form) for form in forms),
        **facts,  # type: ignore[arg-type]
    )


def _out_of_menus(content: Content) -> Content:
    """Return `content` with its sentences as text, where nearly all of it seems to be a menu.

    Somebody forgot to close that, or gave the whole page its name.
    """
    if sum(len(b.text) for b in content.blocks if b.region is not Region.NAVIGATION) > _LITTLE_TEXT:
        return content
    return msgspec.structs.replace(
        content,
        blocks=tuple(
            msgspec.structs.replace(block, region=Region.MAIN)
            if block.region is Region.NAVIGATION and (block.heading or _speaks(block))
            else block
            for block in content.blocks
        ),
    )


def _speaks(block: Block) -> bool:
    """Tell whether a block is more than links and a few words."""
    linked = sum(len(link.text) for link in block.links)
    return len(block.text) >= _A_SENTENCE and 2 * linked < len(block.text)


_A_SENTENCE = 40
"""Characters; what stands in a menu has fewer."""
_NO_POLICY = Unknown(
    Reason.NOT_COLLECTED,
    Text.of("The privacy policy of the site was not looked at beside this."),
    Text.of("Give the policy too, and --together, or list both under `pages`."),
)


def _unreadable(data: bytes, kind: str) -> Unknown | None:
    if data.startswith(b"%PDF-") or kind == "application/pdf":
        return _PDF
    if len(data) > MAX_BODY:
        return TOO_LARGE
    if kind.startswith(("image/", "video/", "audio/", "application/zip")) or (
        b"\0" in data[:1000] and not data.startswith((b"\xff\xfe", b"\xfe\xff"))
    ):
        return _NO_HTML
    return None if data.strip() else _EMPTY


def is_notice(content: Content, asks: bool) -> bool:
    """Tell whether a page tells how personal data is handled; `asks` where it has a form for it."""
    headings = [content.title, *(block.text for block in content.blocks if block.heading)]
    if not asks and content.blocks and content.blocks[0].region is not Region.NAVIGATION:
        # Where nothing is marked up as a heading, the first lines are.
        lines = 1 if any(block.heading for block in content.blocks) else 2
        headings += [block.text[:60] for block in content.blocks[:lines]]
    first = headings[:3] if asks else headings[:6]
    if (
        any(_TERMS.search(each) for each in first)
        and not any(_TITLE.search(each) for each in first)
        and not any(_POLICY.match(each) for each in headings)
        and sum("個人情報" in each for each in headings) < _CHAPTERS
    ):
        return False
    text = "\n".join(b.text for b in content.blocks if b.region is Region.MAIN)
    named = not asks and any(_TITLE.search(heading) for heading in headings[:2])
    chapter = not named and not any(_POLICY.match(each) for each in headings)
    if chapter and _REFERS.search(text) and not any(each.search(text) for each in _WORDS[1:5:2]):
        return False
    if (
        not asks
        and any(_SITE_POLICY.search(each) for each in first)
        and any(_CHAPTER.match(each) for each in headings[1:])
    ):
        return True
    words = sum(1 for pattern in _WORDS if pattern.search(text))
    if any(_TITLE.search(heading) for heading in first):
        # A page that is called so and tells nothing is one too.
        return named or words >= (_ENOUGH_WORDS if asks else 1)
    if (
        not asks
        and any(_TITLE_OF_THEIR_OWN.search(heading) for heading in first)
        and sum(1 for pattern in _PLAIN_WORDS if pattern.search(text)) >= _ENOUGH_WORDS
    ):
        return True
    dense = text.count("個人情報") >= 3 and text.count("個人情報") * 300 >= len(text)
    return not asks and words > (_ENOUGH_WORDS if not dense else 1)


def shown_policy(content: Content, *, asks: bool = True) -> Content | None:
    """Return the policy that a page shows, from its title on; `asks` where it has a form for it."""
    for number, block in enumerate(content.blocks):
        title = block.text[:_LONG_TITLE].split("\n")[0]
        if block.region is Region.NAVIGATION or _AGREES.search(title):
            continue
        if not (
            _SHOWN_TITLE.match(title) or (asks and block.heading and _SHOWN_AMID.search(title))
        ):
            continue
        if not block.heading and "\n" not in block.text and block.links:
            continue
        blocks = content.blocks[number : number + _MOST_SHOWN]
        text = "\n".join(each.text for each in _of_the_policy(blocks))
        words = sum(1 for pattern in _SHOWN_WORDS if pattern.search(text))
        # What the whole page is called is one, whatever stands between its chapters.
        if _POLICY_TITLE.search(title) or (block.heading and title == content.title):
            enough = 1
        else:
            enough = _FEW_WORDS if block.heading and len(text) >= _LONG_POLICY else _WORDS_ALONE
        if len(text) >= _LEAST_POLICY and words >= enough and _OF_PEOPLE.search(text):
            # Where it ends is not told; what follows may name vendors too.
            return Content(blocks=blocks)
    return None


def _of_the_policy(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """Yield the blocks of a policy up to a heading that no chapter of one has."""
    for number, each in enumerate(blocks):
        if number and each.heading and not _SHOWN_CHAPTER.search(each.text):
            return
        if each.region is not Region.NAVIGATION:
            yield each


_AGREES = re.compile(
    r"同意(?:する|します|の(?:上|うえ)|いただ)|\b(?:i|you) (?:agree|consent|accept)", re.IGNORECASE
)
"""What a box says beside a policy is no title of it."""
_OF_PEOPLE = re.compile(
    r"個人(?:情報|データ)|お?名前|氏名|メールアドレス|連絡先|(?:お客(?:様|さま)|皆様|利用者|ご?記入|ご?入力|ご?登録|お預かり|いただい)"
    r"[^。]{0,12}(?:情報|内容|データ)|personal|\bGDPR\b|\bcontroller\b"
    r"|\b(?:your|the) (?:\w+ )?(?:data|details|information|name|e-?mail|address)",
    re.IGNORECASE,
)
_SHOWN_CHAPTER = re.compile(
    r"個人|情報|データ|利用|使用|使い|目的|取得|第三者|提供|渡|委託|共同|開示|訂正|削除|安全|管理|cookie|クッキー"
    r"|問い?合わ?せ|窓口|連絡|改[定訂]|変更|法令|保存|保管|外部|事業者|ツール|解析|計測|広告|同意|権利|苦情|会社|運営|責任者|サービス|送信"
    r"|\b(?:inc|llc|ltd|gmbh|google)\b|data|information|privacy|rights|purpose|why|shar|third|contact|retention|keep|security"
    r"|controller|who|how|what|changes|legal|transfer|recipients|complain|storage|process|tools",
    re.IGNORECASE,
)


_SHOWN_TITLE = re.compile(
    r"\W*(?:.{0,12}の)?(?:プライバシー.?ポリシー|個人(?:情報|データ)(?:の|等の|保護|に(?:ついて|関する))"
    r"|(?:お客(?:様|さま)|応募者|利用者|参加者)の?(?:個人)?情報の|(?:利用者)?情報の外部送信|外部送信"
    r"|(?:online )?privacy\b|(?:handling|protection|treatment|use) of (?:your )?personal"
    r"|personal (?:data|information)|how we (?:use|handle|treat|process) (?:your|the)"
    r"|data (?:protection|privacy|use)|your (?:privacy|data)\b)",
    re.IGNORECASE,
)
_SHOWN_AMID = re.compile(
    r"個人(?:情報|データ)|プライバシー|(?:お客(?:様|さま)|お預かり|いただ[いく]|ご?記入|ご?入力|ご?登録)[^。]{0,8}"
    r"(?:情報|内容|データ)|(?<!機密)(?<!秘密)(?<!企業)(?:情報|データ)の(?:お?取り?扱い|使い(?:方|みち))|外部送信"
    r"|\bprivacy\b|data protection|datenschutz|\bGDPR\b|\bart(?:icle|\.)? ?1[34]\b"
    r"|\b(?:your|personal) (?:data|details|information)\b|what (?:we do|happens) (?:with|to)\b",
    re.IGNORECASE,
)
"""What a heading of a policy says, wherever in it."""
_SHOWN_WORDS = (
    *_WORDS,
    *(
        re.compile(pattern, re.IGNORECASE)
        for pattern in (
            r"withdraw|撤回",
            r"委託|processors?\b|service providers",
            r"controller|管理(?:責任)?者|窓口|お?問い?合わ?せ|\bask us\b|enquir|contact",
            r"(?:利用|使用)(?:し|いた|させ)|に使[いうわ]",
            r"\buses?\b.{0,60}\b(?:to|for)\b|in order to|so that",
            r"(?:提供|開示|渡す|渡し)|\b(?:share|disclose|give|sell|pass)\b",
            r"保存|保管|削除|廃棄|消去|\b(?:keep|kept|retain|delete)",
            r"\brights?\b|complain",
        )
    ),
)
_POLICY_TITLE = re.compile(
    r"プライバシー.?ポリシー|保護方針|privacy (?:policy|notice|statement)", re.IGNORECASE
)
_LONG_TITLE = 60
_MOST_SHOWN = 40
"""Blocks of a policy that a page shows beside a form."""
_FEW_WORDS, _WORDS_ALONE = 2, 3
"""Matters of a policy that a text of that length under a heading speaks of, and any other."""
_LONG_POLICY = 160
_LEAST_POLICY = 80
"""Characters; what is shorter names a policy, or one purpose."""


def takes_newsletter(form: Form) -> bool:
    """Tell whether a form takes people into a mailing list."""
    controls, content = known(form.controls), known(form.content)
    words = [f"{each.name} {each.label} {each.value}" for each in controls]
    if any(each.kind in ("submit", "button") and ENDS.search(each.value) for each in controls):
        return False
    inside = [n for n, block in enumerate(content.blocks) if block.region is Region.FORM]
    # What names the form stands inside it or right before.
    begin = max(0, min(inside, default=0) - 2)
    words += [content.blocks[n].text for n in (*range(begin, min(inside, default=0)), *inside)]
    lines = "\n".join(words).split("\n")
    return any(NEWSLETTER.search(OF_THE_ORDER.sub("", each)) for each in lines)


def relate(
    pages: list[Page], forms: list[Form], messages: list[Message]
) -> tuple[list[Page], list[Message]]:
    """Return pages and messages of one site, each with what the others tell of it.

    The policy of a site is what its pages say of personal data, all of them together.
    """
    notices = [each for each in pages if each.notice is True and isinstance(each.content, Content)]
    blocks = tuple(block for each in notices for block in known(each.content).blocks)
    policy: Fact[Content] = Content(blocks=blocks) if notices else _NO_POLICY
    tags = {
        tag.vendor: tag
        for each in pages
        if not isinstance(each.tags, Unknown)
        for tag in reversed(each.tags)
    }
    newsletter = (
        any(each.newsletter is True for each in pages)
        or any(takes_newsletter(each) for each in forms if isinstance(each.content, Content))
        or bool(messages)
    )
    return (
        [
            each
            if isinstance(each.content, Unknown)
            else msgspec.structs.replace(
                each,
                policy=_with_shown(policy, each),
                site_tags=tuple(tags.values()),
                newsletter=newsletter,
            )
            for each in pages
        ],
        [msgspec.structs.replace(each, policy=policy) for each in messages]
        if notices
        else messages,
    )


def _with_shown(policy: Fact[Content], page: Page) -> Fact[Content]:
    """Return the policy of a site with what one of its pages shows of it beside a form."""
    if page.notice is True or not isinstance(page.policy, Content):
        return policy
    if isinstance(policy, Unknown):
        return page.policy
    return Content(blocks=(*policy.blocks, *page.policy.blocks))


def site(identity: str) -> str:
    """Return what pages of one site share: the host of an address."""
    return (urlsplit(identity).hostname or "").removeprefix("www.")
