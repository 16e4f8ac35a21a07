"""Sentences about outcomes, which the terminal and HTML pages show alike."""
