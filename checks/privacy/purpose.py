"""What data is used for: named, wide enough for a marketing tool, and told where data is taken."""

from __future__ import annotations

import re

import msgspec

from checks.notices.by_ear import Duty
from checks.notices.marketing import (
    PURPOSE_HERE,
    covered_at_form,
    marketing_purposes,
    told_at_form,
)
from checks.notices.notice import in_hidden
from checks.notices.purposes import (
    hidden_purpose,
    listed,
    perhaps_a_purpose,
    purpose_mentioned,
    purposes,
    told_elsewhere,
)
from checks.privacy.undecided import READ_IT, heard, not_shown, not_understood, notice_of
from checks.signups.lists import is_subscription
from checks.signups.questions import asked_of
from checks.signups.ties import tied
from checks.wording.texts import quote
from checks.wording.words import words
from scanner.model import Origin
from scanner.sdk import (
    Basis,
    Block,
    Content,
    Control,
    Form,
    Page,
    Quotation,
    Region,
    Severity,
    Text,
    Unknown,
    Verdict,
    check,
    failed,
    known,
    not_applicable,
    passed,
    review,
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
    content = notice_of(page)
    if isinstance(content, Verdict):
        return content
    found = purposes(content)
    if found:
        return passed(
            "Purposes are stated: “{quote}”",
            quote=found[0].text,
            observed=len(found),
            said=found[0].quotation(0.95 if len(found) > 1 else 0.8),
        )
    if elsewhere := told_elsewhere(content):
        return review(
            "The purposes are to be told where data is taken: “{quote}”",
            remedy=Text.of("See whether each form tells them before people send it."),
            quote=elsewhere.text,
            said=elsewhere.quotation(0.6),
        )
    if hidden := hidden_purpose(content):
        return not_shown(hidden)
    if answer := heard(content, Duty.PURPOSE):
        return answer
    if items := listed(content):
        return review(
            "Something is listed as purposes, and was not understood: “{quote}”",
            remedy=READ_IT,
            quote=items.text,
            said=items.quotation(0.5),
        )
    if perhaps := perhaps_a_purpose(content):
        return not_understood(perhaps)
    if abstract := purpose_mentioned(content):
        return failed(
            "A purpose is mentioned, but none is named: “{quote}”",
            quote=abstract.text,
            said=abstract.quotation(0.85),
        )
    return failed("No purpose of use is stated.", said=quote("", 0.9))


@check("privacy.purpose-covers-marketing", severity=Severity.MEDIUM, basis=Basis.STATUTE)
def purpose_covers_marketing(page: Page) -> Verdict:
    """The purposes cover what the marketing tool does: mail, and the analysis of behaviour.

    Why: People must be able to foresee what is done with their data. Purposes that stop at
        answering enquiries do not cover a tool that scores visits and sends mail.
    Fix: Add the delivery of mail and the analysis of browsing history to the purposes.
    Source: Act on the Protection of Personal Information, art. 17(1) and 18; Guidelines (General
        Rules) 3-1-1, on analysis of behaviour
    """
    content = notice_of(page)
    if isinstance(content, Verdict) and known(page.notice):
        return content
    tools = [
        tag.vendor for tag in known(page.site_tags) if tag.kind in ("marketing", "data_platform")
    ]
    if isinstance(content, Verdict):
        return _covered_at_form(page, tools) or content
    newsletter = known(page.newsletter)
    if not tools and not newsletter:
        return not_applicable(_NOTHING_TO_COVER)
    mail, behaviour = marketing_purposes(content)
    if (
        found := behaviour if behaviour and (mail or not newsletter) else mail or behaviour
    ) is None:
        return _not_covered(tools, quote("", 0.9))
    whole = bool(behaviour or not tools) and bool(mail or not newsletter)
    return passed(
        "The purposes cover it: “{quote}”"
        if whole
        else "The purposes cover a part of it: “{quote}”",
        quote=found.text,
        said=found.quotation(0.85 if whole else 0.6),
    )


_NOTHING_TO_COVER = "Neither a marketing tag nor a newsletter form was seen with it."


def _not_covered(tools: list[str], said: Quotation) -> Verdict:
    return failed(
        "{seen} was found, and the purposes name neither mail nor the analysis of behaviour.",
        seen=tools[0] if tools else Text.of("A newsletter form"),
        said=said,
    )


def _covered_at_form(page: Page, tools: list[str]) -> Verdict | None:
    """Return what a page with a form says of purposes, where it says any beside the form itself."""
    content, forms = known(page.content), known(page.forms)
    labels = [word for form in forms for word in _own_words(form)]
    stated = told_at_form(content, labels) if forms else []
    if not stated:
        return None
    inside = _as_form(content)
    # What a larger form says of its own purposes binds no sign-up box elsewhere on the page.
    newsletter = bool(asked_of(forms[0], inside)) or (
        len(forms) == 1
        and (is_subscription(forms[0], inside) or tied(forms[0], inside) is not None)
    )
    if not tools and not newsletter:
        return not_applicable(_NOTHING_TO_COVER)
    found = covered_at_form(content, stated, labels)
    if found is None and is_subscription(forms[0], inside):
        found = next((each for each in stated if _names_the_list(each.text, content)), None)
    if found is None and isinstance(page.policy, Content):
        found = next(filter(None, marketing_purposes(page.policy)), None)
    if found is not None:
        return passed(
            "The purposes cover it: “{quote}”", quote=found.text, said=found.quotation(0.75)
        )
    elsewhere = _whole_elsewhere(content, page.policy)
    if elsewhere and not any(
        _NOTHING_ELSE.search(each.text)
        or _LISTS_PURPOSES.search(f"{each.heading} {each.text}")
        or _SEVERAL.search(each.text)
        for each in stated
    ):
        return review(
            "What is said here names neither mail nor the analysis of behaviour; the whole policy "
            "stands elsewhere: “{quote}”",
            remedy=Text.of("Give that policy too, and --together, or list both under `pages`."),
            quote=elsewhere,
            said=stated[0].quotation(0.6),
        )
    return _not_covered(tools, stated[0].quotation(0.75))


def _whole_elsewhere(content: Content, policy: Content | Unknown) -> str | None:
    """Return the words of a link beside the form to a policy that is not known here."""
    if isinstance(policy, Content) and policy.blocks and policy.blocks[0] not in content.blocks:
        return None
    return next(
        (
            link.text or block.text[:60]
            for block in content.blocks
            if not _aside(block)
            for link in block.links
            if _POLICY_LINK.search(f"{link.text} {link.href}") and not _DEAD.match(link.href)
        ),
        None,
    )


_NOTHING_ELSE = words(
    r"(?:のみ|だけ|に?限(?:り|って))[^。]{0,12}(?:利用|使|用い)|以外(?:の目的)?(?:に|で)|ほかの?(?:目的|こと)に?は?"
    r"|\bonly\b|\bsolely\b|nothing else|no other"
)
"""What leaves no other purpose to be told elsewhere."""
_LISTS_PURPOSES = words(r"(?:利用|使用|収集|取得)の?目的|使いみち|\bpurposes?\b")
"""What is called the purposes is meant to be all of them."""
_SEVERAL = words(
    r"(?:(?:、|・|および|及び|並びに)[^。、・]{2,24}){2}(?:のため|ため|に(?:のみ)?(?:利用|使用|使))"
    r"|\b(?:us(?:e|es|ed)|process(?:es)?|needs?)\b.{0,60}\b(?:to|for)\b[^.]{2,60},[^.]{2,60}(?:,|\band\b)"
)
"""Who lists three purposes has no other to tell."""


def _as_form(content: Content) -> Content:
    """Return a page with one form as what stands in it; where that begins is not known here."""
    return msgspec.structs.replace(
        content,
        blocks=tuple(
            each if _aside(each) else msgspec.structs.replace(each, region=Region.FORM)
            for each in content.blocks
        ),
    )


def _names_the_list(purpose: str, content: Content) -> bool:
    """Tell whether a purpose is the list itself, by the name that a heading gives it."""
    return any(
        block.heading and len(block.text) >= _SHORTEST_NAME and block.text in purpose
        for block in content.blocks
    )


_SHORTEST_NAME = 4


def _own_words(controls: tuple[Control, ...]) -> list[str]:
    """Return what a form's boxes and buttons say for themselves."""
    return [
        each.label if each.kind in ("checkbox", "radio") else each.value
        for each in controls
        if each.kind in ("checkbox", "radio", "submit", "button", "image")
    ]


_PAGE_AROUND = Text.of("Probe the page that shows the form, or list it under `pages`.")
_POLICY_LINK = words(
    r"プライバシー|個人情報|privacy|policy|kojin|/pp/?$|datenschutz"
    r"|(?:お客(?:様|さま)|会員|利用者|ご?登録|応募者|患者(?:様|さま|さん)?|参加者)の?情報の?お?取り?扱"
    r"|personal (?:data|information)|(?:data )?collection (?:statement|notice)|data protection"
    r"|how we (?:use|handle|treat|process)"
)
_OTHERS_POLICY = re.compile(
    r"policies\.google\.|google\.com/(?:intl/[\w-]+/)?policies|privacymark\.(?:jp|org)|jipdec",
    re.IGNORECASE,
)
"""What form services and marks of others put beside a form leads to their own promises."""
_HERE = words(r"こちら|ここ|here|詳細|詳しく")
_ITS_POLICY = words(r"(?:^|の)(?:方針|ポリシー)$")
_HANDLING = words(r"情報|取り?扱")
_POLICY_WORDS = words(
    r"プライバシー.?ポリシー|個人情報(?:の|等の)?(?:お?取り?扱い|保護方針|の保護)|privacy (?:poli"
    r"cy|notice|statement)"
)
_POLICY_SHOWN = 30
"""Blocks of a policy shown whole at the form, by whose end it has come to the purposes."""


def _leaves_a_list(controls: tuple[Control, ...]) -> bool:
    """Tell whether a form asks for no more than the address that is to get no more mail."""
    typed = [each for each in controls if each.kind in ("text", "email", "tel", "textarea")]
    return len(typed) == 1 and any(
        each.kind in ("submit", "button") and _LEAVE.search(each.value) for each in controls
    )


_LEAVE = words(
    r"(?:配信|購読|受信|メール|登録)[をの]?(?:停止|解除|中止)|^(?:停止|解除)(?:する|$)"
    r"|unsubscribe|opt[- ]?out|remove me"
)


def _leads_to_others(block: Block) -> bool:
    return any(_OTHERS_POLICY.search(link.href) for link in block.links)


def _aside(block: Block) -> bool:
    return block.region is Region.NAVIGATION


_DEAD = re.compile(r"#?$|javascript:void", re.IGNORECASE)


def _around_form(blocks: tuple[Block, ...], inside: list[int]) -> range:
    """Return which blocks stand at a form, with the whole of a notice that begins right below."""
    last = max(inside, default=len(blocks))
    end = last + 4
    for number in range(last + 1, min(end, len(blocks))):
        if blocks[number].heading and _POLICY_LINK.search(blocks[number].text):
            below = range(number, min(number + _POLICY_SHOWN, len(blocks)))
            end = max(end, next((n for n in below if _aside(blocks[n])), below.stop))
            break
    return range(max(0, min(inside, default=0) - 6), end)


@check("privacy.notice-at-form", severity=Severity.MEDIUM, basis=Basis.STATUTE)
def notice_at_form(form: Form) -> Verdict:  # noqa: C901, PLR0912 - one question after the other
    """A form tells what the data is used for before it is sent.

    Why: Whoever takes data directly from people in writing, a web form included, must show the
        purpose first. A link in the footer of the site is easily missed.
    Fix: Put the purpose, or a link to the privacy policy, right before the button.
    Source: Act on the Protection of Personal Information, art. 21(2); Guidelines (General Rules)
        3-3-4
    """
    if _leaves_a_list(known(form.controls)):
        return not_applicable(
            "By this form people leave a list; what it asks for is known already."
        )
    content = known(form.content)
    blocks = content.blocks
    inside = [n for n, block in enumerate(blocks) if block.region is Region.FORM]
    near = _around_form(blocks, inside)
    mention: tuple[str, int] | None = None
    for number, block in enumerate(blocks):
        close = number in near and block.region is not Region.NAVIGATION
        for link in block.links:
            if _OTHERS_POLICY.search(link.href):
                continue
            if not close or not (
                _POLICY_LINK.search(link.text)
                or _POLICY_LINK.search(link.href)
                or (_POLICY_WORDS.search(block.text) and _HERE.search(link.text))
                or (_ITS_POLICY.search(link.text) and _HANDLING.search(block.text))
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
        if close and PURPOSE_HERE.search(block.text):
            return passed(
                "It tells the purpose: “{quote}”",
                quote=block.text[:150],
                said=quote(block.text, 0.85, number),
            )
        if close and _POLICY_WORDS.search(block.text) and not _leads_to_others(block):
            mention = mention or (block.text, number)
            if purposes(Content(blocks=blocks[number : number + _POLICY_SHOWN])):
                return passed(
                    "It tells the purpose: “{quote}”",
                    quote=block.text[:150],
                    said=quote(block.text, 0.8, number),
                )
    shown = Content(
        blocks=tuple(blocks[n] for n in near if n < len(blocks) and not _aside(blocks[n]))
    )
    if stated := told_at_form(shown, _own_words(known(form.controls))):
        return passed(
            "It tells the purpose: “{quote}”",
            quote=stated[0].text[:150],
            said=stated[0].quotation(0.75),
        )
    if mention:
        return review(
            "The policy is named at the form, and no link to it works from here: “{quote}”",
            remedy=Text.of("See in a browser whether the policy can be read there before sending."),
            quote=mention[0][:150],
            said=quote(mention[0], 0.5, mention[1]),
        )
    for number, block in enumerate(blocks):
        for link in block.links:
            if _POLICY_LINK.search(link.text) and not _OTHERS_POLICY.search(link.href):
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
    if hidden := in_hidden(content, _POLICY_WORDS) or in_hidden(content, PURPOSE_HERE):
        return not_shown(hidden)
    return failed(
        "Neither the purpose nor a link to the policy stands at the form.", said=quote("", 0.9)
    )
