"""The letters in a browser on this machine, beside what is wrong with them.

In: a workspace that somebody is editing. Out: pictures of pages, at each save. It writes no letter,
and answers nobody but the user who started it.
"""
