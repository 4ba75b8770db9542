"""The archive as a LlamaIndex retriever: drops into any LlamaIndex application, with scores and metadata.

Its own module, because importing LlamaIndex takes a second and nothing else here needs it.
"""

from __future__ import annotations

from datetime import date

from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from archive.filters import SearchFilter
from archive.store import ArchiveStore
from assistant.planner import plan_question
from assistant.question import Question
from assistant.retriever import RankedHit, retrieve

_FOR_PROGRAMS = ["article_id", "external_id", "url"]


class ArchiveRetriever(BaseRetriever):
    """Finds passages as `backissue search` does: time, outlets and copies included.

    ``asked_on`` is the day questions are asked on (default: today), ``wall`` what is never left.
    """

    def __init__(
        self, store: ArchiveStore, *, k: int = 10, asked_on: date | None = None, wall: SearchFilter | None = None
    ) -> None:
        super().__init__()
        self._store, self._k, self._asked_on, self._wall = store, k, asked_on, wall or SearchFilter()

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        question = Question(query_bundle.query_str, self._asked_on or date.today(), wall=self._wall)
        found = retrieve(self._store, plan_question(self._store, question), self._k)
        return [NodeWithScore(node=_node(hit), score=hit.score) for hit in found.hits]


def _node(hit: RankedHit) -> TextNode:
    article, passage = hit.hit.article, hit.hit.passage
    metadata = {
        "article_id": article.article_id,
        "external_id": article.external_id,
        "title": article.title,
        "outlet": article.outlet,
        "published": article.published.iso() if article.published else None,
        "url": article.url,
        "also_in": [copy.outlet for copy in hit.also_in],
        "superseded": hit.hit.superseded,
    }
    return TextNode(
        id_=passage.passage_id,
        text=passage.text,
        start_char_idx=passage.start,
        end_char_idx=passage.end,
        metadata=metadata,
        excluded_embed_metadata_keys=[*_FOR_PROGRAMS, "also_in", "superseded"],
        excluded_llm_metadata_keys=_FOR_PROGRAMS,
    )
