"""Messages: rows that are owed, claimed and sent after the commit."""
