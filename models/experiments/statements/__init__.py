"""What is said of the resting potential in words, tried on the cells as they are: one statement a file.

A file that holds a `STATEMENT` is found by its name; nothing else has to know of it.
"""
