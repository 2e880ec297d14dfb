"""The command line: words -> calls -> exit status.

In: what a person types. Out: what the terminal shows. The user, the current folder and the terminal
enter here alone.
"""
