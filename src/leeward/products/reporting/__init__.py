"""Drafts of what to report: MedWatch and the poison centre."""
