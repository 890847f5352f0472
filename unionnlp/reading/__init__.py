"""From bytes to text: what format it is, what it says, where its tables stand."""
