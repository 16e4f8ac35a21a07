"""Platelayer: an Ansible inventory becomes a proven LLM gateway."""

__version__ = "0.1.0"
