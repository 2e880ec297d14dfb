"""The six steps of an accuracy check, one module each.

In: a workspace, a force and an occasion. Out: files, then the ledger's line, then the accuracy
file.
"""
