"""What is measured; results/ holds the last numbers."""
