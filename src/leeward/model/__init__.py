"""The nouns: a case and what it is made of, as frozen values whose unknowns are values too."""
