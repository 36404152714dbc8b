"""Objectives as text: syntax, terms, names of things; standard library only."""
