"""What typeshed declares of the standard library's generic classes, and the interpreter does not say."""

from __future__ import annotations

from hotplug.contract.reflection import bare_name, module_name

# class: its parameters with their variance, then what it derives from, in terms of these.
_DECLARED = {
    "Iterable": "+T",
    "Iterator": "+T Iterable[T]",
    "Reversible": "+T Iterable[T]",
    "Container": "+T",
    "Collection": "+T Iterable[T] Container[T] Sized",
    "Sequence": "+T Reversible[T] Collection[T]",
    "MutableSequence": "=T Sequence[T]",
    "Set": "+T Collection[T]",
    "MutableSet": "=T Set[T]",
    "Mapping": "=K+V Collection[K]",
    "MutableMapping": "=K=V Mapping[K,V]",
    "MappingView": "",
    "KeysView": "+T MappingView Set[T]",
    "ValuesView": "+T MappingView Collection[T]",
    "ItemsView": "+K+V MappingView Set[tuple[K,V]]",
    "Generator": "+T-S+R Iterator[T]",
    "AsyncIterable": "+T",
    "AsyncIterator": "+T AsyncIterable[T]",
    "AsyncGenerator": "+T-S AsyncIterator[T]",
    "Awaitable": "+T",
    "Coroutine": "+T-S+R Awaitable[R]",
    "ByteString": " Sequence[int]",
    "list": "=T MutableSequence[T]",
    "set": "=T MutableSet[T]",
    "frozenset": "+T Set[T]",
    "dict": "=K=V MutableMapping[K,V]",
    "str": " Sequence[str]",
    "bytes": " Sequence[int]",
    "bytearray": " MutableSequence[int]",
    "memoryview": " Sequence[int]",
    "range": " Sequence[int]",
    "tuple": "+T Sequence[T]",
    "deque": "=T MutableSequence[T]",
    "defaultdict": "=K=V dict[K,V]",
    "OrderedDict": "=K=V dict[K,V]",
    "Counter": "=T dict[T,int]",
    "ChainMap": "=K=V MutableMapping[K,V]",
    "UserDict": "=K=V MutableMapping[K,V]",
    "UserList": "=T MutableSequence[T]",
    "UserString": " Sequence[UserString]",
    "mappingproxy": "=K+V Mapping[K,V]",
    "AbstractContextManager": "+T+R",
    "AbstractAsyncContextManager": "+T+R",
    "_GeneratorContextManager": "+T+S+R AbstractContextManager[T,bool]",
    "_AsyncGeneratorContextManager": "+T+S AbstractAsyncContextManager[T,bool]",
    "ExitStack": "+R AbstractContextManager[ExitStack,R]",
    "AsyncExitStack": "+R AbstractAsyncContextManager[AsyncExitStack,R]",
    "nullcontext": "=T AbstractContextManager[T,None]",
    "PathLike": "+T",
    "PurePath": " PathLike[str]",
    "Pattern": "=T",
    "Match": "=T",
    "enumerate": "=T Iterator[tuple[int,T]]",
    "filter": "=T Iterator[T]",
    "map": "=T Iterator[T]",
    "zip": "+T Iterator[T]",
    "reversed": "=T Iterator[T]",
    "chain": "=T Iterator[T]",
    "generator": "+T-S+R Generator[T,S,R]",
    "coroutine": "+T-S+R Coroutine[T,S,R]",
    "async_generator": "+T-S AsyncGenerator[T,S]",
    "TextIOWrapper": " TextIO Iterator[str]",
    "StringIO": " TextIO Iterator[str]",
    "BytesIO": " BinaryIO Iterator[bytes]",
    "FileIO": " BinaryIO Iterator[bytes]",
    "BufferedReader": " BinaryIO Iterator[bytes]",
    "BufferedWriter": " BinaryIO Iterator[bytes]",
    "BufferedRandom": " BinaryIO Iterator[bytes]",
    "Queue": "=T",
    "ContextVar": "=T",
    "Token": "=T",
    "Future": "=T Awaitable[T]",
    "Task": "+T Future[T]",
    "ReferenceType": "=T",
    "WeakKeyDictionary": "=K=V MutableMapping[K,V]",
    "WeakValueDictionary": "=K=V MutableMapping[K,V]",
    "WeakSet": "=T MutableSet[T]",
    "property": "",
    "partial": "=T",
    "cached_property": "+T",
    "dict_keys": "+K+V KeysView[K]",
    "dict_values": "+K+V ValuesView[V]",
    "dict_items": "+K+V ItemsView[K,V]",
    "Array": "=T",
    "array": "=T MutableSequence[T]",
    "SimpleQueue": "=T",
}


_HOMES = frozenset(
    {
        "builtins", "collections", "collections.abc", "_collections_abc", "types", "contextlib", "os", "re",
        "pathlib", "itertools", "_io", "io", "queue", "asyncio.queues", "asyncio", "_asyncio", "_contextvars",
        "concurrent.futures._base", "weakref", "_weakrefset", "functools", "array", "typing", "_queue",
        "pathlib._local",
    }
)  # fmt: skip


def declaration(cls: type) -> str | None:
    """Return what typeshed declares of a class of the standard library, in the table's words."""
    if module_name(cls) not in _HOMES:
        return None
    return _DECLARED.get(bare_name(cls))
