"""FHIR R4: what a record system sends, read; what Leeward says, written. Nothing here opens a connection."""
