"""Catalogs, and what changed in them, as one HTML page that needs nothing from outside."""
