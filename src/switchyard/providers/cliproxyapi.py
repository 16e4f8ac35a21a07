"""CLIProxyAPI: subscriptions behind an API like OpenAI's. A request has no price of its own."""

from switchyard.providers.kind import NO_KEY, Kind
from switchyard.providers.openai_compatible import LISTING

KIND = Kind(name="cliproxyapi", prefix="openai", needs_api_base=True, keyless=NO_KEY, listing=LISTING)
