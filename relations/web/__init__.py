"""Pages for people: the frame, the start page, the documentation, the API reference and the pages of errors."""
