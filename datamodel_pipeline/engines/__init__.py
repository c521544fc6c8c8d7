"""How each engine writes and reads a schema. One folder a product, the same file names in each.

In: neutral `schema` values. Out: the schema as the engine can hold it (`lower`), the SQL that makes it, and, from a
live server, the schema that is there. It refuses to know specs, decisions, documents and the build.
"""
