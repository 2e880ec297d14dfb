"""Word and Excel files; nothing here knows about inspections.

In: text, redlines, and files that people return. Out: documents with the same bytes for the same
content, and the lines, tables and notes of a returned file. Nothing in a file is ever run.
"""
