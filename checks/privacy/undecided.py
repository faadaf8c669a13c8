"""Pages of which nothing is judged here, and notices that are left to a person."""

from __future__ import annotations

from checks.notices.by_ear import Duty, likeliest
from checks.notices.notice import about_cookies_alone, in_hidden, title_alone, whole_elsewhere
from checks.wording.sentences import Sentence
from checks.wording.texts import quote
from checks.wording.words import Words
from scanner.sdk import Content, Page, Text, Verdict, known, not_applicable, passed, review

READ_IT = Text.of("Read the passage, and decide whether a visitor would understand it so.")


def notice_of(page: Page, *, cookies: bool = False) -> Content | Verdict:
    """Return what a notice says, or why the page is not judged.

    One that is about cookies alone is judged by what it says of `cookies` only.
    """
    content = known(page.content)
    if not known(page.notice):
        return not_applicable("This page does not tell how personal data is handled.")
    if not cookies and about_cookies_alone(content):
        return not_applicable("This page is about cookies and tags alone.")
    if link := whole_elsewhere(content):
        return review(
            "The notice itself stands elsewhere: “{quote}”",
            remedy=Text.of("Probe that page; a PDF has to be read by a person."),
            quote=link.text or link.href,
            said=quote(link.text or link.href, 0.4),
        )
    return content


def doubt(
    content: Content, hidden: Words, title: Words, perhaps: Sentence | None, *but: Words
) -> Verdict | None:
    """Return why a notice that seems not to say something is left to a person, if it is.

    Titles with `but` announce something else.
    """
    if unseen := in_hidden(content, hidden):
        return not_shown(unseen)
    if alone := title_alone(content, title, *but):
        return review(
            "It has a heading, and nothing is said under it: “{quote}”",
            remedy=READ_IT,
            quote=alone.text,
            said=alone.quotation(0.5),
        )
    return not_understood(perhaps) if perhaps else None


def heard(content: Content, duty: Duty) -> Verdict | None:
    """Return the answer where a sentence sounds as if it told what no phrase found."""
    found = likeliest(content, duty=duty)
    if found is None or found.degree < 0:
        return None
    if found.degree < 1:
        return not_understood(found.sentence)
    said = found.sentence
    return passed("It says so: “{quote}”", quote=said.text, said=said.quotation(0.65))


def not_understood(said: Sentence) -> Verdict:
    """Return the answer where a sentence may say what was looked for."""
    return review(
        "This may say it, and was not understood: “{quote}”",
        remedy=READ_IT,
        quote=said.text,
        said=said.quotation(0.4),
    )


def not_shown(text: str) -> Verdict:
    """Return the answer where what was looked for is in text that is not shown."""
    return review(
        "It stands in text that is not shown when the page opens: “{quote}”",
        remedy=Text.of(
            "See in a browser whether people can open it, as behind a heading that unfolds."
        ),
        quote=text,
        said=quote(text, 0.4),
    )
