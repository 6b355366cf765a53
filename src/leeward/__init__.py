"""Decision support for the people who look after somebody in opioid withdrawal."""

__version__ = "0.1.0"
