"""The TLS probe: how an endpoint presents itself to a stranger, asked in few connections."""

from scanner.collect.probes.tls.interview import MOST_CONNECTIONS
from scanner.collect.probes.tls.probe import EndpointError, probe_endpoint

__all__ = ["MOST_CONNECTIONS", "EndpointError", "probe_endpoint"]
