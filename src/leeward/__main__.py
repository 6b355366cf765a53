"""`python -m leeward` is `leeward`."""

from leeward.cli import main

main()
