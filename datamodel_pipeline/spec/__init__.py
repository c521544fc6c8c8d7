"""What a user wrote: YAML in, checked and written-out specs with their places in the files.

In: the text of spec files. Out: `specs.Model` and `specs.Entity` (every shorthand written out), a map of marks
(file:line:col of every key and value), and diagnostics. It refuses to know tables, engines' SQL and the build.
pydantic and PyYAML are imported here only.
"""
