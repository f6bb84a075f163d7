"""The network: the SSRF guard and the guarded HTTP client."""
