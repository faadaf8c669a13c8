"""Exports of contact records, of any size → counts, without the list itself."""
