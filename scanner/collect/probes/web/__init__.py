"""The web probe: how a website meets a stranger's browser."""

from scanner.collect.probes.web.probe import MOST_REQUESTS, SiteError, check_address, probe_site

__all__ = ["MOST_REQUESTS", "SiteError", "check_address", "probe_site"]
