"""The only room that touches the network: the SSRF guard and the one HTTP client that obeys it."""
