"""Where data goes: third parties, other countries, joint users."""

from __future__ import annotations

from checks.notices.abroad import abroad, foreign_service
from checks.notices.by_ear import Duty
from checks.notices.giving import GIVEN, at_will
from checks.notices.joint_use import joint
from checks.notices.third_parties import (
    NOT_GIVING,
    Given,
    answered,
    given,
    given_under,
    kept,
    listed_under,
    perhaps_given,
    promised_under,
    related,
)
from checks.privacy.undecided import doubt, heard, notice_of
from checks.wording.sentences import Sentence
from checks.wording.texts import quote
from scanner.sdk import (
    Basis,
    Content,
    Page,
    Severity,
    Text,
    Verdict,
    check,
    failed,
    known,
    not_applicable,
    passed,
    review,
)


@check("privacy.third-party", severity=Severity.MEDIUM, basis=Basis.STATUTE)
def third_party(page: Page) -> Verdict:
    """The notice says whether, to whom and on what ground data is given to others.

    Why: Personal data may go to third parties only with consent or on a ground that the law names.
        A marketing tool hands data to agencies, advertisers and partners with one click.
    Fix: State that data goes to third parties only with consent or where the law allows it, and
        which processing is entrusted.
    Source: Act on the Protection of Personal Information, art. 27(1), (2) and (5)
    """
    content = notice_of(page)
    if isinstance(content, Verdict):
        return content
    found = given(content)
    if answer := _stated(content, found) or heard(content, Duty.THIRD_PARTY):
        return answer
    if nothing := found.groundless or promised_under(content) or listed_under(content):
        return _groundless(nothing)
    if others := related(content):
        return review(
            "Entrusting or joint use is described, provision to third parties is not: “{quote}”",
            remedy=Text.of("Say whether data is given to third parties besides."),
            quote=others.text,
            said=others.quotation(0.6),
        )
    if left := doubt(content, GIVEN, GIVEN, perhaps_given(content), NOT_GIVING):
        return left
    return failed("Nothing is said about third parties.", said=quote("", 0.9))


def _stated(content: Content, found: Given) -> Verdict | None:
    """Return the answer where a notice says in known words on what ground data is given."""
    if found.said:
        return passed(
            "It says so: “{quote}”",
            quote=found.said.text,
            said=found.said.quotation(found.confidence),
        )
    if found.groundless and at_will(found.groundless.text):
        return _groundless(found.groundless)
    if nobody := kept(content) or answered(content) or found.named:
        return passed("It says so: “{quote}”", quote=nobody.text, said=nobody.quotation(0.75))
    if section := given_under(content):
        return passed(
            "It says so: “{quote}”",
            quote=section.heading,
            said=quote(section.heading, 0.7, section.block),
        )
    return None


def _groundless(said: Sentence) -> Verdict:
    return failed(
        "Data goes to third parties, and no consent or other ground is named: “{quote}”",
        quote=said.text,
        said=said.quotation(0.7),
    )


@check("privacy.overseas-transfer", severity=Severity.MEDIUM, basis=Basis.STATUTE)
def overseas_transfer(page: Page) -> Verdict:
    """The notice says to which countries data goes.

    Why: Most marketing tools run abroad. Giving data to a third party there needs consent on the
        ground of information about that country, or safeguards; and what was found out about the
        country belongs to the security measures that are published.
    Fix: Name the countries of the vendors' servers, and the safeguards.
    Source: Act on the Protection of Personal Information, art. 28 and 32(1)(iv); Order, art. 10(1);
        PPC's Q&A on the guidelines, 7-53, 10-25 and 12-3: a cloud service that does not handle the
        data is no third party, so that silence is never a fail; but where data lies abroad, the
        country is part of the security measures that are told
    """
    content = notice_of(page)
    if isinstance(content, Verdict):
        return content
    found = abroad(content)
    if found.sent:
        return failed(
            "Data goes abroad, and no country, consent or safeguard is named: “{quote}”",
            quote=found.sent.text,
            said=found.sent.quotation(0.7),
        )
    if found.ruled:
        return passed(
            "It says so: “{quote}”", quote=found.ruled.text, said=found.ruled.quotation(0.85)
        )
    if found.kept and not found.on_request:
        return failed(
            "Data is kept abroad, and no country, consent or safeguard is named: “{quote}”",
            quote=found.kept.text,
            said=found.kept.quotation(0.7),
        )
    remedy = Text.of(
        "Find out whether the vendor handles the data, and where; then name the country and the "
        "safeguards."
    )
    if left := found.kept or found.perhaps:
        return review(
            "Data may be kept abroad, and no country is named: “{quote}”",
            remedy=remedy,
            quote=left.text,
            said=left.quotation(0.6),
        )
    vendors = [
        tag
        for tag in known(page.site_tags)
        if tag.country not in ("JP", "") and tag.kind in ("marketing", "data_platform")
    ]
    if vendors:
        return review(
            "{vendor} has its seat abroad ({country}), and no country is named.",
            remedy=remedy,
            vendor=vendors[0].vendor,
            country=vendors[0].country,
            said=quote("", 0.6),
        )
    if named := foreign_service(content):
        return review(
            "A service from abroad is named, its country is not: “{quote}”",
            remedy=remedy,
            quote=named.text,
            said=named.quotation(0.6),
        )
    return not_applicable("No recipient abroad was seen.")


@check("privacy.joint-use", severity=Severity.MEDIUM, basis=Basis.STATUTE)
def joint_use(page: Page) -> Verdict:
    """Where data is used jointly, the notice says what, by whom, for what and who answers for it.

    Why: Group companies are no third parties only if these points were published beforehand;
        otherwise passing them contacts needs everybody's consent.
    Fix: State the items, the joint users, the purpose, and name, address and representative of the
        one who is responsible.
    Source: Act on the Protection of Personal Information, art. 27(5)(iii)
    """
    content = notice_of(page)
    if isinstance(content, Verdict):
        return content
    found = joint(content)
    if found is None:
        return not_applicable("No joint use is described.")
    said = found.claim.text if found.claim else found.heading
    quotation = found.claim.quotation(0.85) if found.claim else quote(found.heading, 0.8)
    if not found.missing:
        return passed("All points of joint use are stated: “{quote}”", quote=said, said=quotation)
    if found.elsewhere:
        return review(
            "Joint use is described, its points perhaps elsewhere: “{quote}”",
            remedy=Text.of(
                "Look where it points to for items, users, purpose and responsible person."
            ),
            quote=said,
            said=quotation,
        )
    return failed(
        "Joint use lacks: {missing}. “{quote}”",
        missing=[_PART_NAMES[name] for name in found.missing],
        quote=said,
        said=quotation,
    )


_PART_NAMES = {
    "items": Text.of("items of data"),
    "scope": Text.of("joint users"),
    "purpose": Text.of("purpose"),
    "responsible": Text.of("responsible person"),
}
