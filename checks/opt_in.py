"""Opt-in: whether people who get mail asked for it, freely, knowing from whom and what."""

from __future__ import annotations

from checks.counting import none_of
from checks.signups.lists import before_form, is_subscription, named_subscription
from checks.signups.questions import (
    MAIL,
    NO,
    NO_ADVERTISING,
    PRIVACY,
    UNTICK,
    Asked,
    asked_of,
    form_text,
)
from checks.signups.senders import (
    anybody,
    body,
    human_being,
    leads_to_owner,
    may_be_named,
    named_at,
    told_near,
)
from checks.signups.ties import (
    A_POLICY,
    DENIES,
    agreed_at_once,
    agrees_to_terms,
    of_the_event,
    tied,
)
from checks.signups.topics import PERIODIC, Kind, kind_of_mail
from checks.signups.trade_names import lines_naming, perhaps, trade_name
from checks.wording.legal_names import entity
from checks.wording.texts import quote
from checks.wording.words import words
from scanner.model import Origin
from scanner.sdk import (
    Audience,
    Basis,
    ContactList,
    Content,
    Control,
    Form,
    NoEvidence,
    Reason,
    Region,
    Severity,
    Status,
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

_NO_MAIL = "The form does not speak of mail."
_LOOK = Text.of("Open the form in a browser, and see in what state it asks.")


@check("opt-in.unbundled", severity=Severity.MEDIUM, basis=Basis.GUIDELINE)
def unbundled(form: Form) -> Verdict:
    """Agreeing to mail is a question of its own, apart from terms and privacy.

    Why: Who must accept advertising to get a brochure has not agreed to it: the consent is worth
        nothing when it is needed.
    Fix: Give mail a box of its own, not required, beside the one for the privacy policy.
    Source: Guidelines on specified electronic mail (Ministry of Internal Affairs, 2011), 2; GDPR,
        art. 7(2) and (4)
    """
    controls, content = known(form.controls), known(form.content)
    asked = asked_of(controls, content)
    if is_subscription(controls, content, form.sends_to):
        other = _without_question(controls, content)
        if beyond := next((each for each in asked if _beyond_the_list(each)), None):
            return failed(
                "One box agrees to terms or privacy and to mail: “{quote}”",
                quote=beyond.words.strip(),
                said=quote(beyond.words.strip(), 0.8),
            )
        if asked or other.status is not Status.FAIL or named_subscription(controls, content):
            return passed("Joining the list is what the form is for.", said=quote("", 0.8))
        return other
    for each in asked:
        box = each.controls[0]
        said = each.words.strip()
        if (
            len(each.controls) == 1
            and box.kind == "checkbox"
            and agrees_to_terms(said)
            and (MAIL.search(said) or box.required)
        ):
            return failed(
                "One box agrees to terms or privacy and to mail: “{quote}”",
                quote=said,
                said=quote(said, 0.9),
            )
        required = box.required or _SAID_REQUIRED.search(box.label)
        if len(each.controls) == 1 and required and not each.refuses and box.kind == "checkbox":
            return failed(
                "The form cannot be sent without agreeing to mail: “{quote}”",
                quote=said,
                said=quote(said, 0.85),
            )
    if asked:
        said = asked[0].words.strip()
        return passed("Mail is a question of its own: “{quote}”", quote=said, said=quote(said, 0.9))
    return _without_question(controls, content)


_CAN_BE_LEFT = words(
    r"\bunsubscribe (?:at )?any ?time\b|いつでも(?:配信を?)?(?:停止|解除)(?:でき|可能)"
)
"""Right below a form, it tells of a list that nothing else speaks of."""
_SAID_REQUIRED = words(r"必須(?!では|で(?:は)?な)|\brequired\b|\bmandatory\b")


def _beyond_the_list(asked: Asked) -> bool:
    """Tell whether the one box of a sign-up agrees to terms, and to the mail of others too."""
    return (
        len(asked.controls) == 1
        and asked.controls[0].kind == "checkbox"
        and agrees_to_terms(asked.words)
        and bool(MAIL.search(asked.words))
        and anybody(asked.words) is not None
    )


def _without_question(controls: tuple[Control, ...], content: Content) -> Verdict:
    if listed := agreed_at_once(controls, content):
        return failed(
            "One box agrees to terms or privacy and to mail: “{quote}”",
            quote=listed[0],
            said=quote(listed[0], 0.8, listed[1]),
        )
    if found := tied(controls, content):
        return failed(
            "Sending the form means to agree to mail: “{quote}”",
            quote=found[0],
            said=quote(found[0], 0.8, found[1]),
        )
    inside = [
        (block.text, n) for n, block in enumerate(content.blocks) if block.region is Region.FORM
    ]
    end = inside[-1][1] + 1 if inside else 0
    below = [(block.text, n) for n, block in enumerate(content.blocks[end : end + 2], end)]
    for text, number in (*inside, *(each for each in below if _CAN_BE_LEFT.search(each[0]))):
        if (len(text) > A_POLICY and PRIVACY.search(text)) or of_the_event(text):
            continue
        speaks = MAIL.search(text) or _CAN_BE_LEFT.search(text)
        if speaks and not NO_ADVERTISING.search(text) and not DENIES.search(text):
            return review(
                "Mail is mentioned, and there is no question about it: “{quote}”",
                remedy=Text.of("Find out whether the form takes people into a mailing list."),
                quote=text[:150],
                said=quote(text, 0.5, number),
            )
    return not_applicable(_NO_MAIL)


@check("opt-in.not-prechecked", severity=Severity.MEDIUM, basis=Basis.GUIDELINE)
def not_prechecked(form: Form) -> Verdict:
    """The box for mail is empty until the visitor ticks it.

    Why: A box that was ticked for the visitor shows what the sender wanted. In the European Union
        it is no consent at all, and in Japan it has to be plain to see.
    Fix: Leave the box empty, and the choice between yes and no open.
    Source: Guidelines on specified electronic mail (Ministry of Internal Affairs, 2011), 2, on
        default-on; GDPR, art. 4(11) and recital 32 (CJEU C-673/17)
    """
    controls, content = known(form.controls), known(form.content)
    asked = asked_of(controls, content)
    if not asked:
        return not_applicable("The form has no box for mail.")
    doubtful: Asked | None = None
    for each in asked:
        said = each.words.strip()
        state = _agreed_at_first(each)
        if state is None:
            doubtful = doubtful or each
        elif state and _shows_settings(controls, content):
            return review(
                "What is ticked may be what somebody chose before: “{quote}”",
                remedy=_LOOK,
                quote=said,
                said=quote(said, 0.5),
            )
        elif state:
            return failed(
                "Mail is agreed to before the visitor does anything: “{quote}”",
                quote=said,
                said=quote(said, 0.9),
            )
    if doubtful is not None:
        return review(
            "Whether the box is ticked at first is decided elsewhere: “{quote}”",
            remedy=_LOOK,
            quote=doubtful.words.strip(),
            said=quote(doubtful.words, 0.5),
        )
    said = asked[0].words.strip()
    return passed("Nothing is ticked at first: “{quote}”", quote=said, said=quote(said, 0.9))


def _shows_settings(controls: tuple[Control, ...], content: Content) -> bool:
    """Tell whether a form shows somebody who is known what they chose before."""
    return any(
        each.kind in ("submit", "button") and _SAVES.search(each.value) for each in controls
    ) and any(_SETTINGS.search(block.text) for block in content.blocks)


_SAVES = words(r"保存|更新|変更|\bsave\b|\bupdate\b")
_SETTINGS = words(
    r"現在の(?:ご?設定|ご?登録|配信)|アカウント設定|(?:配信|通知|メール)(?:の|受信)?設定|登録情報の?(?:変更|編集)"
    r"|ログアウト|マイページ"
    r"|(?:current|saved|account|notification|e-?mail|communication) (?:settings|preferences)"
    r"|log ?out|sign ?out"
)


def _agreed_at_first(asked: Asked) -> bool | None:
    """Tell whether somebody who touches nothing agrees to mail; None where that is not known."""
    one = asked.controls[0]
    if one.kind == "select":
        chosen = one.options[0] if one.options else ""
        if not chosen or NO.search(chosen) or _NOTHING_CHOSEN.search(chosen):
            return False
        # Beside a no, what comes first is the yes.
        return bool(_MAIL_YES.search(chosen)) or any(NO.search(each) for each in one.options[1:])
    if len(asked.controls) == 1 and one.kind == "checkbox":
        if one.checked is None:
            return None
        if asked.refuses and (not UNTICK.search(asked.words) or _UNTICK_TO_GET.search(asked.words)):
            return not one.checked
        return one.checked
    said = [each.label or each.value for each in asked.controls]
    more = any(_MORE.search(each) for each in said)
    states = [
        (
            each.checked,
            bool(NO.search(label) or _NEEDED_ALONE.search(label)) or _is_less(label, more),
        )
        for each, label in zip(asked.controls, said, strict=True)
    ]
    if any(checked is None for checked, _ in states):
        return None
    return any(checked and not refuses for checked, refuses in states)


_UNTICK_TO_GET = words(
    r"(?:希望(?:する|され|の方|の場合|者)|受け取(?:る|りたい"
    r"|られる))[^。.()不なず]{0,10}(?:チェック|✓|レ点)を?(?:外|はず)"
    r"|(?:un(?:check|tick)[^.]{0,24}(?:to (?:receive|get)|if you (?:want|wish|would like|do want))"
    r"|(?:to (?:receive|get)|if you (?:want|wish|would like))[^.]{0,40}un(?:check|tick))"
)
"""The tick refuses; whoever wants mail takes it away."""


def _is_less(label: str, more: bool) -> bool:
    """Tell whether an answer takes the one thing alone, where another takes mail with it."""
    return more and bool(_ALONE.search(label)) and not _MORE.search(label)


_ALONE = words(r"だけ|のみ|\bonly\b|\bjust\b")
_MORE = words(
    r"も(?:一緒に|あわせて)?(?:受け取|希望|送|届|登録|購読|知)|あわせて|併せて|\balso\b|\bplus\b"
    r"|\bas well\b"
)
_NEEDED_ALONE = words(
    r"(?:重要|必要|事務|業務|取引|手続き?)[^。]{0,10}(?:だけ|のみ)"
    r"|(?:essential|important|service|transactional|account|necessary)\b[^.]{0,30}\bonly\b"
    r"|\b(?:only|just) (?:the )?(?:essential|important|service|transactional|account|necessary)"
)


_NOTHING_CHOSEN = words(r"選択|選[んび]|未定|^\W*$|choose|select|^please|pick one")
_MAIL_YES = words(
    r"希望(?:する|します)|受け取る|受信する|購読する|配信する|はい|する$|同意|\byes\b"
    r"|subscribe|^1$|^on$"
)


@check("opt-in.names-sender-and-purpose", severity=Severity.MEDIUM, basis=Basis.GUIDELINE)
def names_sender_and_purpose(form: Form) -> Verdict:
    """The question about mail says from whom it comes and what it is about.

    Why: Who ticks "information from related sites" does not know what he agreed to, and the consent
        covers no sender that it did not name.
    Fix: Write who sends and what: "Sample Inc. may send me its newsletter about gardening".
    Source: Guidelines on specified electronic mail (Ministry of Internal Affairs, 2011), 2
    """
    controls, content = known(form.controls), known(form.content)
    asked = asked_of(controls, content)
    inside = form_text(content)
    subscription = is_subscription(controls, content, form.sends_to)
    bundled = None if asked or subscription else tied(controls, content)
    if not asked and not subscription and bundled is None:
        return not_applicable(_NO_MAIL)
    said = asked[0].words.strip() if asked else (bundled[0] if bundled else "")
    introduction = before_form(content) if subscription else ""
    near = "\n".join(
        [
            *(block.text for block in content.blocks if block.region is not Region.NAVIGATION),
            introduction,
        ]
    )
    whole = "\n".join(block.text for block in content.blocks)
    told = f"{said}\n{near if subscription else told_near(asked, content)}"
    kind = _kind_told(told, content, subscription=subscription)
    questions = [each.words.strip() for each in asked] or [said or f"{introduction}\n{inside}"]
    for each in questions:
        if others := anybody(each, whole):
            return failed(
                "It agrees to mail from senders who are not named: “{quote}”",
                quote=each if said else others,
                said=quote(each if said else others, 0.8),
            )
    if kind is Kind.NONE:
        return failed(
            "It does not say what the mail is about: “{quote}”",
            quote=said,
            said=quote(said, 0.75),
        )
    sender = entity(said) or entity(inside) or entity(near) or body(near)
    if sender:
        return passed(
            "Sender and purpose are named: “{quote}”",
            quote=said or sender,
            said=quote(said or sender, 0.85),
        )
    at_form = f"{said}\n{inside}" if subscription else told
    pictured = "\n".join(picture.alt for picture in content.pictures)
    shown = lines_naming(content, said)
    elsewhere = (
        entity(content.title)
        or entity(whole)
        or entity(pictured)
        or body(whole)
        or human_being(whole)
        or named_at(f"{at_form}\n{before_form(content)}", content)
        or trade_name(shown)
    )
    if elsewhere:
        return passed(
            "Sender and purpose are named: “{quote}”",
            quote=elsewhere,
            said=quote(elsewhere, 0.7),
        )
    # Where neither is plain, a brand or a picture makes it no plainer.
    doubtful = (
        may_be_named(content) or perhaps(shown) if kind is Kind.NAMED else leads_to_owner(content)
    )
    if doubtful:
        return review(
            "It does not name the sender by a legal name: “{quote}”",
            remedy=Text.of("See whether the page as a whole leaves no doubt who will write."),
            quote=said or content.title,
            said=quote(said or content.title, 0.5),
        )
    if form.origin is not Origin.PROBE:
        return review(
            "The form itself does not name the sender, and the page around it is not known here.",
            remedy=Text.of("Probe the page that shows the form, or list it under `pages`."),
            said=quote(said, 0.5),
        )
    return failed(
        "It does not say from whom the mail comes: “{quote}”",
        quote=said or inside[:100],
        said=quote(said, 0.75),
    )


def _kind_told(told: str, content: Content, *, subscription: bool) -> Kind:
    """Return how well a form says what its mail is about: by its question, or by other lines."""
    kind = kind_of_mail(told)
    if subscription:
        return Kind.NAMED if PERIODIC.search(told) else kind
    return kind or max(
        (
            kind_of_mail(block.text)
            for block in content.blocks
            if block.region is Region.FORM
            and MAIL.search(block.text)
            and not NO_ADVERTISING.search(block.text)
        ),
        default=Kind.NONE,
    )


_DOUBLE = words(
    r"(?:確認|認証|本登録|仮登録)(?:用)?(?:の)?(?:メール|URL|リンク)[^。\n]{0,60}(?:送"
    r"|届|お届け|記載|クリック|アクセス|完了|押|開)|メール(?:内|に記載)の?(?:URL|リンク"
    r"|ボタン)[^。\n]{"
    r"0,40}(?:クリック|アクセス|押)[^。\n]{0,30}(?:完了|登録|確定)|仮登録"
    r"|本登録(?:が|の)?(?:完了|URL|用)"
    r"|confirm(?:ation)? (?:e-?mail|link|your (?:e-?mail|subscription|address))|double opt"
    r"|click the link in"
)


@check("opt-in.double", severity=Severity.LOW, basis=Basis.GUIDELINE)
def double(form: Form | Audience) -> Verdict:
    """An address is confirmed before mail goes to it.

    Why: Without a confirmation anybody can sign up anybody. It is also the best proof that consent
        was given, and by whom.
    Fix: Send one mail without advertising, and begin only when its link was followed.
    Fix (mautic): Let the form's follow-up mail lead to a landing page that adds the contact to the
        segment.
    Source: Guidelines on specified electronic mail (Ministry of Internal Affairs, 2011), 2, which
        recommend it
    """
    if isinstance(form, Audience):
        if known(form.double_opt_in):
            return passed("Addresses are confirmed before mail goes to them.", observed=True)
        return failed("Addresses are not confirmed before mail goes to them.", observed=False)
    controls, content = known(form.controls), known(form.content)
    if not asked_of(controls, content) and not is_subscription(controls, content, form.sends_to):
        return not_applicable(_NO_MAIL)
    for number, block in enumerate(content.blocks):
        if (match := _DOUBLE.search(block.text)) and block.region is not Region.NAVIGATION:
            return passed(
                "A confirmation is announced: “{quote}”",
                quote=match[0],
                said=quote(block.text, 0.75, number),
            )
    raise NoEvidence(_NOT_SEEN)


_NOT_SEEN = Unknown(
    Reason.NOT_EXPOSED,
    Text.of("A form does not show whether the address is confirmed afterwards."),
    Text.of("Sign up with an address of your own, or attest `double_opt_in` of the Audience."),
)


@check("opt-in.proof-recorded", severity=Severity.MEDIUM, basis=Basis.STATUTE)
def proof_recorded(audience: Audience | ContactList) -> Verdict:
    """For everybody on the list it is recorded when and how they agreed.

    Why: The sender has to prove the consent. A field that says "yes" proves nothing without time,
        way and wording.
    Fix: Store time, form and wording with each consent, and keep them for a month after the last
        mail, three years in mail order.
    Source: Act on Regulation of Transmission of Specified Electronic Mail, art. 3(2); Enforcement
        Rules, art. 4; Act on Specified Commercial Transactions, art. 12-3(3)
    """
    if isinstance(audience, ContactList):
        return none_of(
            audience,
            "{count} of {total} records do not hold when and how consent was given ({sample}).",
            without_record=audience.without_record,
        )
    if known(audience.consent_proof):
        return passed("The consents are recorded with their circumstances.", observed=True)
    return failed("The consents are not recorded with their circumstances.", observed=False)
