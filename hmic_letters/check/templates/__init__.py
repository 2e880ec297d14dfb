"""Rules for the templates, before any letter is made.

In: the files of ``templates/``. Out: faults with their lines. The templates are walked, never run.
"""
