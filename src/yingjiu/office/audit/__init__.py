"""Who did what: an append-only chain of events for every read of personal data, every decision, every login.

PIPL art. 51 and 54 and the Data Security Law art. 29 and 38 ask a state organ to know and to check who
handles personal data. What an event says of a case is its kind and number, never personal data: the audit
administrator works on no case.
"""
