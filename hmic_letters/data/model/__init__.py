"""The nouns of the data files as frozen values, with the rules about a single value.

In: plain values. Out: values of the trade. A rule about two values is a check.
"""
