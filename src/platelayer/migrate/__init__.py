"""An existing LiteLLM config becomes an environment whose rendered config means the same.

`convert` is pure: a mapping goes in, the inventory's data and the findings come out. Around it, `source` reads the
files of a config, and `writing` makes the environment.
"""
