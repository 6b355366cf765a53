"""The ward as it stands now: who is here, what is known and assessed of each, what is due, what is planned.

Everything here is computed from the entries of the record; nothing is kept that the entries do not give again.
"""
