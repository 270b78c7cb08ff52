"""Taking in another system's incidents with their history: see docs/import.md."""
