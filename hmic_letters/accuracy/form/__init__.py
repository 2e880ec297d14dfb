"""The response form: it goes to a force in Word and Excel, and comes back as points.

In: a proof; later the lines and rows of a returned form. Out: two files; later points, each on its
finding.
"""
