"""One file per request or notification; `ROUTES` is the table of all of them."""

from sessile.lsp.handlers import (
    code_action,
    code_action_resolve,
    completion,
    diagnostic,
    did_change,
    did_change_configuration,
    did_change_watched_files,
    did_change_workspace_folders,
    did_close,
    did_open,
    did_save,
    execute_command,
    hover,
    initialize,
    initialized,
    shutdown,
)

ROUTES = (
    initialize.ROUTE,
    initialized.ROUTE,
    shutdown.ROUTE,
    did_open.ROUTE,
    did_change.ROUTE,
    did_save.ROUTE,
    did_close.ROUTE,
    did_change_configuration.ROUTE,
    did_change_watched_files.ROUTE,
    did_change_workspace_folders.ROUTE,
    diagnostic.ROUTE,
    code_action.ROUTE,
    code_action_resolve.ROUTE,
    hover.ROUTE,
    completion.ROUTE,
    execute_command.ROUTE,
)
