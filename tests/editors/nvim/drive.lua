-- Drives a headless Neovim, 0.7 or newer, as somebody at the keyboard would: through its own commands, not raw requests.
--   local D = dofile("drive.lua"); D.run(function() ... end)     exits with 0, or with 1 and the error on stderr

local D, uv = {}, vim.uv or vim.loop
local timeout = tonumber(vim.env.TEST_TIMEOUT or "20000")
local all_clients = vim.lsp.get_clients or vim.lsp.get_active_clients

-- Waits until `condition` returns a value, and returns it.
function D.wait(what, condition)
  local value
  local came = vim.wait(timeout, function() value = condition(); return value end, 20)
  if not came then error("timed out waiting for " .. what, 0) end
  return value
end

-- Starts the server of the environment for the current buffer.
function D.start()
  local config = { name = "sessile", cmd = vim.fn.json_decode(vim.env.TEST_SERVER), root_dir = vim.env.TEST_WORKSPACE }
  local id
  if vim.lsp.start then
    id = vim.lsp.start(config)
  else
    id = vim.lsp.start_client(config)
    vim.lsp.buf_attach_client(0, id)
  end
  D.client = D.wait("initialize", function()
    local client = vim.lsp.get_client_by_id(id)
    return client and client.initialized and client or nil
  end)
end

function D.open(name)
  vim.cmd("edit " .. vim.fn.fnameescape(vim.env.TEST_WORKSPACE .. "/" .. name))
end

-- Puts the cursor on the first character of a pattern in a line (from 1).
function D.at(line, pattern)
  local text = vim.api.nvim_buf_get_lines(0, line - 1, line, true)[1]
  vim.api.nvim_win_set_cursor(0, { line, assert(text:find(pattern, 1, true), text) - 1 })
end

function D.insert(line, ...)
  vim.api.nvim_buf_set_lines(0, line - 1, line - 1, true, { ... })
end

function D.delete(line)
  vim.api.nvim_buf_set_lines(0, line - 1, line, true, {})
end

-- What Neovim shows, in order, such as "SCOPE001:9".
function D.shown()
  local found = {}
  for _, each in ipairs(vim.diagnostic.get(0)) do
    found[#found + 1] = { each.lnum, each.user_data.lsp.code .. ":" .. (each.lnum + 1) }
  end
  table.sort(found, function(a, b) return a[1] < b[1] or (a[1] == b[1] and a[2] < b[2]) end)
  return table.concat(vim.tbl_map(function(each) return each[2] end, found), " ")
end

-- Waits until exactly this is shown.
function D.expect(shown)
  local ok = pcall(D.wait, "diagnostics", function() return D.shown() == shown end)
  if not ok then error("expected " .. shown .. ", but what is shown is " .. D.shown(), 0) end
end

-- The text of the window that hover opens.
function D.hover()
  vim.lsp.buf.hover()
  local window = D.wait("hover", function()
    for _, each in ipairs(vim.api.nvim_list_wins()) do
      if vim.api.nvim_win_get_config(each).relative ~= "" then return each end
    end
  end)
  local lines = vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, true)
  vim.api.nvim_win_close(window, true)
  return table.concat(lines, "\n")
end

-- Opens the menu of code actions at the cursor, chooses a title and waits for the text to change.
function D.choose(title)
  local offered, chosen
  local select = vim.ui.select
  vim.ui.select = function(items, _, choose)
    offered = {}
    for _, item in ipairs(items) do
      local action = item.action or item[2] -- 0.10 and newer, and before
      offered[#offered + 1] = action.title
      if action.title == title then chosen = item end
    end
    choose(chosen)
  end
  local before = vim.api.nvim_buf_get_changedtick(0)
  vim.lsp.buf.code_action()
  local came, problem = pcall(D.wait, "the menu", function() return offered end)
  vim.ui.select = select
  if not came then error(problem, 0) end
  if not chosen then error("no " .. title .. " in " .. vim.inspect(offered), 0) end
  D.wait("the edit", function() return vim.api.nvim_buf_get_changedtick(0) ~= before end)
  return offered
end

-- Kills the server's process, as a crash would, and waits until Neovim knows.
function D.kill()
  local file = assert(io.open(vim.env.TEST_WORKSPACE .. "/server.pid"))
  uv.kill(tonumber(file:read("*a")), "sigkill")
  file:close()
  D.wait("the end of the server", function() return #all_clients() == 0 end)
end

function D.run(body)
  local ok, problem = xpcall(body, debug.traceback)
  for _, client in ipairs(all_clients()) do
    pcall(function() if vim.fn.has("nvim-0.11") == 1 then client:stop() else client.stop() end end)
  end
  vim.wait(3000, function() return #all_clients() == 0 end, 20)
  if not ok then io.stderr:write("FAILED: " .. tostring(problem) .. "\n") end
  vim.cmd(ok and "qall!" or "cquit 1")
end

return D
