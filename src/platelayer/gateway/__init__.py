"""The heart: an inventory and catalogs become deployments, names, problems and LiteLLM's config."""
