"""What a user types: one module a verb, found by name, imported only when it is called."""
