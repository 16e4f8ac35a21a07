"""AWS Bedrock. Its models are asked by an access key, a bearer token, or the role of the host."""

from platelayer.providers.kind import ProviderKind

KIND = ProviderKind(name="bedrock", prefix="bedrock", login="aws_login")
