"""The typefaces of the letters, and the characters that they have.

In: a character. Out: whether every face has it. It never prints.
"""
