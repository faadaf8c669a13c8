"""Which mails the duties of advertising hold for, and which serve something else."""

from __future__ import annotations

from checks.messages.kinds import Kind, kind_of
from checks.messages.message import could_not_be_read
from scanner.sdk import Message, NoEvidence, Text, Verdict, not_applicable

SEND_IT = Text.of("Send the mail to yourself, and probe what arrives (.eml).")
"""What tells of a template what its tool puts in."""
SHOW_IT_TOO = Text.of("Show it in the HTML part too, which most readers see.")


def no_advertising(message: Message) -> Verdict | None:
    """Return the verdict on a mail to which no duty of advertising applies, or None.

    The Act on Regulation of Transmission of Specified Electronic Mail is about what advertises or
    promotes (art. 2(ii)); 15 U.S.C. 7702(2)(B) leaves out what serves a transaction. Raises:
        NoEvidence: a part of it was not read that could tell otherwise.
    """
    told_by = (
        message.title,
        message.reply,
        message.list_unsubscribe,
        message.sent,
        message.alternative,
    )
    for fact in told_by:
        if could_not_be_read(fact):
            raise NoEvidence(fact)
    kind = kind_of(message)
    if kind is Kind.TRANSACTION:
        return not_applicable("This mail serves a contract or a request; it is no advertising.")
    if kind is Kind.PERSONAL:
        return not_applicable("One person answers another in this mail.")
    return None
