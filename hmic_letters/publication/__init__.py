"""From a cleared letter to a published one.

In: letters that may go out. Out: frozen versions, copies, e-mail drafts; the public edition once
the embargo has lifted. It never sends anything, and no option lifts the embargo.
"""
