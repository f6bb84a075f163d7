"""One parser per official list: bytes in, records out."""
