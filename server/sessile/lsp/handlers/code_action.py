"""`textDocument/codeAction`: the menu. Edits come when an entry is chosen, if the client can ask for them then."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from lsprotocol import types

from sessile.lsp.actions.compute import compute
from sessile.lsp.actions.offers import offers
from sessile.lsp.route import Reading
from sessile.lsp.wire.errors import RequestFailed

if TYPE_CHECKING:
    from sessile.lsp.actions.offers import Offer
    from sessile.lsp.snapshot import Snapshot


async def code_action(snapshot: Snapshot, params: types.CodeActionParams) -> list[types.CodeAction | types.Command]:
    """Clients that know no code actions get commands."""
    opened = snapshot.opened(params.text_document.uri)
    found: list[types.CodeAction | types.Command] = []
    for offer in await snapshot.finish(lambda: list(offers(snapshot, opened, params))):
        if not snapshot.client.action_literals:
            found.append(types.Command(offer.title, "sessile.applyFix", arguments=[offer.task.data()]))
        elif snapshot.client.action_resolves_edit:
            found.append(_action(snapshot, offer))
        else:
            await asyncio.sleep(0)
            action = await _complete(snapshot, offer)
            if action is not None:
                found.append(action)
    return found


async def _complete(snapshot: Snapshot, offer: Offer) -> types.CodeAction | None:
    """The action with its edit; None if there turns out to be none."""
    try:
        edit = await compute(snapshot, offer.task)
    except RequestFailed:
        return None
    action = _action(snapshot, offer)
    action.edit, action.data = edit, None
    return action


def _action(snapshot: Snapshot, offer: Offer) -> types.CodeAction:
    return types.CodeAction(
        title=offer.title,
        kind=types.CodeActionKind(offer.kind) if offer.kind == types.CodeActionKind.QuickFix.value else offer.kind,
        diagnostics=list(offer.answers) or None,
        is_preferred=True if offer.preferred and snapshot.client.action_preferred else None,
        data=offer.task.data(),
    )


ROUTE = Reading(types.TEXT_DOCUMENT_CODE_ACTION, code_action)
