"""What the organisation publishes, asks and sends: pages, forms and mails, as people see them."""

from scanner.collect.probes.published.places import (
    MissingPlaceError,
    collect_messages,
    collect_pages,
    look_at_forms,
    look_at_messages,
    look_at_pages,
    understood,
)

__all__ = [
    "MissingPlaceError",
    "collect_messages",
    "collect_pages",
    "look_at_forms",
    "look_at_messages",
    "look_at_pages",
    "understood",
]
