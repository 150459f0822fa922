"""The language server: the only part that knows of LSP, pygls and lsprotocol.

`wire/` carries messages and guarantees one answer to each request; `handlers/` has one file per request or
notification; what lies beside them turns our findings into the protocol's shapes and keeps what is true now.
"""
