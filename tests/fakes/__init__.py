"""Stand-ins that behave: a Krita of plain arrays and a worker that follows a script. No patching."""
