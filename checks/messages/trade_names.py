"""Names that senders trade under, as mails to readers outside Japan show them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from checks.wording.addresses import postal_address
from checks.wording.texts import PLACEHOLDER, once, texts_of
from checks.wording.words import words
from scanner.sdk import Block, Content

_NAME = (
    r"(?<!\w)(?!(?:Our|Your|The|This|That|These|My|Us|It|We|You|Now|Today|Here|More|All|In|On|A|An|I|Click"
    r"|Unsubscribe|Updates?|News|Emails?|Newsletters?|Mailing|Lorem)\b)"
    r"[A-Z0-9][\w.&'’+-]{0,30}(?: (?:[A-Z0-9&][\w.&'’+-]{0,30}|of|and)){0,3}"
)
_ENDING = re.compile(
    r"^\W{0,3}(?:(?:the|your) )?"
    r"(?P<team>[A-Z0-9][\w.&'’-]{0,30}(?: [A-Z0-9][\w.&'’-]{0,30}){0,3}) team\W{0,5}$"
    r"|^\W{0,3}team (?P<of>[A-Z0-9][\w.&'’-]{0,30}(?: [A-Z0-9][\w.&'’-]{0,30}){0,2})\W{0,5}$"
    r"|\b(?:sent|issued|brought|organi[sz]ed|published|produced|written|edited|curated|hosted)"
    r" (?:and (?:sent|published|edited|run) )?(?:to you )?by:? (?:an? |the )?"
    r"(?P<by>(?-i:[A-Z])[\w.&'’-]{0,30}(?: (?-i:[A-Z&])[\w.&'’-]{0,30}){0,4})"
    r"|\d{4} (?P<year>[^\n|.]{2,40}?)[.,]? all rights reserved"
    r"|^\W{0,5}(?P<before>[^\W\d_][^\n|.]{1,40}?)[\s,.-]{0,5}(?:©|\(c\))?[\s,.]{0,5}(?:19|20)\d\d"
    r"[\s,.|-]{0,9}(?:all rights|alle recht|tous droits|todos los derechos|tutti i diritti"
    r"|todos os direitos)"
    r"|^\W{0,5}(?:to your \w+|(?:kind |best |warm(?:est)? |many )?"
    r"(?:regards|wishes|best|cheers|thanks|thank you"
    r"|sincerely|love|yours)(?: (?:so much|again|truly|sincerely))?)[,!.]?\s{0,9}\n\W{0,9}"
    r"(?P<signed>(?-i:[A-Z])[\w.&'’-]{0,30}(?: (?-i:[A-Z])[\w.&'’-]{0,30}){0,3})\W{0,5}$",
    re.IGNORECASE | re.MULTILINE,
)
"""How a mail ends with the name of who sent it."""
_SAID = re.compile(
    rf"\b(?:[Ww]elcome(?: back)? to|[Tt]hank(?:s| you) for (?:choosing|joining|using|visiting"
    rf"|shopping (?:at|with)|being (?:a part|part) of|subscribing to|signing up (?:to|for|with))"
    rf"|[Aa]ll of us at|[Hh]ere at|[Ss]igned up (?:to|for|at|with|on)|[Ss]ubscribed to"
    rf"|[Rr]egistered (?:at|on|with)"
    rf"|[Oo]n behalf of|[Yy]our friends at|[Aa]ccount (?:at|with)|[Cc]ustomers? of|[Mm]embers? of)"
    rf" (?:the )?(?P<said>{_NAME})"
    rf"|(?P<letter>{_NAME})(?:['’]s)? (?:[Nn]ewsletter|[Dd]igest|[Ww]eekly|[Mm]onthly|[Ii]nsider"
    r"|[Bb]ulletin)\b"
    rf"|^(?P<about>{_NAME}) ?[·|•:–—-] ?(?:[Aa]n?|[Tt]he|[Yy]our) [\w-]+ (?:newsletter|magazine"
    r"|series|digest|letter|community|journal|company|shop|store)"
    rf"|(?P<located>{_NAME}) is (?:located|headquartered) (?:at|in)\b",
    re.MULTILINE,
)
"""How a mail speaks of who sends it."""
_SPEAKS = words(
    r"welcome|thank|all of us|here at|signed up|subscribed to|registered|on behalf of"
    r"|your friends at|account (?:at|with)|customers? of|members? of|newsletter|digest|weekly"
    r"|monthly|insider|bulletin"
    r"|magazine|series|letter|community|journal|company|shop|store|is (?:located|headquartered)"
)
"""What is in every text that one of these is in."""
_OF_THE_FIELD = re.compile(
    r"\b(?:on behalf of|the|team|support|news(?:letter)?|updates?|info|notifications?|rewards?"
    r"|service|hello"
    r"|welcome to|from|official|customer|care|quote|deals?|offers?|promotions?|marketing|alerts?"
    r"|sales?|no-?reply)\b|[^\w\s.&'’-]",
    re.IGNORECASE,
)
_SHORTEST = 3
_NO_MASTHEAD = re.compile(
    r"shop|shopping|home|menu|news|newsletter|welcome|hello|hi|sale|offers?|thank you|thanks|update"
    r"|free|new|view.*|web version|(?:read|click|open|see|trouble|can['’]t).*|black friday"
    r"|cyber monday|christmas|new year|lorem.*|hey|dear.*|.*\bsale|invoice|receipt|order|logo"
    r"|company name|your (?:company|brand|logo)|title|heading?(?:line)?|forward|unsubscribe.*"
    r"|learn more.*|manage .*|.* preferences|(?:your )?company(?: inc)?",
    re.IGNORECASE,
)
_NO_NAME_BEFORE_ADDRESS = re.compile(
    r"contact|info\b|address|location|office|writ(?:e|ing)|\bmail|visit|here|unsubscribe|follow|us\b"
    r"|reserved|preferences|questions|where|venue|ship|deliver|hotel|@|https?:|[?!.:;]\s*$",
    re.IGNORECASE,
)
_PLATFORMS = re.compile(
    r"facebook|twitter|instagram|youtube|linkedin|tiktok|pinterest|google|apple|mailchimp"
    r"|list-manage|sendgrid|hubspot|constantcontact|campaignmonitor|example|zoom|slack|outlook"
    r"|campaign-archive|awstrack|litmus|vimeo|threads|whatsapp|telegram|medium"
)
"""Whom a mail leads to besides its sender."""
_CAPITALISED = re.compile(r"[A-Z0-9][\w&'’-]*")


@once
def trade_name(content: Content, *, header: str, address: str, title: str) -> str | None:
    """Return the name that a mail is signed with, or bears, or says that it comes from.

    `header` and `address` are those of the From field, which the body has to agree with.
    """
    blocks = content.blocks
    for block in blocks[-8:]:
        if (match := _ENDING.search(block.text)) and PLACEHOLDER not in match[0]:
            found: str = next(filter(None, match.groups()))
            if not _NO_MASTHEAD.fullmatch(found.strip()):
                return found.strip()
    return (
        _of_the_header(blocks, header)
        or _masthead(blocks, f"{title}\n{content.title}")
        or _spoken_of(content)
        or _of_the_domain(blocks, address)
        or _above_the_address(blocks)
    )


def no_name(text: str) -> bool:
    """Tell whether words that stand where names do name nobody: “Unsubscribe”, “Home”."""
    return bool(_NO_MASTHEAD.fullmatch(text.strip(" .-–—|→")))


def stands_in(content: Content) -> str | None:
    """Return what a template has where its user's name will be, if that is plain words."""
    for block in content.blocks:
        if match := _STANDS_IN.search(block.text):
            return match[0]
    return None


