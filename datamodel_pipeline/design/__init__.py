"""How a schema is decided: specs in, an engine-neutral schema out, every addition with its reason.

It refuses to know engines' SQL, files, and how the result is told.
"""
