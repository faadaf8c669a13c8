"""That data is kept safe."""

from __future__ import annotations

from checks.notices.by_ear import Duty
from checks.notices.safekeeping import (
    ENTRUSTED,
    SECURITY,
    measure,
    measures_section,
    perhaps_a_measure,
    perhaps_in_english,
    vague_alone,
    vague_promise,
)
from checks.privacy.undecided import READ_IT, doubt, heard, notice_of
from checks.wording.sentences import Sentence, is_japanese
from checks.wording.texts import quote
from scanner.sdk import Basis, Page, Severity, Verdict, check, failed, passed, review


@check("privacy.security-measures", severity=Severity.MEDIUM, basis=Basis.STATUTE)
def security_measures(page: Page) -> Verdict:
    """The notice says how the data is kept safe.

    Why: Since April 2022 the measures taken must be knowable to the people concerned, as far as
        telling them does no harm.
    Fix: Describe the organisational, human, physical and technical measures, and for data kept
        abroad what was found out about that country.
    Source: Act on the Protection of Personal Information, art. 23 and 32(1)(iv); Order, art. 10
    """
    content = notice_of(page)
    if isinstance(content, Verdict):
        return content
    if found := measure(content):
        return passed("It says so: “{quote}”", quote=found.text, said=found.quotation(0.85))
    if section := measures_section(content):
        return passed(
            "It says so: “{quote}”",
            quote=section.heading,
            said=quote(section.heading, 0.7, section.block),
        )
    if vague := vague_alone(content):
        return _of_care_alone(vague)
    if not is_japanese(content) and perhaps_in_english(content):
        return review("No measure was recognised.", remedy=READ_IT, said=quote("", 0.4))
    if answer := heard(content, Duty.SECURITY):
        return answer
    if left := doubt(content, SECURITY, SECURITY, perhaps_a_measure(content), ENTRUSTED):
        return left
    if vague := vague_promise(content):
        return _of_care_alone(vague)
    return failed("It does not say how the data is kept safe.", said=quote("", 0.9))


def _of_care_alone(vague: Sentence) -> Verdict:
    return failed(
        "It promises care and names no measure: “{quote}”",
        quote=vague.text,
        said=vague.quotation(0.7),
    )
