"""From a cleared letter to a published one.

In: letters that may go out. Out: frozen versions, marked copies, e-mail drafts; the public edition
once the embargo has lifted. Nothing is ever sent, and no option lifts the embargo.
"""
