"""Protocols: what an experimenter does to a cell, as tables of a file, and as steps and motions of a
course."""
