"""Contact records: whether each may be written to, and whether that can be proved."""

from __future__ import annotations

from typing import Annotated

from checks.counting import none_of
from scanner.sdk import (
    Basis,
    ContactList,
    Rule,
    Severity,
    Verdict,
    check,
    failed,
    known,
    parameter,
    passed,
)


class Proofs(Rule, frozen=True):
    """How long the record of a consent is kept."""

    mail_order: Annotated[
        bool,
        parameter(
            "Whether the records are those of a seller by mail order, who keeps them for 3 years.",
            source="Act on Specified Commercial Transactions (特定商取引法), Article 12-3(3)",
        ),
    ] = False


@check("opt-in.record-basis", severity=Severity.MEDIUM, basis=Basis.STATUTE)
def record_basis(contacts: ContactList) -> Verdict:
    """Every record that gets mail says why it may.

    Why: Advertising mail without consent, a business card, a customer relationship or a published
        address is unlawful, and nobody can tell later which record had one.
    Fix: Take these records out of every send, and ask for consent anew where a lawful way remains.
        Make the basis a field that every import and form fills.
    Source: Anti-Spam Act (特定電子メール法), Article 3(1)
    """
    return none_of(
        contacts,
        "{count} of {total} records do not say why ({sample}).",
        without_basis=contacts.without_basis,
    )


@check("opt-in.consumer-addresses", severity=Severity.MEDIUM, basis=Basis.STATUTE)
def consumer_addresses(contacts: ContactList) -> Verdict:
    """Addresses at consumer mail services have opted in.

    Why: Such an address belongs to a person, not to a company: the exceptions for business cards
        and published addresses hardly ever hold, and carriers report unwanted mail.
    Fix: Take these records out of every send until they have opted in.
    Source: Anti-Spam Act (特定電子メール法), Article 3(1)
    """
    return none_of(
        contacts,
        "{count} of {total} records are consumer addresses that have not opted in ({sample}).",
        consumers_without_opt_in=contacts.consumers_without_opt_in,
    )


@check("opt-in.record-source", severity=Severity.LOW, basis=Basis.ORDINANCE)
def record_source(contacts: ContactList) -> Verdict:
    """Every record that gets mail says where its address comes from.

    Why: Without the source nobody can answer a complaint, or find the import that went wrong.
    Fix: Fill the source at every import and form, and find it out for these records.
    Source: Ordinance of the Anti-Spam Act (特定電子メール法施行規則), Article 4(1)
    """
    return none_of(
        contacts,
        "{count} of {total} records do not say where the address comes from ({sample}).",
        without_source=contacts.without_source,
    )


@check("opt-in.record-time", severity=Severity.LOW, basis=Basis.ORDINANCE)
def record_time(contacts: ContactList) -> Verdict:
    """Every record that gets mail says when consent was given.

    Why: The law asks for a record of when and how consent was obtained; a tick alone is none.
    Fix: Have every form and import store the time of the consent.
    Source: Ordinance of the Anti-Spam Act (特定電子メール法施行規則), Article 4(1)
    """
    return none_of(
        contacts,
        "{count} of {total} records do not say when consent was given ({sample}).",
        without_time=contacts.without_time,
    )


@check("opt-in.record-proof", severity=Severity.LOW, basis=Basis.STATUTE)
def record_proof(contacts: ContactList) -> Verdict:
    """Every record that gets mail holds proof of the consent.

    Why: Who cannot show on which wording, from which address or by which confirmation somebody
        consented stands empty-handed when the person denies it.
    Fix: Store the version of the form, the IP address or the confirmation with each consent, or
        keep the wording of the form and the list of its addresses together.
    Source: Anti-Spam Act (特定電子メール法), Article 3(2); GDPR, Article 7(1)
    """
    return none_of(
        contacts,
        "{count} of {total} records hold no proof of the consent ({sample}).",
        without_proof=contacts.without_proof,
    )


@check("opt-out.honoured", severity=Severity.MEDIUM, basis=Basis.STATUTE)
def honoured(contacts: ContactList) -> Verdict:
    """Nobody is written to after opting out.

    Why: Mail after a refusal is the breach that people report, and that authorities act on first.
    Fix: Stop the sends to these records, and find the tool or list that does not learn of opt-outs.
    Source: Anti-Spam Act (特定電子メール法), Article 3(3)
    """
    return none_of(
        contacts,
        "{count} records were sent to more than a day after opting out ({sample}).",
        sent_after_opt_out=contacts.sent_after_opt_out,
    )


@check("opt-out.stays-out", severity=Severity.MEDIUM, basis=Basis.STATUTE)
def stays_out(contacts: ContactList) -> Verdict:
    """Who opted out does not come back by an import.

    Why: A list imported anew brings back addresses that had opted out, and the next send breaks
        the law for each of them.
    Fix: Take these records out, and check every import against the list of opt-outs.
    Source: Anti-Spam Act (特定電子メール法), Article 3(3)
    """
    return none_of(
        contacts,
        "{count} addresses opted out and would be sent to all the same ({sample}).",
        returned=contacts.returned,
    )


@check("retention.consent-proof", severity=Severity.MEDIUM, basis=Basis.ORDINANCE)
def consent_proof(contacts: ContactList, rule: Proofs) -> Verdict:
    """The record of a consent outlives the last mail.

    Why: The law asks for the record for a month after the last mail, and of mail-order sellers for
        three years; deleting it with the opt-out destroys the only defence.
    Fix: Keep the time, the source and the wording of consents apart from the mailing list, and
        delete them only after that time.
    Source: Ordinance of the Anti-Spam Act (特定電子メール法施行規則), Article 4(2)
    """
    if rule.mail_order:
        return none_of(
            contacts,
            "{count} records were sent to, and no record of a consent is left ({sample}).",
            proof_missing_for_three_years=contacts.proof_missing_for_three_years,
        )
    return none_of(
        contacts,
        "{count} records were sent to, and no record of a consent is left ({sample}).",
        proof_missing_for_a_month=contacts.proof_missing_for_a_month,
    )


@check("retention.idle-records", severity=Severity.LOW, basis=Basis.BEST_PRACTICE)
def idle_records(contacts: ContactList) -> Verdict:
    """Records that nobody uses any more are deleted.

    Why: What is kept without need is lost with the rest in a leak, and has to be notified.
    Fix: Delete records without a send, a consent or a sign of life for two years, or write down why
        they are needed.
    Source: APPI (個人情報保護法), Article 22
    """
    return none_of(
        contacts,
        "{count} of {total} records show no sign of life for two years ({sample}).",
        idle=contacts.idle,
    )


@check("evidence.records-readable", severity=Severity.INFO, basis=Basis.BEST_PRACTICE)
def records_readable(contacts: ContactList) -> Verdict:
    """Every record of the export could be read.

    Why: A record that could not be read was judged by nothing, and may be the one that matters.
    Fix: Export the records anew, in one encoding and with every text in quotation marks.
    Source: Convention
    """
    known(contacts.rows)
    if contacts.damaged_rows:
        return failed(
            "{count} rows could not be read: {places}.",
            count=contacts.damaged_rows,
            places=contacts.damaged_places,
            observed=contacts.damaged_rows,
            expected=0,
        )
    if contacts.unread_times:
        return failed(
            "Cells that should hold a moment do not: {cells}.",
            cells=contacts.unread_times,
            observed=sum(contacts.unread_times.values()),
            expected=0,
        )
    return passed("{count} rows were read.", count=contacts.rows, observed=contacts.rows)
