"""What LiteLLM loads, or its unit runs, on a host: standard library and LiteLLM's own packages only.

The role litellm writes these files into the folder of a release, where they stand alone.
"""

from importlib.resources import files


def read_hooks() -> dict[str, str]:
    """Return the files for the folder of a release: name → text."""
    return {
        file.name: file.read_text(encoding="utf-8")
        for file in sorted(files(__name__).iterdir(), key=lambda file: file.name)
        if file.name.startswith("platelayer_") and file.name.endswith(".py")
    }
