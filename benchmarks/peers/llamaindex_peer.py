"""A plain LlamaIndex + Chroma pipeline: ``python -m benchmarks.peers.llamaindex_peer SUBSET WORK CHUNK_TOKENS``.

As its guides show it: documents, SentenceSplitter, VectorStoreIndex over a persistent Chroma collection, a retriever
with ``similarity_top_k``; headline, outlet and date as metadata, which LlamaIndex embeds with every chunk. Runs in an
environment of its own.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

os.environ["ANONYMIZED_TELEMETRY"] = "False"

import chromadb
from llama_index.core import Document, StorageContext, VectorStoreIndex
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.node_parser import SentenceSplitter
from llama_index.vector_stores.chroma import ChromaVectorStore

from archive.embedder import open_embedder
from archive.settings import load_settings
from benchmarks.peers.containment import contains_any
from benchmarks.peers.contract import FOUND, ask_all, read_subset, tell

_EMBEDDER = open_embedder(load_settings())


class SameEmbedding(BaseEmbedding):
    """Backissue's embedder behind LlamaIndex's interface."""

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = _EMBEDDER.embed_passages(texts).tolist()
        return vectors

    def _get_query_embedding(self, query: str) -> list[float]:
        vector: list[float] = _EMBEDDER.embed_query(query).tolist()
        return vector

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


def main(subset_folder: str, work: str, chunk_tokens: int) -> None:
    """Index, ask."""
    subset, folder = read_subset(Path(subset_folder)), Path(work) / f"llamaindex-{chunk_tokens}"
    began = time.perf_counter()
    collection = chromadb.PersistentClient(path=str(folder)).get_or_create_collection("articles")
    context = StorageContext.from_defaults(vector_store=ChromaVectorStore(chroma_collection=collection))
    documents = [_document(one) for one in subset.articles]
    splitter = SentenceSplitter(chunk_size=chunk_tokens, chunk_overlap=min(200, chunk_tokens // 10))
    embedding = SameEmbedding(embed_batch_size=64)
    index = VectorStoreIndex.from_documents(
        documents, storage_context=context, transformations=[splitter], embed_model=embedding
    )
    seconds = time.perf_counter() - began
    retriever = index.as_retriever(similarity_top_k=FOUND)
    rate = round(len(documents) / seconds, 1)
    measured = {
        "passages": collection.count(),
        "articles_per_second_searchable": rate,
        "articles_per_second_embedded": rate,
    } | ask_all(
        subset, lambda question, day: [one.node.get_content() for one in retriever.retrieve(question)], contains_any
    )
    tell(f"LlamaIndex + Chroma, {chunk_tokens} tokens", subset, folder, measured)


def _document(article: dict[str, Any]) -> Document:
    told = {key: article[key] for key in ("title", "outlet", "published") if article.get(key)}
    return Document(text=article["text"], metadata=told)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
