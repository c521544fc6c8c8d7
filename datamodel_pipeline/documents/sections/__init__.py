"""One module a section: `build`, which turns a view into the frozen data that its template prints.

Sections decide everything (order, wording, what is left out); templates only loop and substitute.
"""
