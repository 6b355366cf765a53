"""A small record system for tests: a FHIR R4 server and the SMART App Launch 2.2 authorization server that guards it.

It keeps to the specifications and refuses whoever does not; `Ehr.wrong` makes it go wrong in one way at a time.
See `running` in server.py.
"""
