"""CDS Hooks 2.0.1: a record system asks while somebody looks at a chart or signs an order, and Leeward answers with cards."""
