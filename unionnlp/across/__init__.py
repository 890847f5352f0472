"""What only a batch of reports shows."""
