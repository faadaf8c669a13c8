"""mamori: the security and compliance posture scanner for marketing-automation deployments."""

__version__ = "0.1.0"
