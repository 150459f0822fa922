-- What editor_neovim.py asks of a Neovim, 0.7 or newer: one function for each question, none of which waits.

local drive = {}
local menu = {}

function drive.open(path)
  vim.cmd("edit " .. vim.fn.fnameescape(path))
end

local severities = { "error", "warning", "information", "hint" }
function drive.shown()
  local found = {}
  for _, each in ipairs(vim.diagnostic.get(0)) do
    local code = each.code or each.user_data.lsp.code -- 0.8 and newer, and before
    found[#found + 1] = { line = each.lnum + 1, text = severities[each.severity] .. " " .. code .. " " .. each.lnum + 1 }
  end
  table.sort(found, function(a, b) return a.line < b.line end)
  return vim.tbl_map(function(each) return each.text end, found)
end

local function floating()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= "" then return window end
  end
end

-- The text of the floating window, which is closed; nil as long as there is none.
function drive.floating()
  local window = floating()
  if not window then return nil end
  local lines = vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, true)
  vim.api.nvim_win_close(window, true)
  return table.concat(lines, "\n")
end

function drive.at(line, word)
  local text = vim.api.nvim_buf_get_lines(0, line - 1, line, true)[1]
  vim.api.nvim_win_set_cursor(0, { line, assert(text:find(word, 1, true), text) - 1 })
end

function drive.story(line)
  vim.api.nvim_win_set_cursor(0, { line, 0 })
  vim.diagnostic.open_float(0, { scope = "line" })
  return drive.floating()
end

function drive.hover()
  vim.lsp.buf.hover()
end

-- The inlay hints of a line, 0.10 and newer.
function drive.hints(line)
  if not vim.lsp.inlay_hint.is_enabled() then vim.lsp.inlay_hint.enable(true) end -- which asks for them anew
  local found = {}
  for _, each in ipairs(vim.lsp.inlay_hint.get({ bufnr = vim.api.nvim_get_current_buf() })) do
    local hint, label = each.inlay_hint, each.inlay_hint.label
    if type(label) == "table" then
      label = table.concat(vim.tbl_map(function(part) return part.value end, label))
    end
    if hint.position.line == line - 1 then found[#found + 1] = label end
  end
  return table.concat(found, " ")
end

-- Opens the menu and takes the entry whose title begins so.
function drive.choose(title)
  menu = {}
  local select = vim.ui.select
  vim.ui.select = function(items, _, choose)
    vim.ui.select = select
    for _, item in ipairs(items) do
      local action = item.action or item[2] -- 0.10 and newer, and before
      menu[#menu + 1] = action.title
      if vim.startswith(action.title, title) then return choose(item) end
    end
    choose(nil)
  end
  vim.lsp.buf.code_action()
end

function drive.menu()
  return menu
end

function drive.insert(line, text)
  vim.api.nvim_buf_set_lines(0, line - 1, line - 1, true, { text })
end

function drive.delete(line)
  vim.api.nvim_buf_set_lines(0, line - 1, line, true, {})
end

function drive.save()
  vim.cmd("silent wall")
end

function drive.configure(settings)
  for _, client in ipairs((vim.lsp.get_clients or vim.lsp.get_active_clients)()) do
    client.config.settings = settings
    client.settings = settings
    local told = { settings = settings }
    if vim.fn.has("nvim-0.11") == 1 then
      client:notify("workspace/didChangeConfiguration", told)
    else
      client.notify("workspace/didChangeConfiguration", told)
    end
  end
end

function drive.running()
  local clients = (vim.lsp.get_clients or vim.lsp.get_active_clients)()
  return #clients > 0 and clients[1].initialized == true
end

function drive.restart()
  vim.cmd("edit")
end

function Drive(question)
  local asked = vim.fn.json_decode(question)
  local ok, answer = pcall(drive[asked[1]], unpack(asked, 2))
  return vim.fn.json_encode({ ok, answer == nil and vim.NIL or answer })
end
