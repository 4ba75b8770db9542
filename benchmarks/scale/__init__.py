"""How Backissue grows: ingestion, embedding, retrieval and chat under load at 1,000, 12,000 and 200,000 passages."""
