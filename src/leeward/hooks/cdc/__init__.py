"""The CDC recommendations for prescribing opioids, asked of the record that a hook call brings."""
