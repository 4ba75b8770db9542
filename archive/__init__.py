"""What is kept: catalog, indexes, embedder, settings. Imports nothing of ours."""
