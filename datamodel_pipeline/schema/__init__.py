"""What a data model means: tables, columns, keys, checks, indexes, as immutable values without any engine's words.

In: nothing (standard library and diagnostics only). Out: the vocabulary that design, parsing, engines, planning and
documents share. It refuses to know YAML, SQL dialects, files and the network.
"""
