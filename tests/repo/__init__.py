"""What holds the repository together; each checker in `checks/` is fed a bad example beside the real tree."""
