"""The settings of each role, and what is wrong with them."""
