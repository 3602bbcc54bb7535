"""Parses with Earley, LALR and CYK, imports grammars, transforms trees, and generates a parser."""

WHEELS = ("lark==1.3.0",)

GRAMMAR = r"""
    ?start: sum
    ?sum: product | sum "+" product -> add | sum "-" product -> sub
    ?product: atom | product "*" atom -> mul
    ?atom: NUMBER -> number | NAME -> var | "(" sum ")"
    %import common.CNAME -> NAME
    %import common.NUMBER
    %import common.WS
    %ignore WS
"""


def run() -> str:
    import io

    from lark import Lark, Transformer, Tree, UnexpectedInput, Visitor, v_args
    from lark.ast_utils import Ast, create_transformer
    from lark.indenter import PythonIndenter
    from lark.reconstruct import Reconstructor
    from lark.tree import pydot__tree_to_png

    @v_args(inline=True)
    class Compute(Transformer):
        from operator import add, mul, sub

        number = float

        def var(self, name):
            return {"x": 5}[name]

    lines = []
    for kind in ("lalr", "earley", "cyk"):
        parser = Lark(GRAMMAR, parser=kind)
        tree = parser.parse("2 * (x + 3) - 1")
        lines.append(f"{kind} {Compute().transform(tree)}\n{tree.pretty()}")
    parser = Lark(GRAMMAR, parser="lalr", propagate_positions=True)
    try:
        parser.parse("2 + + 3")
    except UnexpectedInput as error:
        lines.append(f"{error} {error.get_context('2 + + 3')}")
    buffer = io.BytesIO()
    parser.save(buffer)
    buffer.seek(0)
    lines.append(str(Lark.load(buffer).parse("1+1")))
    python = Lark.open_from_package(
        "lark", "python.lark", ["grammars"], parser="lalr", postlex=PythonIndenter(), start="file_input"
    )
    lines.append(str(len(list(python.parse("def f(x):\n    return x\n").iter_subtrees()))))

    class Names(Visitor):
        def var(self, tree: Tree):
            lines.append(f"var {tree.children[0]} {tree.children[0].column}")

    Names().visit(parser.parse("x * 2"))
    json = Lark('?start: "[" [NUMBER ("," NUMBER)*] "]"\n%import common.NUMBER', maybe_placeholders=False)
    lines.append(Reconstructor(json).reconstruct(json.parse("[1,2]")))
    lines.append(f"{Ast.__name__} {create_transformer.__name__} {pydot__tree_to_png.__name__}")
    from lark.tools.standalone import gen_standalone

    generated = io.StringIO()
    gen_standalone(parser, out=generated)
    space = {"__name__": "generated"}
    exec(generated.getvalue(), space)
    lines.append(str(space["Lark_StandAlone"]().parse("x+1")))
    return "\n".join(lines)
