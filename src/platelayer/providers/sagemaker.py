"""Endpoints of AWS SageMaker; a model is the name of one."""

from platelayer.providers.kind import ProviderKind

KIND = ProviderKind(
    name="sagemaker",
    prefix="sagemaker",
    login="aws_login",
    takes_key=False,
    base_option="sagemaker_base_url",
    other_prefixes=("sagemaker_chat", "sagemaker_nova"),
)
