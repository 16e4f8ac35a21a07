"""Reading, editing and importing an environment's files."""
