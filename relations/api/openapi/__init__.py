"""The texts and the last touches of the OpenAPI document, for readers, linters and generators of clients."""
