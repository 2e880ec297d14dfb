"""The accuracy check of a force: sent, received, decided, applied, answered, closed.

In: a force's findings and the forms that it returns. Out: proofs, forms, points, replies, redlines
and the accuracy file. A step that is refused changes nothing.
"""
