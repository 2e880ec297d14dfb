"""Making letters: from a workspace to the files in ``letters/``.

In: a workspace and the forces asked for. Out: the letters whose inputs have changed, each with its
page and its letter record; a board of all letters. A force with errors stops no other.
"""