def left_blank(content: Content) -> str | None:
    """Return what stands at the end of a mail where its writer was to put the sender's name."""
    for block in content.blocks[len(content.blocks) // 2 :]:
        for text in (block.text, *block.placeholders):
            if match := _LEFT_BLANK.search(text):
                return match[0].strip()
    return None


_LEFT_BLANK = re.compile(
    r"\[(?:enter |insert |add )?(?:your|the|sender['’]?s?) ?(?:company|organi[sz]ation|business"
    r"|brand|store|shop|legal|full)?['’]?s? ?(?:legal )?"
    r"(?:name|company|organi[sz]ation|business)(?: here)?\]"
    r"|^(?:©\s*(?:\d{4})?\s*)?your (?:company|organi[sz]ation|business|brand|store) name\b",
    re.IGNORECASE | re.MULTILINE,
)
_STANDS_IN = re.compile(
    r"\[?\b(?:your|my|the)? ?(?:company|organi[sz]ation|business|brand|store|site)['’]?s? name\b\]?"
    r"|\[(?:your )?(?:company|organi[sz]ation|business|brand|sender)\]|\byour (?:company|brand)\b",
    re.IGNORECASE,
)


def a_name(content: Content, header: str) -> str | None:
    """Return what may be anybody's name: at the head, or capital inside a sentence, never small.

    So is a word of the From field, `header`, that the body says too.
    """
    head = next((block for block in content.blocks if block.text.strip()), None)
    if head is not None and not head.links and _heads(head.text.strip(" .")):
        return head.text
    lines = [line for block in content.blocks for line in block.text.split("\n")]
    small = set(re.findall(r"\b[a-z][\w’'-]*", "\n".join(lines)))
    capital: list[str] = re.findall(r"\b[A-Z][\w’'-]*", "\n".join(lines).replace("’s", ""))
    known = {each.lower(): each for each in capital if each.lower() not in small}
    for each in re.findall(r"[^\W\d_]{4,}", header):
        if each.lower() in known and not _OF_THE_FIELD.search(each):
            return known[each.lower()]
    for line in lines:
        if _is_title(line):
            continue
        for match in (*_INSIDE.finditer(line), *_SUBJECT.finditer(line)):
            name: str = match["name"]
            if name.lower() not in small and not _EVERYBODYS.fullmatch(name):
                return name
    return None


def in_english(content: Content) -> bool:
    """Tell whether a mail is written in English, or has hardly a word."""
    text = " ".join(block.text for block in content.blocks).lower()
    letters = sum(map(str.isalpha, text))
    return letters < _FEW or len(set(_ENGLISH.findall(text))) >= _SOME


_ENGLISH = re.compile(
    r"\b(?:the|you|your|and|for|with|this|our|we|to|of|is|are|now|until|from|have|please|dear|buy)\b"
)
_FEW, _SOME = 40, 2
"""Letters, and different English words that no text does without."""


def _is_title(line: str) -> bool:
    """Tell whether a line writes its words with capitals, as headings and buttons do."""
    long: list[str] = [each for each in re.findall(r"[^\W\d_]\w+", line) if len(each) > _SHORTEST]
    return sum(each[0].isupper() for each in long) * 2 >= len(long)


_SUBJECT = re.compile(
    r"(?:^|[.!?]\s)(?!(?:This|That|These|Those|There|Here|What|Which|Where|Who|Everything|Nothing"
    r"|Something|Someone|Everyone|Nobody|Today|Tomorrow|Summer|Winter|Spring|Autumn|Fall|Your|Our"
    r"|Their|Shipping|Delivery|Time|Life|Email|Sale|Black|Cyber|New|One|Each|Every|All)\b)"
    r"(?P<name>[A-Z][\w&’'-]{3,})(?:,? [A-Z]\w+)* (?:is|has|offers|brings|gives|helps|makes|lets)\b"
)
"""What a sentence begins with and tells something of."""
_INSIDE = re.compile(r"(?<=[a-z,] )(?P<name>[A-Z][\w&’'-]{2,})")
_EVERYBODYS = re.compile(
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May|June|July|August"
    r"|September|October|November|December|Click|Unsubscribe|Privacy|Policy|Terms|Conditions|Apply"
    r"|English|Japanese|American|European|Pacific|Eastern|Central|Mountain|Christmas|Suite|Ste|Street|Avenue|Road|Drive|Boulevard"
    r"|Lane|Way|Floor|North|South|East|West|[A-Z]+|Lorem|Ipsum|Learn|More|Shop|Read|Now|Free|Yes"
    r"|[A-Z0-9]+|I['’]\w+",
)


def _of_the_header(blocks: tuple[Block, ...], header: str) -> str | None:
    """Return the From field's name where the body says it too."""
    core = " ".join(_OF_THE_FIELD.sub(" ", re.sub(r"\{\{.*?\}\}", "", header)).split())
    body = "\n".join(block.text for block in blocks).lower()
    if len(core) > _SHORTEST and core.lower() in body:
        return core
    close = _joined(core)
    return core if len(close) > _SHORTEST + 1 and close in _sayings(blocks) else None


def signed_by(content: Content, header: str) -> str | None:
    """Return the From field's name where a line at the end of a mail says no more than it."""
    core = " ".join(_OF_THE_FIELD.sub(" ", header).split())
    if len(core) < _SHORTEST:
        return None
    end = "\n".join(block.text for block in content.blocks[-8:])
    lines = (line.strip(" -–—=■□◆◇●○★☆*") for line in end.split("\n"))
    return core if any(core in line and len(line) <= len(core) + 8 for line in lines) else None


def _joined(text: str) -> str:
    return re.sub(r"[\W_]", "", text).lower()


def _sayings(blocks: Iterable[Block]) -> set[str]:
    """Return one, two and three words that begin with capitals, each as one word in lower case."""
    found: set[str] = set()
    for block in blocks:
        capital = [each.strip("'’") for each in _CAPITALISED.findall(block.text)]
        for length in (1, 2, 3):
            found |= {
                _joined("".join(capital[at : at + length]))
                for at in range(len(capital) - length + 1)
            }
        found |= {
            _joined(each)
            for each in re.findall(r"(?<![\w-])[\w-]{1,40}\.[A-Za-z]{2,12}\b", block.text)
        }
    return found


def _masthead(blocks: tuple[Block, ...], titles: str) -> str | None:
    """Return the few words that a mail begins with, where they are said again."""
    shown = [block for block in blocks if block.text.strip()]
    for number, block in enumerate(shown[:3]):
        found = block.text.strip(" .")
        if not _heads(found):
            continue
        rest = "\n".join(each.text for each in (*shown[:number], *shown[number + 1 :]))
        if re.search(rf"(?<!\w){re.escape(found.lower())}(?!\w)", rest):
            continue
        if re.search(rf"(?<!\w){re.escape(found)}(?!\w)", f"{titles}\n{rest}", re.IGNORECASE):
            return found
    return None


def _heads(text: str) -> bool:
    """Tell whether `text` is of the form of a name."""
    return (
        _CAPITALISED.match(text) is not None
        and len(text) <= _LONGEST
        and len(text.split()) <= _MOST_WORDS
        and not re.search(r"[|!?:,\n%\ufffc]|\d{3}", text)
        and not _NO_MASTHEAD.fullmatch(text)
    )


_LONGEST = 30
_MOST_WORDS = 4
"""Characters, and words, of a name at the head of a mail."""


def _spoken_of(content: Content) -> str | None:
    for number in sorted(texts_of(content).holding(_SPEAKS)):
        for match in _SAID.finditer(content.blocks[number].text):
            groups: list[str] = [each for each in match.groups() if each]
            found = groups[0].strip(" .'’")
            if len(found) >= _SHORTEST and not _NO_MASTHEAD.fullmatch(found):
                return found
    return None


def _of_the_domain(blocks: tuple[Block, ...], address: str) -> str | None:
    """Return a name in the body that the sender's domain has, or one that the mail leads to."""
    own = {_label(address.rpartition("@")[2])} - {""}
    said = _sayings((*blocks[:3], *blocks[-8:]))
    led = {label for host in _hosts(blocks) if not _PLATFORMS.fullmatch(label := _label(host))}
    return next(
        (
            each
            for each in sorted(own | led)
            if len(each) > _SHORTEST and _joined(each) in said and not _NO_MASTHEAD.fullmatch(each)
        ),
        None,
    )


def _hosts(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        for link in block.links:
            if link.href.lower().startswith("http"):
                try:
                    yield urlsplit(link.href).hostname or ""
                except ValueError:
                    continue


def _label(host: str) -> str:
    """Return the part of a host name that somebody chose for a name."""
    parts = host.lower().split(".")
    while len(parts) > 1 and (len(parts[-1]) <= _SUFFIX or parts[-1] in _SUFFIXES):
        parts.pop()
    return parts[-1] if parts else ""


_SUFFIX = 3
_SUFFIXES = frozenset(("info", "shop", "online", "store", "site", "cloud", "email", "club", "tech"))


def _above_the_address(blocks: tuple[Block, ...]) -> str | None:
    """Return what stands right before a postal address, on its line or the one above."""
    for number, block in enumerate(blocks):
        match = postal_address(block.text)
        if match is None:
            continue
        before = block.text[: match.start()].rstrip(" \n,|•·-–—")
        if not before.strip() and number:
            before = blocks[number - 1].text.strip()
        found = re.split(r"[\n|•·]", before)[-1].strip()
        if (
            _SHORTEST <= len(found) <= _LONGEST + 10
            and not _NO_NAME_BEFORE_ADDRESS.search(found)
            and not re.search(r"\d|\ufffc", found)
            and not _NO_MASTHEAD.fullmatch(found)
        ):
            return found
    return None
