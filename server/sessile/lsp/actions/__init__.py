"""Code actions: which are offered, what each would change, and the change in the client's terms."""
