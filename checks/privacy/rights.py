"""Who answers for the data, where to ask, and what people may ask for."""

from __future__ import annotations

from checks.notices.by_ear import Duty
from checks.notices.contacts import (
    can_be_asked,
    menu_link,
    named_elsewhere,
    operator_reached,
    window,
)
from checks.notices.operator import (
    headed,
    in_person,
    is_brand,
    name_elsewhere,
    name_filled_in,
    operator,
    seated,
)
from checks.notices.rights import (
    DISCLOSURE,
    RIGHTS,
    correction,
    disclosure,
    disclosure_section,
    perhaps_a_right,
)
from checks.privacy.undecided import READ_IT, doubt, heard, notice_of
from checks.wording.legal_names import legal_name
from checks.wording.personal_names import is_named_abroad
from checks.wording.texts import quote
from scanner.sdk import Basis, Content, Page, Severity, Text, Verdict, check, failed, passed, review


@check("privacy.operator-identity", severity=Severity.MEDIUM, basis=Basis.STATUTE)
def operator_identity(page: Page) -> Verdict:
    """The notice says who handles the data: name, address, representative.

    Why: People cannot ask, complain or decide without knowing whom they deal with.
    Fix: State the legal name, the address, and for a legal person the name of its representative.
    Source: Act on the Protection of Personal Information, art. 32(1)(i); an answer without delay on
        request is enough for address and representative
    """
    content = notice_of(page)
    if isinstance(content, Verdict):
        return content
    name = operator(content)
    if (name is None or not legal_name(name[0])) and (human := in_person(content)):
        return passed(
            "The operator is named: “{quote}”", quote=human[0], said=quote(human[0], 0.8, human[1])
        )
    return _operator(content, *name) if name else _no_operator(content)


def _no_operator(content: Content) -> Verdict:
    if elsewhere := name_elsewhere(content):
        return review(
            "A name stands on the page, and not as the operator's: “{quote}”",
            remedy=READ_IT,
            quote=elsewhere,
            said=quote(elsewhere, 0.5),
        )
    if name_filled_in(content):
        return review(
            "A template fills in the operator's name.",
            remedy=Text.of("Probe the page as the server sends it."),
            said=quote("", 0.5),
        )
    if answer := heard(content, Duty.OPERATOR):
        return answer
    return failed("Nobody is named as the operator.", said=quote("", 0.85))


def _operator(content: Content, name: str, block: int) -> Verdict:
    if headed(content) or (seated(content) and not is_brand(name)):
        return passed("The operator is named: “{quote}”", quote=name, said=quote(name, 0.9, block))
    if legal_name(name) or (is_named_abroad(name) and can_be_asked(content)):
        return passed(
            "The operator is named, and can be asked for address and representative: “{quote}”",
            quote=name,
            said=quote(name, 0.7, block),
        )
    if is_brand(name) and not seated(content):
        return failed(
            "{name} is the name of a shop, a site or a service; who runs it is not said.",
            name=name,
            said=quote(name, 0.7, block),
        )
    if seated(content):
        return review(
            "{name} may be the name of a shop or a service; see whether it is a person's too.",
            remedy=Text.of("Write beside it who runs it: a legal name, or a person's."),
            name=name,
            said=quote(name, 0.6, block),
        )
    return review(
        "{name} is named, without address and representative.",
        remedy=Text.of(
            "See whether both can be found on the site, or are told without delay on request."
        ),
        name=name,
        said=quote(name, 0.6, block),
    )


@check("privacy.contact-window", severity=Severity.MEDIUM, basis=Basis.STATUTE)
def contact_window(page: Page) -> Verdict:
    """The notice says where to complain and ask.

    Why: Whoever finds no address complains to the authority, or in public.
    Fix: Name the contact for personal data, with a mail address, a telephone number or a form.
    Source: Act on the Protection of Personal Information, art. 32(1)(iv) and 40; Order, art. 10
    """
    content = notice_of(page)
    if isinstance(content, Verdict):
        return content
    found = window(content)
    if found.reached:
        text, block = found.reached
        return passed(
            "It can be asked at: “{quote}”", quote=text[:150], said=quote(text, 0.9, block)
        )
    if found.form:
        text, block = found.form
        return passed(
            "It can be asked at: “{quote}”", quote=text[:150], said=quote(text, 0.7, block)
        )
    mentioned, written = found.mentioned, found.written
    if mentioned and found.filled_in:
        return review(
            "A contact is mentioned, and a template fills in how to reach it: “{quote}”",
            remedy=Text.of("Probe the page as the server sends it."),
            quote=mentioned[0][:150],
            said=quote(mentioned[0], 0.5, mentioned[1]),
        )
    if written:
        return passed(
            "It can be asked at: “{quote}”",
            quote=written[0][:150],
            said=quote(written[0], 0.6, written[1]),
        )
    if mentioned and (shown := operator_reached(content)):
        return passed(
            "It can be asked at: “{quote}”",
            quote=shown[0][:150],
            said=quote(shown[0], 0.6, shown[1]),
        )
    if elsewhere := named_elsewhere(content):
        return review(
            "The contact is said to stand on another page: “{quote}”",
            remedy=Text.of("Name the contact in the notice itself."),
            quote=elsewhere.text,
            said=elsewhere.quotation(0.5),
        )
    if mentioned:
        return failed(
            "A contact is mentioned, without a way to reach it: “{quote}”",
            quote=mentioned[0][:150],
            said=quote(mentioned[0], 0.7, mentioned[1]),
        )
    if link := menu_link(content):
        text, block_text, block = link
        return review(
            "Only the menu of the site leads to a contact: “{quote}”",
            remedy=Text.of("Name the contact in the notice itself."),
            quote=text,
            said=quote(block_text, 0.6, block),
        )
    return failed("No contact is named.", said=quote("", 0.9))


@check("privacy.disclosure-request", severity=Severity.MEDIUM, basis=Basis.STATUTE)
def disclosure_request(page: Page) -> Verdict:
    """The notice says how people see, correct and stop the use of their data.

    Why: These are rights of everybody whose data is kept; the procedure has to be knowable.
    Fix: Describe how to ask for disclosure, correction and an end of use, and what it costs.
    Source: Act on the Protection of Personal Information, art. 32(1)(iii), 33 to 35, 37 and 38
    """
    content = notice_of(page)
    if isinstance(content, Verdict):
        return content
    if said := disclosure(content):
        return passed("It says so: “{quote}”", quote=said.text, said=said.quotation(0.9))
    if section := disclosure_section(content):
        return passed(
            "It says so: “{quote}”",
            quote=section.heading,
            said=quote(section.heading, 0.85, section.block),
        )
    if corrected := correction(content):
        return review(
            "Correction or deletion is described, disclosure is not: “{quote}”",
            remedy=READ_IT,
            quote=corrected.text,
            said=corrected.quotation(0.6),
        )
    if answer := heard(content, Duty.DISCLOSURE):
        return answer
    if left := doubt(content, DISCLOSURE, RIGHTS, perhaps_a_right(content)):
        return left
    return failed(
        "It does not say how people ask for disclosure of their data.", said=quote("", 0.9)
    )
