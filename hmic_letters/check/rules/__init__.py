"""The rules that a text or a file can break by itself.

In: a passage or a force's file. Out: flaws and faults. None of them knows another force.
"""
