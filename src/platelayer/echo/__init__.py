"""The echo provider: an OpenAI-compatible server that answers with what it was asked, and fails on request.

Standard library and aiohttp only, and nothing else of the package: a test host gets `platelayer/__init__.py` and this
folder, and runs `python3 -m platelayer.echo`.
"""
