"""Bytes → where they are wanted."""
