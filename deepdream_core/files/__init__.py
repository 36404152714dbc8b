"""Reading and writing picture files: formats, colour profiles, metadata."""
