"""Words of one force that appear in the letter of another.

In: a force's passages and those of all others. Out: flaws and faults.
"""
