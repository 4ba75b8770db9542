"""A small archive of invented news, and questions about it: for the first run and for the tests."""

from pathlib import Path

ARTICLES = Path(__file__).parent / "articles"
QUESTIONS = Path(__file__).parent / "questions.jsonl"
FLOORS = Path(__file__).parent / "floors.json"
