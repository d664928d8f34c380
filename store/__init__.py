"""What is kept: the nouns, the only insert path, the queries."""
