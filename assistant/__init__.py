"""How a question is answered. Files, from the question to the answer.

pipeline.py (with pipeline_state.py, stopwatch.py) is the whole way; behind it stand these.

question.py, conversation.py, reading_choices.py (what is asked, after what, and how it is to be read);
small_talk.py, rewrite.py, coreference.py, antecedents.py, elliptical_followups.py, topic_followups.py,
topic_independence.py, own_subject.py (a question of a conversation, made to stand alone); spelling.py,
spelling_correction.py (its slips); planner.py, model_planner.py, search_plan.py (what is to be searched for);
time_expressions.py, time_periods.py, time_spans.py, time_distances.py, time_clauses.py, calendar_days.py,
days_of_month.py, dates_in_names.py, event_days.py (its days); outlets.py, bylines.py, people.py, places.py
(outlets, authors, people, places); question_parts.py, comparisons.py, alternatives.py, outlet_parts.py (parts).

retriever.py, ranking.py, fusion.py, stories.py, rerank.py, model_reranker.py, llama_retriever.py (finding
passages); evidence.py, evidence_budget.py (which ones are read); question_features.py, passage_features.py,
sentence_features.py, sentences.py, words.py, sentence_reading.py, sentence_meaning.py, successors.py,
expected_units.py, word_rarity.py (what speaks for a sentence); weighing.py, sufficiency.py,
absent_from_evidence.py, unknown_names.py, unknown_places.py, unknown_bylines.py (whether that is enough);
refused_answer.py, refusals.py.

extractive.py, quotations.py, glosses.py, told_weekdays.py, lone_marks.py (an answer of quotations); prompt.py,
answer_prompt.py, model_answer.py, structured_answer.py, answer_stream.py, plain_text.py (one in a model's words);
citations.py, answer_check.py, verify.py, names.py, numbers.py, number_words.py, number_values.py, measures.py,
denials.py, opposites.py, date_mentions.py (checking it); prompt_injection.py (orders put into articles);
agreement.py, conflicts.py, corrections.py, day_conflicts.py, figures.py, dated_events.py, differences.py,
statements.py (where sources differ); catalog_question.py, catalog_matches.py, catalog_answers.py,
catalog_quotations.py, catalog_wording.py, mentions.py, timeline.py (counting and listing instead of searching);
answer.py, answer_json.py (what an answer is).

language_model.py, openai_model.py, openai_stream.py, local_model.py, local_model_server.py, model_servers.py,
model_listing.py, model_failures.py, endpoint_options.py (the language model itself). commands.py, model_commands.py
and outlet_commands.py are the command line.
"""
