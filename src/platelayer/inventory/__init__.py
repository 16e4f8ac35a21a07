"""An environment's inventory: read as Ansible reads it, and edited so that comments and layout stay."""
