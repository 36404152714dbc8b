"""The one place where the version of plugin, worker and package is written."""

VERSION = "1.0.0.dev0"
