"""How an answer reads on a terminal: text of 80 columns, and the reasoning behind any line."""
