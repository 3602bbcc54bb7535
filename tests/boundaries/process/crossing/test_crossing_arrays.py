"""NumPy's arrays and attrs' classes cross as others do, where NumPy and attrs are."""

from __future__ import annotations

import functools
import importlib
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotplug.boundaries.process.crossing import Misfit

from .conftest import Message, came, crossed, plan_of, refused, same, sent

if TYPE_CHECKING:
    from types import ModuleType


@pytest.fixture
def np() -> ModuleType:
    pytest.importorskip("numpy.typing")
    return importlib.import_module("numpy")


@pytest.fixture
def attrs() -> ModuleType:
    pytest.importorskip("attrs")
    return importlib.import_module("attrs")


TYPES = [
    *"?bBhHiIlLqQefdgFDG",
    *(">i4", ">f8", "<u2", "S3", "U3", ">U3", "S0", "U0", "V5", "M8[ns]", "M8[25s]", "m8", "m8[D]", ">M8[us]"),
    *("i4,f8", "(2,3)i2,S1"),
]
nested: Any = "<i"
for _ in range(5_000):
    nested = ["rows", nested, [1]]


@pytest.mark.parametrize("dtype", TYPES)
def test_an_array_of_each_type_arrives_as_it_was(np: Any, dtype: str) -> None:
    for shape in ((), (0,), (3,), (2, 3), (0, 3), (2, 1, 3)):
        made = np.ndarray(shape, dtype, bytes(range(1, 250)) * 2 if dtype not in {"S0", "U0"} else b"")
        if dtype in {"U3", ">U3"}:
            made = np.full(shape, "é𝕏", dtype)
        other = crossed(made, np.ndarray)
        assert same(other, made)
        assert other.dtype.type is made.dtype.type
        assert other.flags.writeable


def test_order_and_content_are_kept(np: Any) -> None:
    square = np.arange(20_000.0).reshape(100, 200)
    for value in (square, square.T, square[::2, ::3], np.asfortranarray(square), square[::-1], square.T[1:]):
        other = crossed(value, np.ndarray)
        assert np.array_equal(other, value)
        assert other.flags.f_contiguous == (value.flags.f_contiguous and not value.flags.c_contiguous)
    assert np.array_equal(crossed(np.broadcast_to(np.int8(3), (4, 4)), np.ndarray), np.full((4, 4), 3))


def test_records_keep_offsets_titles_alignment_and_class(np: Any) -> None:
    for dtype in (
        np.dtype([("a", "i1"), ("b", "f8")], align=True),
        np.dtype({"names": ["a", "b"], "formats": ["i4", "i2"], "offsets": [0, 2], "itemsize": 16}),
        np.dtype([(("title", "a"), "i4"), ("b", [("c", "M8[s]", (2, 2)), ("d", "U2")])]),
        np.dtype((np.record, [("a", "i4")])),
        np.dtype([("\ud800", "i4")]),
        np.dtype([]),
    ):
        made = crossed(np.zeros((2, 2), dtype), np.ndarray)
        assert made.dtype == dtype
        assert (made.dtype.itemsize, made.dtype.fields, made.dtype.isalignedstruct, made.dtype.type) == (
            dtype.itemsize,
            dtype.fields,
            dtype.isalignedstruct,
            dtype.type,
        )


def test_a_large_array_is_not_copied_on_its_way_out(np: Any) -> None:
    plan = plan_of(np.ndarray)
    codec = plan.codec(plan.shapes.root)
    for value in (np.zeros(100_000), np.zeros((300, 300)).T, np.zeros(20_000, "M8[s]"), np.zeros(20_000, "i4,f8")):
        message = Message()
        wire = sent(codec.out(value, message))
        [segment] = message.segments
        assert isinstance(segment, memoryview)
        assert len(segment) == value.nbytes
        assert np.shares_memory(np.asarray(segment), value)
        assert same(codec.back(wire, message.arrived()), value)


def test_what_is_no_plain_array_is_refused(np: Any) -> None:
    typed: Any = importlib.import_module("numpy.typing").NDArray
    mine = type("Mine", (np.ndarray,), {})
    for value, form, reason in (
        (np.zeros(2, "O"), np.ndarray, "its items are objects"),
        (np.zeros(2, [("a", "i4"), ("b", [("c", "O")])]), np.ndarray, "its items are objects"),
        (np.zeros(2, "f4"), typed[np.float64], "its items are float32, not float64"),
        (np.zeros(2).view(mine), np.ndarray, "exact class Mine"),
        (np.zeros(2, np.dtype({"names": ["a"], "formats": ["i4"], "titles": [(1, 2)]})), np.ndarray, "no text"),
        ([1.0], np.ndarray, "exact class list"),
        (np.float64(1), float, "exact class float64"),
    ):
        assert reason in refused(value, form).reason
    strings = getattr(getattr(np, "dtypes", None), "StringDType", None)
    if strings is not None:
        assert "objects" in refused(np.array(["a"], strings()), np.ndarray).reason


