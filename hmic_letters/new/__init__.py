"""A new inspection's workspace, from nothing but a title, dates and themes.

In: what a person types, and the register of forces that comes with the tool. Out: a new folder in
which ``generate`` makes specimens at once. It never writes into a folder that is there already.
"""
