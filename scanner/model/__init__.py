"""The vocabulary of mamori as frozen structs. This package imports nothing else of ours."""

from scanner.model.deployment import Deployment, Problem
from scanner.model.facts import (
    NOT_COLLECTED,
    Fact,
    NoEvidence,
    Origin,
    Reason,
    Unknown,
    Witness,
    known,
)
from scanner.model.subjects import (
    SUBJECT_TYPES,
    Account,
    AnySubject,
    Audience,
    Credential,
    CredentialKind,
    Endpoint,
    Form,
    FormField,
    Integration,
    Message,
    Mfa,
    Person,
    Software,
    Storage,
    Subject,
)
from scanner.model.text import Text
from scanner.model.verdict import Finding, Severity, Status, Verdict
from scanner.model.waiver import Waiver

__all__ = [
    "NOT_COLLECTED",
    "SUBJECT_TYPES",
    "Account",
    "AnySubject",
    "Audience",
    "Credential",
    "CredentialKind",
    "Deployment",
    "Endpoint",
    "Fact",
    "Finding",
    "Form",
    "FormField",
    "Integration",
    "Message",
    "Mfa",
    "NoEvidence",
    "Origin",
    "Person",
    "Problem",
    "Reason",
    "Severity",
    "Software",
    "Status",
    "Storage",
    "Subject",
    "Text",
    "Unknown",
    "Verdict",
    "Waiver",
    "Witness",
    "known",
]
