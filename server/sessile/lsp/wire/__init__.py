"""Messages in, messages out: framing, streams, JSON-RPC with exactly one answer to each request."""
