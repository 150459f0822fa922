"""Nothing of a workspace is imported, executed or spawned, and nothing is read back that could execute something.

Here the source is read for what could do so; `test_isolation.py` watches processes at work.
"""

from __future__ import annotations

import ast

from house import imports, modules, tree

#: Deserialising them runs code.
CODE_IN_DATA = {"pickle", "_pickle", "cPickle", "marshal", "shelve", "dbm", "copyreg", "joblib", "dill", "cloudpickle"}
#: They start processes or run code that lies somewhere.
EXECUTING = {
    *("subprocess", "multiprocessing", "concurrent.futures", "runpy", "code", "codeop", "importlib.util", "zipimport"),
    *("imp", "pty", "ctypes", "cProfile", "pdb", "timeit", "trace", "ensurepip", "venv", "webbrowser"),
}
BUILTINS = {"eval", "exec", "compile", "__import__", "breakpoint"}
CALLS = {
    *("os.system", "os.popen", "os.fork", "os.forkpty", "os.startfile", "os.posix_spawn", "os.posix_spawnp"),
    *(
        f"os.{family}{form}"
        for family in ("exec", "spawn")
        for form in ("l", "le", "lp", "lpe", "v", "ve", "vp", "vpe")
    ),
    *("asyncio.create_subprocess_exec", "asyncio.create_subprocess_shell", "importlib.__import__"),
}
#: The one exception, which asks Windows whether a process lives.
ASKING = {("sessile.lsp.parent", "ctypes")}
#: Who starts Sessile's own workers; `test_isolation.py` sees how.
OWN_PROCESSES = {("sessile.lsp.workspace.scan", "asyncio.create_subprocess_exec")}
STARTING = {("sessile.cli.crew.crew", "subprocess"), ("sessile.cli.elsewhere", "subprocess")}
#: The one module that parses files. Others parse annotations in quotes, which are expressions.
PARSER = "sessile.syntax.parsing"


def _calls() -> list[tuple[str, ast.Call, str]]:
    return [
        (name, node, ast.unparse(node.func))
        for name in modules()
        for node in ast.walk(tree(name))
        if isinstance(node, ast.Call)
    ]


def test_no_data_holds_code() -> None:
    assert [str(each) for each in imports() if each.target.split(".")[0] in CODE_IN_DATA] == []


def test_no_process_is_started() -> None:
    wrong = [each for each in imports() if {each.target, each.target.split(".")[0]} & EXECUTING]
    wrong = [each for each in wrong if (each.source, each.target) not in ASKING | STARTING]
    assert [str(each) for each in wrong if each.when != "typing"] == []


def test_only_python_itself_is_started() -> None:
    started = [
        (name, call, ast.unparse(node.args[0])) for name, node, call in _calls() if call.startswith("subprocess.")
    ]
    assert sorted(started) == [
        ("sessile.cli.crew.crew", "subprocess.Popen", "command(WORKER)"),
        ("sessile.cli.elsewhere", "subprocess.run", "command(__name__)"),
    ]


def test_no_code_is_run() -> None:
    wrong = [(name, node.lineno, call) for name, node, call in _calls() if call in BUILTINS | CALLS]
    assert [each for each in wrong if (each[0], each[2]) not in OWN_PROCESSES] == []


def test_modules_imported_by_name_are_of_this_package() -> None:
    assert [str(each) for each in imports() if each.target == "?"] == []


def test_one_module_parses_files() -> None:
    parsing = [(name, node) for name, node, call in _calls() if call == "ast.parse" and name != PARSER]
    assert [f"{name}:{node.lineno}" for name, node in parsing if "mode='eval'" not in ast.unparse(node)] == []
