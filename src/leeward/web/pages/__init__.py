"""One module a page: what it shows, what its form does, and its `PAGES`."""
