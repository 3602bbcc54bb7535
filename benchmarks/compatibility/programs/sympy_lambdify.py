"""Parses expressions, makes functions of them, pickles them, and reads them back from their repr."""

import pickle

WHEELS = ("sympy==1.14.0",)


def run() -> str:
    from sympy import Rational, S, Symbol, lambdify, srepr, symbols, sympify
    from sympy.parsing.mathematica import parse_mathematica
    from sympy.parsing.sympy_parser import (
        convert_xor,
        implicit_multiplication_application,
        parse_expr,
        standard_transformations,
    )
    from sympy.physics.units import convert_to, hour, kilometer, meter, second
    from sympy.utilities.autowrap import CodeWrapper

    x, y = symbols("x y")
    transformations = (*standard_transformations, implicit_multiplication_application, convert_xor)
    expression = parse_expr("2 x^2 + sin y", transformations=transformations)
    function = lambdify((x, y), expression, modules="math")
    exact = lambdify(x, Rational(1, 3) + x, modules="sympy")
    lines = [
        str(expression),
        f"{function(1.5, 0.5):.12f}",
        str(exact(Rational(1, 6))),
        function.__doc__.splitlines()[0],
        str(sympify("Integral(exp(-t), (t, 0, oo))").doit()),
        str(parse_mathematica("Sin[x]^2 + Sqrt[y]")),
        str(pickle.loads(pickle.dumps(expression)) == expression),
        str(eval(srepr(expression), vars(__import__("sympy"))) == expression),
        str(pickle.loads(pickle.dumps(Symbol("t", positive=True))).is_positive),
        str(S("pi").evalf(30)),
        str(convert_to(36 * kilometer / hour, [meter, second])),
        CodeWrapper.__name__,
    ]
    from sympy import lambdify as again
    from sympy.printing.lambdarepr import lambdarepr

    mp = again(x, expression.subs(y, 0), modules="mpmath")
    lines += [str(mp(2)), lambdarepr(expression)]
    return "\n".join(lines)
