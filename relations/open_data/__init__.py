"""Open data: packages of everything that may be redistributed, and their verification."""
