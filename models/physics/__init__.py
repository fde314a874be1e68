"""Closed forms and records: numpy alone."""
