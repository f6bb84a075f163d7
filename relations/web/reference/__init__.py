"""The API reference as plain pages, rendered on the server from the OpenAPI document."""
