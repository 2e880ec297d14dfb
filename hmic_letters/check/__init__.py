"""Checks of a workspace: of its data, its templates and its letters.

In: the data as read, and the PDFs as a PDF reader sees them. Out: problems, each with its place and
a remedy. A check is a pure function. Only ``fix`` writes files, and it makes only mechanical
changes.
"""
