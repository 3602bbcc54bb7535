"""What plugins do to reach their modules: it is answered in a private namespace as it is in an installed package.

Every case runs where it is installed and imported under its real names, too: there the answer is Python's own.
"""

from __future__ import annotations

import pytest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

FILES: dict[str, str | bytes] = {
    "own/__init__.py": "value = 'root'",
    "own/words.py": "said = 'words'",
    "own/lazy.py": """
        import importlib
        def __getattr__(name):
            if name == "deep":
                return importlib.import_module("own.sub.deep")
            raise AttributeError(name)
    """,
    "own/left.py": "from own import right\ndef name(): return 'left'\nother = right.name()",
    "own/right.py": "from own import left\ndef name(): return 'right'\ndef other(): return left.name()",
    "own/replaced.py": """
        import sys, types
        class Better(types.ModuleType):
            said = "better"
        sys.modules[__name__] = Better(__name__)
    """,
    "own/sub/__init__.py": "value = 'sub'",
    "own/sub/deep.py": "said = 'deep'",
    "own/portion/inside.py": "said = 'inside'",
}
CASES = {
    "import": ("import own.words\nreturn own.words.said", "words"),
    "import as": ("import own.sub.deep as deep\nreturn deep.said", "deep"),
    "from import": ("from own.sub import deep\nreturn deep.said", "deep"),
    "from import of a name": ("from own.sub.deep import said\nreturn said", "deep"),
    "relative": ("from .sub.deep import said\nreturn said", "deep"),
    "relative of a package": ("from . import words, value\nreturn words.said, value", ("words", "root")),
    "import of the package itself": ("import own\nreturn own.value", "root"),
    "__import__": ("return __import__('own.words').words.said", "words"),
    "__import__ from": ("return __import__('own.words', fromlist=['said']).said", "words"),
    "importlib.__import__": ("import importlib\nreturn importlib.__import__('own.words').words.said", "words"),
    "import_module": ("import importlib\nreturn importlib.import_module('own.sub.deep').said", "deep"),
    "import_module from": ("from importlib import import_module\nreturn import_module('own.words').said", "words"),
    "import_module as": ("from importlib import import_module as load\nreturn load('own.words').said", "words"),
    "import_module held": (
        "import importlib as i\nload = i.import_module\nreturn load('own.words').said",
        "words",
    ),
    "import_module getattr": (
        "import importlib\nreturn getattr(importlib, 'import_module')('own.words').said",
        "words",
    ),
    "import_module computed": (
        "import importlib\nreturn importlib.import_module('.'.join(['own', 'sub', 'deep'])).said",
        "deep",
    ),
    "import_module of its package": (
        "import importlib\nreturn importlib.import_module(__package__ + '.words').said",
        "words",
    ),
    "import_module relative": (
        "import importlib\nreturn importlib.import_module('.deep', 'own.sub').said",
        "deep",
    ),
    "import_module relative to its package": (
        "import importlib\nreturn importlib.import_module('.words', __package__).said",
        "words",
    ),
    "import_module by keyword": (
        "import importlib\nreturn importlib.import_module(name='.words', package='own').said",
        "words",
    ),
    "import_module of what is not there": (
        """
        import importlib
        try:
            importlib.import_module("own.missing")
        except ModuleNotFoundError as error:
            return str(error)
        """,
        "No module named 'own.missing'",
    ),
    "import_module of the host's": (
        "import importlib, json\nreturn importlib.import_module('json') is json",
        True,
    ),
    "reload": (
        "import importlib, own.words\nown.words.said = 0\nreturn importlib.reload(own.words).said",
        "words",
    ),
    "a module's __getattr__": ("from own.lazy import deep\nreturn deep.said", "deep"),
    "circular imports": (
        "from own.left import other\nfrom own.right import other as back\nreturn other, back()",
        ("right", "left"),
    ),
    "a module that replaced itself": ("from own import replaced\nreturn replaced.said", "better"),
    "a portion": ("from own.portion.inside import said\nreturn said", "inside"),
    "exec": ("space = {}\nexec('import own.words', space)\nreturn space['own'].words.said", "words"),
    "exec of compiled": (
        (
            "space = {'__name__': 'made'}\nexec(compile('from own.words import said', 'made', 'exec'), space)\n"
            "return space['said']"
        ),
        "words",
    ),
    "exec of a function": (
        """
        space = {}
        exec('def f():\\n import own.sub.deep\\n return own.sub.deep.said', space)
        return space['f']()
        """,
        "deep",
    ),
    "eval": ("return eval(\"__import__('own.words').words.said\")", "words"),
    "a thread": (
        """
        import threading
        found = []
        def work():
            import own.sub.deep
            found.append(own.sub.deep.said)
        thread = threading.Thread(target=work)
        thread.start()
        thread.join(10)
        return found
        """,
        ["deep"],
    ),
    "an executor": (
        """
        import importlib
        from concurrent.futures import ThreadPoolExecutor
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(importlib.import_module, "own.sub.deep").result().said
        """,
        "deep",
    ),
    "tasks": (
        """
        import asyncio, importlib
        async def late():
            await asyncio.sleep(0)
            from own.words import said
            return said, (await asyncio.to_thread(importlib.import_module, "own.sub.deep")).said
        async def main():
            return await asyncio.create_task(late())
        with asyncio.Runner() as runner:
            return runner.run(main())
        """,
        ("words", "deep"),
    ),
    "a guarded main": ("return 'ran' if __name__ == '__main__' else 'imported'", "imported"),
}


@pytest.mark.parametrize("kind", ["installed", "folder", "wheel", "private"])
@pytest.mark.parametrize("case", CASES)
def test_a_plugin_reaches_its_modules_as_if_it_were_installed(
    case: str, kind: str, gives: Callable[..., None]
) -> None:
    gives(kind, FILES, *CASES[case])
