"""What is known about a question: graded statements, each with its source, its population and its day."""
