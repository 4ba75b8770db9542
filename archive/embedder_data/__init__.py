"""Data of the bundled embedder: the vocabulary of all-MiniLM-L6-v2 (see NOTICE)."""
