"""What of the contacts' tests runs where."""

from __future__ import annotations

import importlib.util
import os

# Spark takes minutes to install and to start, so in CI it is asked only where it is there.
collect_ignore = (
    ["test_spark.py"] if os.environ.get("CI") and not importlib.util.find_spec("pyspark") else []
)
