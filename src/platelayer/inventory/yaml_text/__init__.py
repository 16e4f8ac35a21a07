"""Editing YAML text: only the lines of an entry change, and all other text stays as it is."""
