"""The sign-in of a site, tried with a test account, few times and with care."""

from scanner.collect.probes.login.flow import Flow, load_flow, ready_flows
from scanner.collect.probes.login.probe import TestAccount, attempts_folder, probe_login

__all__ = ["Flow", "TestAccount", "attempts_folder", "load_flow", "probe_login", "ready_flows"]
