"""The one place where the version of plugin, worker and package is written."""

VERSION = "0.1.0"
