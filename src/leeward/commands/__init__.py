"""The subcommands of `leeward`, one file each: a thin skin over the rooms, imported only when called."""
