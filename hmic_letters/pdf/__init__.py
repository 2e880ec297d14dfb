"""A letter's HTML -> its PDF: tagged, deterministic, from the templates and our fonts alone.

In: rendered HTML and ``templates/``. Out: PDF/A-3a and PDF/UA-1 files, or the problems of their
pages. It fetches nothing from anywhere else, and knows nothing of forces.
"""
