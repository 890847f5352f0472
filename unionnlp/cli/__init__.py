"""The command line: words a person types become calls of the library; what it answers is Chinese."""
