"""The command line: words -> calls -> exit status.

In: typed words. Out: lines on the terminal. Only here does the code meet the user, the current
folder and the terminal.
"""
