"""The command line: one file per noun; arguments in, calls, tables out."""
