"""How a question is answered. pipeline.py is the whole way; behind it, from the question to the answer, stand these.

small_talk.py, rewrite.py, coreference.py, antecedents.py, elliptical_followups.py, topic_followups.py, own_subject.py
(a question of a conversation, made to stand alone); spelling.py, spelling_correction.py (its slips); planner.py,
model_planner.py, search_plan.py (what is to be searched for); time_expressions.py, time_periods.py, time_spans.py,
time_distances.py, calendar_days.py (its days); outlets.py, bylines.py, places.py (outlets, authors, places);
question_parts.py, comparisons.py, alternatives.py, outlet_parts.py (parts).

retriever.py, ranking.py, fusion.py, stories.py, rerank.py, model_reranker.py (finding passages); evidence.py,
evidence_budget.py (which ones are read); question_features.py, passage_features.py, sentence_features.py,
sentence_reading.py, sentence_meaning.py, successors.py, expected_units.py, word_rarity.py (what speaks for a
sentence); weighing.py,
sufficiency.py, absent_from_evidence.py, unknown_names.py (whether that is enough); refused_answer.py, refusals.py.

extractive.py, quotations.py, glosses.py (an answer of quotations); prompt.py, answer_prompt.py, model_answer.py,
structured_answer.py, answer_stream.py (one in a model's words); citations.py, answer_check.py, verify.py (checking it);
agreement.py, conflicts.py, corrections.py, day_conflicts.py, figures.py, dated_events.py, differences.py (where
sources differ);
catalog_question.py, catalog_matches.py, catalog_answers.py, timeline.py (counting and listing instead of searching);
answer.py, answer_json.py (what an answer is).

language_model.py, openai_model.py, openai_stream.py, local_model.py, model_servers.py (the language model itself).
"""
