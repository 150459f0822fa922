"""JSON-RPC towards one client: whatever arrives, each request gets exactly one answer.

pygls carries what goes out. What comes in is handled here, since pygls leaves malformed parameters unanswered, cannot
cancel what runs and sends tracebacks to the client. Everything happens on the event loop's thread; messages take
effect in the order of their arrival.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import logging
from collections import deque
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from lsprotocol.types import METHOD_TO_TYPES
from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol

from sessile.lsp.wire import errors
from sessile.lsp.wire.lifecycle import Lifecycle

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cattrs import Converter
    from pygls.lsp.server import LanguageServer

log = logging.getLogger(__name__)

RequestId = int | str
READ_RAW = frozenset({"initialize"})
"""Methods whose handlers take JSON as it came: one odd capability must not keep a client out, and the converter's
classes for capabilities cost 30 ms to set up."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A result that is JSON already."""

    json: object


class Peer(LanguageServerProtocol):
    """One connection.

    `handlers` maps a method to what is called with its parameters. A coroutine that a handler returns becomes the
    answer once it has run and may be cancelled meanwhile; anything else is the answer.
    """

    def __init__(self, server: LanguageServer, converter: Converter) -> None:
        super().__init__(server, converter)
        self.lifecycle = Lifecycle()
        self.handlers: Mapping[str, Callable[[Any], object]] = {}
        self.finished: asyncio.Future[int] | None = None
        self.inbox: deque[bytes] = deque()
        self._running: dict[RequestId, asyncio.Future[object]] = {}

    def _register_builtin_features(self) -> None:
        """None of pygls' own: its documents split lines where the protocol does not."""

    @property
    def waiting(self) -> bool:
        """Whether a message has come that was not acted on yet."""
        return bool(self.inbox)

    @property
    def running(self) -> int:
        """How many requests are being answered."""
        return len(self._running)

    def receive_next(self) -> None:
        """Act on the oldest message in the inbox."""
        self.receive(self.inbox.popleft())

    def receive(self, body: bytes) -> None:
        """Act on one message. Never raises."""
        try:
            message = json.loads(body)
        except (ValueError, RecursionError):
            self._refuse(None, errors.ParseError("The message is not JSON."))
            return
        if not isinstance(message, dict):
            self._refuse(None, errors.InvalidRequest("A message is one JSON object; batches are not part of LSP."))
        elif "method" in message:
            self._call(message)
        elif "id" in message:
            self._take_response(message)
        else:
            self._refuse(None, errors.InvalidRequest("A message needs a method or an id."))

    def end_of_input(self) -> None:
        """The client is gone, politely or not."""
        self.finish(self.lifecycle.exit_code)

    def finish(self, code: int) -> None:
        """End the process with this exit code, once what runs has stopped."""
        for task in self._running.values():
            task.cancel()
        if self.finished is not None and not self.finished.done():
            self.finished.set_result(code)

    def _call(self, message: dict[str, object]) -> None:
        method = message["method"]
        request_id = message.get("id")
        if not isinstance(method, str):
            self._refuse(_usable(request_id), errors.InvalidRequest("The method must be a string."))
        elif "id" not in message:
            self._notify_handler(method, message.get("params"))
        elif not isinstance(request_id, (int, str)) or isinstance(request_id, bool):
            self._refuse(None, errors.InvalidRequest("The id of a request must be a number or a string."))
        else:
            self._request(request_id, method, message.get("params"))

    def _notify_handler(self, method: str, params: object) -> None:
        try:
            if method == "$/cancelRequest":
                self._cancel(params)
            elif method == "exit":
                self.finish(self.lifecycle.exit_code)
            elif method in self.handlers and self.lifecycle.running:
                result = self.handlers[method](self._structured(method, params))
                if inspect.iscoroutine(result):
                    result.close()
                    log.warning("%s came without an id, so nobody waits for its answer", method)
            elif not method.startswith("$/"):
                log.debug("ignored the notification %s", method)
        except errors.LspError as error:
            log.warning("%s: %s", method, error)
        except Exception:
            log.exception("the notification %s failed", method)

    def _request(self, request_id: RequestId, method: str, params: object) -> None:
        try:
            self.lifecycle.admit(method)
            if method not in self.handlers:
                raise errors.MethodNotFound(f"Sessile does not answer {method}.")
            if request_id in self._running:
                raise errors.InvalidRequest(f"A request with the id {request_id!r} is still being answered.")
            result = self.handlers[method](self._structured(method, params))
            self.lifecycle.done(method)
        except Exception as error:
            self._refuse(request_id, error, method)
            return
        if inspect.iscoroutine(result):
            self._later(request_id, method, asyncio.ensure_future(result))
        else:
            self._answer(request_id, method, result)
        if self.lifecycle.stopped:
            for task in self._running.values():
                task.cancel()

    def _later(self, request_id: RequestId, method: str, task: asyncio.Future[object]) -> None:
        self._running[request_id] = task
        task.add_done_callback(partial(self._answer_from, request_id, method))

    def _answer_from(self, request_id: RequestId, method: str, task: asyncio.Future[object]) -> None:
        del self._running[request_id]
        if task.cancelled():
            self._refuse(request_id, errors.RequestCancelled("The client cancelled the request."), method)
        elif (error := task.exception()) is not None:
            self._refuse(request_id, error, method)
        else:
            self._answer(request_id, method, task.result())

    def _cancel(self, params: object) -> None:
        request_id = params.get("id") if isinstance(params, dict) else None
        task = self._running.get(request_id) if isinstance(request_id, (int, str)) else None
        if task is not None:
            task.cancel()

    def _structured(self, method: str, params: object) -> object:
        """The parameters as lsprotocol's type of this method; as they are for methods that it does not know."""
        kind = cast("type[object] | None", METHOD_TO_TYPES[method][2]) if method in METHOD_TO_TYPES else None
        if kind is None or method in READ_RAW:
            return params
        try:
            return self._converter.structure(params, kind)
        except Exception as error:
            log.warning("%s has parameters of the wrong shape: %s", method, _reason(error))
            raise errors.InvalidParams(f"The parameters of {method} do not have the shape that LSP asks for.") from None

    def _take_response(self, message: dict[str, object]) -> None:
        request_id = message["id"]
        if not isinstance(request_id, str):
            log.warning("a response to a request that was never made: %r", request_id)
            return
        try:
            self.handle_message(self.structure_message(message))
        except Exception:
            future = self._request_futures.pop(request_id, None)
            log.warning("the response to %s has the wrong shape", request_id)
            if future is not None:
                future.set_exception(JsonRpcException("a response of the wrong shape"))

    def _answer(self, request_id: RequestId, method: str, result: object) -> None:
        try:
            plain = result.json if isinstance(result, Ready) else self._converter.unstructure(result)
            body = self._encoded({"jsonrpc": self.VERSION, "id": request_id, "result": plain})
        except Exception as error:
            self._refuse(request_id, error, method)
        else:
            self._write(body)

    def _refuse(self, request_id: RequestId | None, error: BaseException, method: str = "") -> None:
        if not isinstance(error, errors.LspError):
            log.error("answering %s failed", method, exc_info=error)
            error = errors.InternalError(f"Sessile failed to answer {method}; the server's log has the details.")
        reply: dict[str, object] = {"code": error.code, "message": str(error)}
        if error.data is not None:
            reply["data"] = error.data
        self._write(self._encoded({"jsonrpc": self.VERSION, "id": request_id, "error": reply}))

    def tell(self, method: str, params: object) -> None:
        """Send a notification whose parameters are JSON already."""
        self._write(self._encoded({"jsonrpc": self.VERSION, "method": method, "params": params}))

    def _send_data(self, data: object) -> None:
        """What pygls sends of its own: notifications and requests."""
        self._write(self._encoded(data))

    def _encoded(self, data: object) -> bytes:
        return json.dumps(data, default=self._serialize_message, separators=(",", ":")).encode()

    def _write(self, body: bytes) -> None:
        if self.writer is None:
            return
        try:
            self.writer.write(body)
        except (OSError, ValueError):
            log.info("the client is gone")
            self.writer = None
            self.finish(self.lifecycle.exit_code)


def _usable(request_id: object) -> RequestId | None:
    return request_id if isinstance(request_id, (int, str)) and not isinstance(request_id, bool) else None


def _reason(error: BaseException) -> str:
    """The innermost complaints of the converter, without a traceback."""
    parts = getattr(error, "exceptions", None)
    return "; ".join(_reason(each) for each in parts) if parts else str(error) or type(error).__name__
