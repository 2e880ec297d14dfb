"""Rules for finished letters, as an independent PDF reader and the eye see them.

In: PDFs. Out: problems. The reader is PDFium, which shares no code with the printing of letters.
"""
