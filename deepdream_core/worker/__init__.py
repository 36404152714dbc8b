"""The process started by the plugin: messages in, dreams out."""
