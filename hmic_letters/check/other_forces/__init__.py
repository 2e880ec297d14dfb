"""What belongs to one force and appears in the letter of another.

In: a force's passages and those of all others. Out: flaws and faults.
"""
