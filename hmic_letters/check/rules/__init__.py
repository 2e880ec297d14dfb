"""Rules that a single text or file can break.

In: a passage or a force's file. Out: flaws and faults. None of these rules knows another force.
"""
