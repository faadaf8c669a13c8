"""Cookies: the two sentences that a site with a marketing tool needs."""

from __future__ import annotations

from checks.notices.by_ear import Duty
from checks.notices.cookies import analytics, cookies_said, hidden_cookies
from checks.notices.linkage import hidden_linkage, linkage
from checks.privacy.undecided import READ_IT, heard, not_shown, notice_of
from checks.wording.texts import quote
from scanner.sdk import Basis, Page, Severity, Verdict, check, failed, passed, review


@check("privacy.cookies-stated", severity=Severity.MEDIUM, basis=Basis.GUIDELINE)
def cookies_stated(page: Page) -> Verdict:
    """The notice says that cookies are used.

    Why: A marketing tool recognises visitors by cookies from their first page on. People who are
        not told cannot foresee it, and vendors' contracts ask customers to tell them.
    Fix: State that the site uses cookies, for what, and how to refuse them.
    Source: Follows from the Act on the Protection of Personal Information, art. 17 and 21, once a
        cookie is tied to a person; no article names cookies
    """
    content = notice_of(page, cookies=True)
    if isinstance(content, Verdict):
        return content
    said = cookies_said(content)
    if said.used:
        return passed(
            "It says so: “{quote}”",
            quote=said.used.text,
            said=said.used.quotation(0.6 if said.denied else 0.95),
        )
    if said.denied:
        return failed(
            "It says that cookies are not used, and marketing tools use them: “{quote}”",
            quote=said.denied.text,
            said=said.denied.quotation(0.85),
        )
    if said.mentioned:
        return review(
            "Cookies are mentioned, and not clearly as used: “{quote}”",
            remedy=READ_IT,
            quote=said.mentioned.text,
            said=said.mentioned.quotation(0.5),
        )
    if hidden := hidden_cookies(content):
        return not_shown(hidden)
    if answer := heard(content, Duty.COOKIES):
        return answer
    if analysis := analytics(content):
        return failed(
            "Access analysis is named, cookies are not: “{quote}”",
            quote=analysis.text,
            said=analysis.quotation(0.7),
        )
    return failed("Cookies are not mentioned.", said=quote("", 0.95))


@check("privacy.cookie-linkage-stated", severity=Severity.MEDIUM, basis=Basis.GUIDELINE)
def cookie_linkage_stated(page: Page) -> Verdict:
    """The notice says that behaviour seen by cookies may be tied to a person.

    Why: That is what a marketing tool is for: once somebody fills a form, all earlier visits become
        theirs. A notice that speaks of anonymous cookies alone hides it.
    Fix: State that browsing history obtained by cookies may be combined with personal data.
    Source: Follows from the Act on the Protection of Personal Information, art. 17, 21 and 31, once
        a cookie is tied to a person; no article asks for the sentence
    """
    content = notice_of(page, cookies=True)
    if isinstance(content, Verdict):
        return content
    found = linkage(content)
    if found.said:
        return passed(
            "It says so: “{quote}”", quote=found.said.text, said=found.said.quotation(0.9)
        )
    if found.doubtful:
        return review(
            "It speaks of tying behaviour to persons, under a condition: “{quote}”",
            remedy=READ_IT,
            quote=found.doubtful.text,
            said=found.doubtful.quotation(0.5),
        )
    if found.denied:
        return failed(
            "It denies what a marketing tool does: “{quote}”",
            quote=found.denied.text,
            said=found.denied.quotation(0.8),
        )
    if hidden := hidden_linkage(content):
        return not_shown(hidden)
    if answer := heard(content, Duty.LINKAGE):
        return answer
    return failed("It does not say that behaviour may be tied to a person.", said=quote("", 0.9))
