"""Policies, frameworks and translations: data alone, found through the entry point."""
