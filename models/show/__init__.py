"""What is seen of a result: tables, files, figures."""
