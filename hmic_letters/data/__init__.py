"""YAML files -> the inspection, its HM Inspectors and its forces, or every problem in them.

In: the files of a workspace. Out: values that know their line and column; schemas for editors; the
bytes of changed files, with every other byte kept. It never looks at letters or at the clock.
"""
