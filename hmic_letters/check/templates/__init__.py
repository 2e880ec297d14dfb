"""The templates, before any letter is made.

In: the files of ``templates/``. Out: faults at their line. Templates are walked, never run.
"""
