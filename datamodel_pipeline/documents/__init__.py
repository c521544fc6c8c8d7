"""How the model is told: typed data per section, a template per section, Markdown out.

In: a `view` of specs, schema and engine variants. Out: text. Sections decide, templates only loop and substitute.
It refuses to know files (templates come in as text), YAML and doit.
"""
