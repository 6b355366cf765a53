"""The app as people use it: the real server, Debian's Chromium, a demo ward."""
