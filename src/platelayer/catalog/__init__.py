"""Catalogs: what providers listed last, what a refresh would change, and what it may change unasked."""
