"""A workspace -> everything that is wrong with its data, its templates and its letters.

In: what ``data`` has read, and the PDFs as a reader of PDFs sees them. Out: problems, each with its
place and what to do. A check is a pure function; only ``fix`` writes, and only what is mechanical.
"""
