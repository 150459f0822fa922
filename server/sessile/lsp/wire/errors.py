"""Why a request is refused: one class per code of the specification.

The message reaches the user's editor, so it says what is wrong in plain words and never holds a traceback.
Codes: https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/#errorCodes
"""

from __future__ import annotations


class LspError(Exception):
    """A refusal; `data` is sent along when there is any."""

    code = -32603

    def __init__(self, message: str, data: dict[str, bool] | None = None) -> None:
        super().__init__(message)
        self.data = data


class ParseError(LspError):
    """The body is not JSON."""

    code = -32700


class InvalidRequest(LspError):
    """JSON, but not a request that may be sent now."""

    code = -32600


class MethodNotFound(LspError):
    """This server does not do that."""

    code = -32601


class InvalidParams(LspError):
    """The parameters do not have the shape that the method asks for, or name something that does not exist."""

    code = -32602


class InternalError(LspError):
    """A defect of this server; the log has the traceback."""

    code = -32603


class ServerNotInitialized(LspError):
    """A request before `initialize`."""

    code = -32002


class RequestFailed(LspError):
    """Understood and valid, and still impossible."""

    code = -32803


class ServerCancelled(LspError):
    """The server gave up of its own accord; `data` may ask the client to try again."""

    code = -32802


class ContentModified(LspError):
    """The text changed since the request, so the answer would be about another text."""

    code = -32801


class RequestCancelled(LspError):
    """The client cancelled."""

    code = -32800
