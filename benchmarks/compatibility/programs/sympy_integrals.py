"""Integrates, solves, simplifies, and prints as text, LaTeX and code."""

WHEELS = ("sympy==1.14.0",)


def run() -> str:
    from sympy import Function, Matrix, Symbol, dsolve, exp, integrate, latex, oo, pi, simplify, sin, solve, sqrt

    x, y = Symbol("x", real=True), Symbol("y", positive=True)
    lines = [
        str(integrate(exp(-(x**2)), (x, -oo, oo))),
        str(integrate(x**2 * sin(x), x)),
        str(solve(x**2 - 2, x)),
        str(simplify((sin(x) ** 2 - 1) / sin(x - pi / 2))),
        latex(sqrt(y) / (1 + y**2)),
        str(Matrix([[1, 2], [3, 4]]).eigenvals()),
    ]
    f = Function("f")
    lines.append(str(dsolve(f(x).diff(x) - f(x), f(x))))
    from sympy import init_printing, pretty, series
    from sympy.printing.codeprinter import ccode
    from sympy.printing.pycode import pycode

    init_printing(use_unicode=True, pretty_print=False)
    lines.append(pretty(series(exp(x), x, 0, 5)))
    lines.append(ccode(sin(y) ** 2 + sqrt(x)))
    lines.append(pycode(exp(x) + pi))
    return "\n".join(lines)
