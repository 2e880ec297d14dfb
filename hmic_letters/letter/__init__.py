"""The data of one force -> its letter, as all that a template may say and as HTML.

In: an inspection, an HM Inspector, a force and the templates. Out: pages for paper and for screens,
their blocks of words, what changed between two of them. The same inputs give the same page: nothing
here reads the clock, the locale or the system's fonts.
"""
