"""Builds a lexer and a parser from the functions of a module, with tables in a file."""

WHEELS = ("ply==3.11",)

tokens = ("NAME", "NUMBER")
literals = "=+-*/()"
t_NAME = r"[a-zA-Z_]\w*"
t_ignore = " \t"
precedence = (("left", "+", "-"), ("left", "*", "/"), ("right", "UMINUS"))
names: dict = {}
problems: list = []


def t_NUMBER(t):
    r"\d+"
    t.value = int(t.value)
    return t


def t_error(t):
    problems.append(f"illegal {t.value[0]!r}")
    t.lexer.skip(1)


def p_assign(p):
    'statement : NAME "=" expression'
    names[p[1]] = p[3]


def p_expression_statement(p):
    "statement : expression"
    p[0] = p[1]


def p_binary(p):
    """expression : expression '+' expression
    | expression '-' expression
    | expression '*' expression
    | expression '/' expression"""
    p[0] = {"+": p[1] + p[3], "-": p[1] - p[3], "*": p[1] * p[3], "/": p[1] / (p[3] or 1)}[p[2]]


def p_minus(p):
    "expression : '-' expression %prec UMINUS"
    p[0] = -p[2]


def p_group(p):
    "expression : '(' expression ')'"
    p[0] = p[2]


def p_value(p):
    "expression : NUMBER"
    p[0] = p[1]


def p_name(p):
    "expression : NAME"
    p[0] = names.get(p[1], 0)


def p_error(p):
    problems.append(f"syntax error at {p.value!r}" if p else "syntax error at the end")


def run() -> str:
    import os
    import tempfile

    from ply import lex, yacc

    folder = tempfile.mkdtemp()
    lexer = lex.lex()
    parser = yacc.yacc(outputdir=folder, debug=False, tabmodule="calctab")
    lines = []
    for text in ("x = 3 * (4 + 5)", "x - -2", "1 + ", "3 $ 4", "8 / 2 * 2"):
        lines.append(f"{text}: {parser.parse(text, lexer=lexer)}")
    lines += problems
    lexer.input("a=1")
    lines.append(str([(token.type, token.value, token.lexpos) for token in lexer]))
    again = yacc.yacc(outputdir=folder, debug=False, tabmodule="calctab", write_tables=False)
    lines.append(str(again.parse("2*21")))
    lines.append(str(sorted(name for name in os.listdir(folder) if name.endswith(".py"))))
    return "\n".join(lines)
