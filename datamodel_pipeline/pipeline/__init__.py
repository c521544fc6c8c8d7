"""When things run: the task graph, its memory between runs, and the files that it writes.

In: a project folder. Out: outputs, diagnostics and a record of what was done. doit is one front of it, watch another.
"""
