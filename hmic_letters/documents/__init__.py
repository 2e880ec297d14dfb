"""Word and Excel files, and nothing of the trade.

In: text, comparisons, and files that people return. Out: documents with the same bytes for the same
content; the lines and rows that a returned file shows. Nothing in a file is ever run.
"""
