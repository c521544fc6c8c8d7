"""What should be done: the order of creation, and the steps of a migration, as plain data.

In: neutral and lowered schemas, engines. Out: plans. It refuses to know specs, documents and files.
"""
