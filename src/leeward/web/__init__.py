"""The bedside app: pages that a server writes, usable without script, with every way out asking one function first."""
