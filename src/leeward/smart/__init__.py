"""SMART App Launch: how Leeward signs in at a record system and reads one chart there, as the person allowed."""
