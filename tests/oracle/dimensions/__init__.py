"""The dimensions as data: one module each, with a tuple `OPTIONS`; its docstring says which question it answers."""
