"""What the language model is told: one Markdown file each, read by assistant/prompt.py."""
