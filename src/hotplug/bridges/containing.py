"""A hook implementation whose exceptions end nobody else's call.

What pluggy calls is one of three: a function; a wrapper, a generator that yields once, gets the result of the
others or has their exception thrown in, and returns the result; and a wrapper of the old kind, which gets an
object that holds either. What stands in for each behaves, where the plugin's own fails, as if the plugin did not
implement the hook: no result, or the result and the exception of the others as they were.
"""

from __future__ import annotations

from functools import partial, wraps
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from typing import Any

    from pluggy import HookImpl

    Tell = Callable[[HookImpl, Exception], None]


def contained(impl: HookImpl, tell: Tell) -> Callable[..., Any]:
    """Return what is called in the place of an implementation's function.

    Args:
        impl: The implementation, as it is registered.
        tell: Called with it and each exception that is contained.
    """
    if impl.hookwrapper:
        return _old_wrapper(impl, impl.function, tell)
    if getattr(impl, "wrapper", False):  # since pluggy 1.2
        return _wrapper(impl, impl.function, tell)
    return _function(impl, impl.function, tell)


def _function(impl: HookImpl, function: Callable[..., Any], tell: Tell) -> Callable[..., Any]:
    @wraps(function)
    def call(*arguments: object, **named: object) -> object:
        try:
            return function(*arguments, **named)
        except Exception as error:  # noqa: BLE001  (that is what it is for)
            tell(impl, error)
            return None

    return call


def _wrapper(
    impl: HookImpl, function: Callable[..., Any], tell: Tell
) -> Callable[..., Generator[None, Any, object]]:
    @wraps(function)
    def call(*arguments: object, **named: object) -> Generator[None, Any, object]:
        wrapper = _begun(impl, function, tell, arguments, named)
        try:
            result: object = yield
        except BaseException as raised:
            if wrapper is not None:
                done, result = _resumed(impl, wrapper, tell, partial(wrapper.throw, raised), raised)
                if done:
                    return result
            raise
        if wrapper is None:
            return result
        done, other = _resumed(impl, wrapper, tell, partial(wrapper.send, result), None)
        return other if done else result

    return call


def _old_wrapper(
    impl: HookImpl, function: Callable[..., Any], tell: Tell
) -> Callable[..., Generator[None, Any, None]]:
    @wraps(function)
    def call(*arguments: object, **named: object) -> Generator[None, Any, None]:
        wrapper = _begun(impl, function, tell, arguments, named)
        outcome: Any = yield
        if wrapper is not None:
            raised: BaseException | None = getattr(outcome, "exception", None)
            _resumed(impl, wrapper, tell, partial(wrapper.send, outcome), raised)

    return call


def _begun(
    impl: HookImpl,
    function: Callable[..., Any],
    tell: Tell,
    arguments: tuple[object, ...],
    named: dict[str, object],
) -> Generator[None, Any, object] | None:
    """Return a wrapper that has come to its yield; None if it has not."""
    try:
        wrapper: Generator[None, Any, object] = function(*arguments, **named)
        next(wrapper)
    except StopIteration:
        tell(impl, RuntimeError("it did not yield"))
        return None
    except Exception as error:  # noqa: BLE001
        tell(impl, error)
        return None
    return wrapper


def _resumed(
    impl: HookImpl,
    wrapper: Generator[None, Any, object],
    tell: Tell,
    resume: Callable[[], object],
    raised: BaseException | None,
) -> tuple[bool, object]:
    """Have a wrapper go on from its yield; return whether it came to its end, and what it returned.

    Args:
        impl: The implementation.
        wrapper: What it made.
        tell: Called with what is contained.
        resume: Sends it the result, or throws the exception of the others in.
        raised: The exception of the others: one that it lets through is not its own.
    """
    try:
        resume()
    except StopIteration as stop:
        return True, stop.value
    except Exception as error:  # noqa: BLE001
        # a StopIteration of the others leaves the generator as the cause of a RuntimeError
        passed = error is raised or (isinstance(raised, StopIteration) and error.__cause__ is raised)
        if not passed:
            tell(impl, error)
        return False, None
    tell(impl, RuntimeError("it yielded a second time"))
    try:
        wrapper.close()
    except Exception as error:  # noqa: BLE001
        tell(impl, error)
    return False, None
