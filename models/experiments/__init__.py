"""One question a file. Each returns plain data and prints, writes and draws nothing."""
