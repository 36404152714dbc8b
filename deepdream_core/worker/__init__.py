"""The process that the plugin starts: messages in, dreams out."""
