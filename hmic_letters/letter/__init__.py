"""The data of one force -> its letter, as a value for templates and as HTML.

In: an inspection, an HM Inspector, a force and the templates. Out: HTML for paper and for screens,
its blocks of words, and the changes between two of them. It never reads the clock, the locale or
the system's fonts, so that the same inputs give the same HTML.
"""
