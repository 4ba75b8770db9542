"""What is kept: catalog, indexes, embedder, settings. Imports nothing of ours.

store.py is the door (reader.py its reading half, status.py its numbers, opening.py what comes before). Behind it, from
the article to the answer: article.py, records.py, filters.py (what goes in and out); lock.py, schema.py, catalog.py
(SQLite, the archive itself); admission.py, versions.py, describing.py, editing.py, rewriting.py, copies.py (taking in,
correcting, cleaning anew); vectors.py, embedding.py, embedder.py (vectors); text_analysis.py, keyword_index.py,
vector_index.py, indexes.py, soundness.py, index_check.py, index_folders.py (Tantivy and Chroma, kept in step);
embargo.py, search.py, window_search.py, contents.py, matching.py, changes.py (searching, listing, counting);
takedown.py, removal_selection.py, side_files.py, purge.py, removal_proof.py, scan.py, unused_slots.py,
removal_report.py (removing); verify.py (checking).
"""
