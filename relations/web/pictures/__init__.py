"""Pictures of pages: SVG files that need nothing else, and the same as PNG."""
