"""The mail probe: what mailbox providers find in the DNS of a domain that sends mail."""

from scanner.collect.probes.mail.probe import probe_domain
from scanner.collect.probes.mail.senders import Sender, UnknownSenderError, sender

__all__ = ["Sender", "UnknownSenderError", "probe_domain", "sender"]
