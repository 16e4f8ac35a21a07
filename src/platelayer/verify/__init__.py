"""Questions to a running gateway, and the report of what it answered.

LiteLLM's `/health` is never among them: it calls every model and costs money.
"""
