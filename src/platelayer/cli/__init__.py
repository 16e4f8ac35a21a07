"""The command line: one file per noun, with arguments, calls and output, and no logic.

A noun is a module here that defines `app`, a `typer.Typer`: with a name it is a group of commands, without one its
commands stand at the top. `POSITION` is its place in `platelayer --help`; without it, the noun comes last.
"""
