"""The report on standard output, for a log collector that reads it there."""

from __future__ import annotations

import sys

from scanner import registry
from scanner.deliver.file import DeliveryError
from scanner.deliver.sink import Delivery, Sink, SinkOptions
from scanner.render.format import Format


class StdoutOptions(SinkOptions, frozen=True, kw_only=True):
    """`{to: stdout, format: ndjson}`."""

    format: str = "ndjson"

    @property
    def address(self) -> str:
        """The form, as there is only one standard output."""
        return f"({self.format})"


def send(delivery: Delivery) -> None:
    """Write the report."""
    form: Format = registry.part("renderers", delivery.options.format)
    if sys.stdout is None:
        raise DeliveryError("Standard output is closed.")
    try:
        sys.stdout.buffer.writelines(form.render(delivery.report))
        sys.stdout.buffer.flush()
    except OSError as error:
        raise DeliveryError(
            "Standard output cannot be written ({cause}).",
            cause=error.strerror or type(error).__name__,
        ) from None


STDOUT = Sink(options=StdoutOptions, send=send)
