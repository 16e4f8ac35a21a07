"""Verification of a running gateway: checks, one small completion per model, and their report.

It never calls LiteLLM's `/health`, which calls every model and costs money.
"""
