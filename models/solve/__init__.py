"""Resting states and time courses."""
