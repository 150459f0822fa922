"""Notebooks: the Python cells of one are analysed as one module, and what is found is told of each cell."""
