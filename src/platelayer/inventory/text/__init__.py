"""A change of a YAML text that leaves every line as it is that nobody changed."""
