"""Guards and important lines, taken out one at a time: for each one, does a test go red?

``python -m tests.mutants --seed 1 --count 30`` tries some at random, ``--named`` those that once had no test.
"""
