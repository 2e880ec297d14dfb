"""The response form: out to a force in Word and Excel, and back as points.

In: a proof; later the lines and rows of a returned form. Out: two files; later points, each on its
finding.
"""
