"""The echo provider that ships with Platelayer; it wants no key and costs nothing."""

from platelayer.providers.kind import NO_KEY, Kind

KIND = Kind(name="echo", prefix="openai", needs_api_base=True, keyless=NO_KEY)
