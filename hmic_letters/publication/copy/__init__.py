"""One reader's copy of a letter: sealed, marked, carried by a draft, and traced.

In: a PDF and its reader. Out: an encrypted copy, its passphrase, an e-mail draft; for a file that
was found, whose copy it is.
"""
