"""The subcommands of ``deepdream``, one file per group, each with ``register(commands)``."""
