"""Picture files: formats, colour profiles and metadata, read and written."""
