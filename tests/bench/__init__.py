"""Speed and accuracy, ours beside those of others; `make bench` runs it."""
