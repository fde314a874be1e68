"""What `infer` is made of: what was measured, its model, the best values, samples, and what is known."""
