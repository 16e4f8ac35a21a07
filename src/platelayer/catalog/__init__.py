"""Catalogs: what providers listed last, what a refresh changes in that, and what it changes only if accepted."""
