" What editor_vim.py asks of a Vim 9 with ALE, through a channel: one function for each question, none of which waits.

let s:menu = []
let s:wanted = ''

func! Drive(name, arguments) abort
  try
    return [v:true, call('Drive_' . a:name, a:arguments)]
  catch
    return [v:false, v:exception . ' at ' . v:throwpoint]
  endtry
endfunc

func! Drive_open(path) abort
  exe 'edit' fnameescape(a:path)
  return 1
endfunc

func! s:Ours() abort
  return filter(copy(ale#engine#GetLoclist(bufnr('%'))), 'v:val.linter_name is# "sessile"')
endfunc

func! Drive_shown() abort
  let l:names = {'E': 'error', 'W': 'warning', 'I': 'information'}
  return map(s:Ours(), 'l:names[v:val.type] . " " . v:val.code . " " . v:val.lnum')
endfunc

func! Drive_story(line) abort
  call cursor(a:line, 1)
  ALEDetail
  let l:buffer = bufnr('ALEPreviewWindow')
  let l:text = join(getbufline(l:buffer, 1, '$'), "\n")
  exe 'bwipeout' l:buffer
  return l:text
endfunc

func! Drive_at(line, word) abort
  call cursor(a:line, stridx(getline(a:line), a:word) + 1)
  return 1
endfunc

func! Drive_ask_hover() abort
  let g:ale_hover_to_preview = 1
  ALEHover
  return 1
endfunc

func! Drive_hover() abort
  let l:buffer = bufnr('ALEPreviewWindow')
  if l:buffer < 0
    return ''
  endif
  let l:text = join(getbufline(l:buffer, 1, '$'), "\n")
  exe 'bwipeout' l:buffer
  return l:text
endfunc

func! s:Menu(data, items) abort
  let s:menu = map(copy(a:items), 'v:val[1].title')
  for l:each in a:items
    if stridx(l:each[1].title, s:wanted) == 0
      call ale#codefix#ApplyLSPCodeAction(a:data, l:each[1])
      return
    endif
  endfor
endfunc

" The plain command asks on the terminal; the menu of the mouse hands the list to a callback.
func! Drive_choose(title) abort
  let s:menu = []
  let s:wanted = a:title
  call ale#codefix#Execute(0, function('s:Menu'))
  return 1
endfunc

func! Drive_menu() abort
  return s:menu
endfunc

func! Drive_insert(line, text) abort
  call append(a:line - 1, a:text)
  return 1
endfunc

func! Drive_delete(line) abort
  call deletebufline('%', a:line)
  return 1
endfunc

func! Drive_save() abort
  silent wall
  return 1
endfunc

func! Drive_configure(settings) abort
  let g:ale_python_sessile_config = a:settings
  ALELint
  return 1
endfunc

func! Drive_lint() abort
  ALELint
  return 1
endfunc

let s:channel = ch_open('127.0.0.1:' . $DRIVE_PORT)
