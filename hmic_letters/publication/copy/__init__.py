"""The copy of a letter for one holder: marked, encrypted, attached to a draft, and traced.

In: a PDF and its holder. Out: the copy, its passphrase, an e-mail draft; for a file that turns up
somewhere, the holder of its copy.
"""
