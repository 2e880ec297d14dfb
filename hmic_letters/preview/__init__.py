"""The letters in a browser on this machine, beside their problems.

In: a workspace that somebody is editing. Out: pictures of pages, at each save. It writes no letter,
and answers only the user who started it.
"""
