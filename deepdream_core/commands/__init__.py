"""The subcommands of ``deepdream``, one file per group; each has ``register(commands)``."""
