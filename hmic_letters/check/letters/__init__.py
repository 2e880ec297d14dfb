"""The letters that were made, as an independent reader and an eye see them.

In: PDFs. Out: problems. The reader is PDFium, which shares no code with what makes the letters.
"""
