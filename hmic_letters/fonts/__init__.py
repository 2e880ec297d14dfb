"""The typefaces of the letters, and which characters they have.

In: a character. Out: whether every face has it. Nothing here prints.
"""
