"""Everything on record: the ledger, the folders that go with it, and the clock.

In: events and their files. Out: the ledger, folders that are written once, evidence that nothing
was changed. It never overwrites anything on record.
"""
