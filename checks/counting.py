"""How records that were counted are judged: none may lack what the law asks for."""

from __future__ import annotations

from scanner.sdk import (
    ContactList,
    Fact,
    NoEvidence,
    Reason,
    Text,
    Unknown,
    Verdict,
    failed,
    known,
    passed,
)

_DAMAGED = Unknown(
    Reason.MALFORMED,
    Text.of("Some rows could not be read, and might be such records."),
    Text.of("Export the records anew; the report names the rows."),
)


def none_of(contacts: ContactList, template: str, **counted: Fact[int]) -> Verdict:
    """Conclude that no record counts as the one fact `counted`; where any does, say `template`.

    Raises:
        NoEvidence: the export does not tell, or rows of it could not be read.
    """
    ((name, fact),) = counted.items()
    count = known(fact)
    if count:
        return failed(
            template,
            count=count,
            total=known(contacts.mailable),
            sample=contacts.samples.get(name, "…"),
            observed=count,
            expected=0,
        )
    if contacts.damaged_rows:
        raise NoEvidence(_DAMAGED)
    return passed("None of {rows} records.", rows=known(contacts.rows), observed=0, expected=0)
