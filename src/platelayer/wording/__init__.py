"""Sentences, titles and number formats that the terminal and HTML pages share; each draws them in its own way."""
