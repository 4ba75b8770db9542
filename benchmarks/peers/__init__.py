"""Backissue beside a plain LlamaIndex + Chroma pipeline and txtai, with the same embedder."""
