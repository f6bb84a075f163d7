"""The repository's own Markdown as pages: which pages there are, how they look, how they are searched."""
