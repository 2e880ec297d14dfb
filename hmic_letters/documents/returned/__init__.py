"""Office files that people return, read as a person sees them.

In: the bytes of a .docx or .xlsx. Out: its lines, tables and notes. Nothing here knows about
inspections, and all of it runs in the process of ``documents.apart``.
"""
