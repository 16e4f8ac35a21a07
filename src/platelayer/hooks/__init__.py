"""What LiteLLM loads, or its unit runs, on a host: standard library and LiteLLM's own packages only.

The role litellm writes these files into the folder of a release, where they stand alone.
"""
