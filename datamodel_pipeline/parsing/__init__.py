"""How SQL is read. The only importers of sqlglot.

In: SQL text. Out: plain values (names, spellings, problems with their offset). It refuses to know files and decisions.
"""
