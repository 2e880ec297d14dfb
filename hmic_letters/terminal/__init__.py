"""The terminal: problems, paths, tables, and the end of a command.

In: problems, rows, typed names. Out: lines on the terminal and exit statuses. It decides nothing of
the trade.
"""