@pytest.mark.parametrize(
    ("wire", "reason"),
    [
        ([], "what came for"),
        (["<d", [1], False, b""], "0 bytes came for an array of shape [1]"),
        (["<d", [2**40], False, b"12345678"], "8 bytes came"),
        (["<d", [-1, -1], False, b"12345678"], "what came for"),
        (["<d", [True], False, b"12345678"], "what came for"),
        (["<d", [1] * 100, False, b"12345678"], "what came for an array is none"),
        (["|V0", [2**62, 4], False, b""], "bytes came for an array"),
        (["|O", [1], False, b"12345678"], "what came for a dtype"),
        (["object", [1], False, b"12345678"], "what came for a dtype"),
        (["i4,O", [1], False, b"12345678"], "what came for a dtype"),
        (["<M8[zz]", [1], False, b"12345678"], "what came for a dtype is none"),
        (["<S999999999", [0], False, b""], ""),
        ([["rows", "<i", [2**39, 2**39]], [0], False, b""], "what came for a dtype is none"),
        ([["rows", "|O", [2]], [1], False, bytes(16)], "what came for a dtype"),
        ([["fields", [["a", "<i", 0]], 2, False, False], [1], False, b"12"], "what came for a dtype is none"),
        ([["fields", [["a", "<i", 0], ["a", "<i", 4]], 8, False, False], [1], False, b"12345678"], "dtype"),
        ([["fields", [["a", "|O", 0]], 8, False, False], [1], False, b"12345678"], "what came for a dtype"),
        ([["fields", [[1, "<i", 0]], 8, False, False], [1], False, b"12345678"], "what came for str"),
        ([["fields", 3, 8, False, False], [1], False, b"12345678"], "what came for a dtype"),
        ([nested, [1], False, b"1234"], ""),
    ],
)
def test_an_array_that_is_none_is_refused(np: Any, wire: object, reason: str) -> None:
    if not reason:
        # Harmless either way.
        try:
            assert came(wire, np.ndarray).size < 2
        except Misfit:
            return
        return
    with pytest.raises(Misfit) as problem:
        came(wire, np.ndarray)
    assert reason in str(problem.value)
    assert len(str(problem.value)) < 600


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 9) | st.sampled_from(["<i", "|S2", "rows", "fields", "<U0", "M8"]),
    lambda inner: st.lists(inner, max_size=5),
)


@given(
    dtype=JUNK, sizes=JUNK | st.lists(st.integers(-1, 4), max_size=3), fortran=st.booleans(), content=st.binary()
)
def test_of_junk_comes_an_array_or_a_misfit(
    dtype: object, sizes: object, *, fortran: bool, content: bytes
) -> None:
    numpy: Any = pytest.importorskip("numpy")
    try:
        made = came([dtype, sizes, fortran, content], numpy.ndarray)
    except Misfit:
        return
    assert not made.dtype.hasobject


def test_attrs_classes_cross_without_code_of_theirs(attrs: Any) -> None:
    calls: list[object] = []

    def note(_instance: object, _attribute: object, value: object) -> None:
        calls.append(value)

    spelled: list[tuple[Any, dict[str, object]]] = [
        (attrs.define, {}),
        (attrs.define, {"slots": False}),
        (attrs.frozen, {}),
        (attrs.frozen, {"slots": False}),
        (attrs.frozen, {"cache_hash": True}),
        (attrs.frozen, {"cache_hash": True, "slots": False}),
        (attrs.define, {"on_setattr": attrs.setters.validate}),
    ]
    for decorate, options in spelled:

        class Held:
            x: int = attrs.field(validator=note)
            _y: list[str] = attrs.field(factory=list, hash=False)

            @functools.cached_property
            def twice(self) -> int:
                return 2 * self.x

        cls = decorate(**options)(Held)
        value = cls(3, ["a"])
        assert value.twice == 6
        if "cache_hash" in options:
            hash(value)
        calls.clear()
        made = crossed(value, cls)
        assert type(made) is cls
        assert made == value
        assert not calls
        assert made.twice == 6
        if "cache_hash" in options:
            assert hash(made) == hash(value)
        with pytest.raises(Misfit, match=r"\.x: a value of the exact class str"):
            raise refused(cls("3"), cls)


def test_slots_that_are_no_fields_would_be_lost(attrs: Any) -> None:
    class Held:
        __slots__ = ("more",)
        x: int

    class Inner(Held):
        x: int

    cls: Any = attrs.define(Inner)
    value = cls(1)
    assert crossed(value, cls) == value
    value.more = 1
    assert "its attribute more is no field" in refused(value, cls).reason


def test_neither_is_imported_until_a_value_needs_it() -> None:
    code = """
        import sys
        before = set(sys.modules)  # of whoever measures this process
        from hotplug.boundaries.process.crossing import Plan
        from hotplug.contract.shapes import Array, Shapes, Untyped
        plan = Plan(Shapes(Untyped(), {}))
        class Message: segments = []
        plan.codec(Untyped()).out([1, {"a": 2.5}], Message())
        plan.codec(Array("numpy.ndarray", "float64"))
        try:
            plan.codec(Array("numpy.ndarray", "float64")).out([1.5], Message())
        except Exception as problem:
            print(type(problem).__name__)
        late = {"numpy", "attr", "attrs", "zoneinfo", "dataclasses", "fractions"}
        print(sorted(late & (set(sys.modules) - before)))
    """.replace("UNTYPED\n", "Untyped\n        UNTYPED = Untyped()\n", 1)
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "Misfit\n[]\n"
