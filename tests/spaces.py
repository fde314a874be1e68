"""What the tests of the space outside go through: volume with outside; and valences, written once more."""

EVERY = [(volume, outside) for volume in ("fixed", "osmotic") for outside in ("bath", "shell", "closed")]
SPACES = [pair for pair in EVERY if pair[1] != "bath"]
VALENCE = {"na": 1, "k": 1, "cl": -1}
