"""Endpoints of Amazon SageMaker. Their login is that of Bedrock, without the bearer token."""

from platelayer.providers.bedrock import AWS_LOGIN
from platelayer.providers.kind import ProviderKind

KIND = ProviderKind(name="sagemaker", prefix="sagemaker", login=AWS_LOGIN)
