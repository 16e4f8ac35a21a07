"""How plans, verifications and reports are drawn as text."""
