"""A cell's shape: files, built-in shapes, repairs, places on it."""
