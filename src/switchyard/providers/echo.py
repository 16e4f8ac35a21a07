"""The echo provider that ships with Switchyard; it wants no key and costs nothing."""

from switchyard.providers.kind import NO_KEY, Kind

KIND = Kind(name="echo", prefix="openai", needs_api_base=True, keyless=NO_KEY)
