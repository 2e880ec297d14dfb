"""The record: what was sent, received, decided, dispatched and published, and the clock.

In: events and the files that go with them. Out: the ledger, folders that are written once, proof
that nothing was changed. What is on record is never written over.
"""
