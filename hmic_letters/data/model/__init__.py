"""The nouns of the data files as frozen values, with the rules that one value keeps by itself.

In: plain values. Out: values of the trade. A rule that needs a second value is a check.
"""
