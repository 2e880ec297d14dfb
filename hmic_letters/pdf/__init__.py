"""A letter's HTML -> its PDF: tagged, deterministic, made of the templates and our fonts alone.

In: rendered pages and ``templates/``. Out: PDF/A-3a and PDF/UA-1 files, or what is wrong with the
pages. It fetches nothing from anywhere else, and knows nothing of forces.
"""
