"""The echo provider: an OpenAI-compatible server that repeats the user's last message, and fails on request.

It needs the standard library and aiohttp only, and nothing else of the package: a test host gets
`platelayer/__init__.py` and this folder, and runs `python3 -m platelayer.echo`.
"""
