"""Studies: one question asked of many cells. What varies, who computes it, where it is kept, what explains
it."""
