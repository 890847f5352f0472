"""From one submission to its analysis, from a folder of them to a workspace of tables."""
