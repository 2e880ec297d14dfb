"""What a person sees in the terminal: problems, paths, tables, and how a command ends.

In: problems, rows, what was typed. Out: lines on the terminal and exit statuses. It decides nothing
of the trade.
"""
