"""Formats code as a library and through its program, by the pure wheel."""

WHEELS = ("black==25.9.0",)

CODE = """
def f(a,b = 1,*args,c:int=2)->str :
    x = {  'a':1, "b":[1,2,
      3]}
    if (a and
        b): return 'x' + f'{a!r}' "y"
    very_long_function_name(argument_one, argument_two, argument_three)[index_one:index_two+1]
    # fmt: off
    matrix = [1,0,
              0,1]
    # fmt: on
class A : pass
async def g():
    async with a as b, c as d: await x
    match b:
        case {'k': [1, *rest]} if rest: return lambda x : x
"""


def run() -> str:
    import black
    from black.brackets import is_split_before_delimiter
    from blib2to3.pgen2 import token
    from blib2to3.pytree import type_repr
    from click.testing import CliRunner

    lines = [black.format_str(CODE, mode=black.Mode(line_length=60))]
    lines.append(black.format_str("x = 'a'", mode=black.Mode(string_normalization=False)))
    lines.append(black.format_file_contents("x=1", fast=False, mode=black.Mode(is_pyi=True)))
    try:
        black.format_str("def (:", mode=black.Mode())
    except black.InvalidInput as error:
        lines.append(str(error))
    try:
        black.format_file_contents("x = 1\n", fast=False, mode=black.Mode())
    except black.NothingChanged as error:
        lines.append(type(error).__name__)
    with open("snippet.py", "w", encoding="utf-8") as file:
        file.write(CODE)
    result = CliRunner().invoke(black.main, ["--diff", "--quiet", "-l", "70", "-"], input="x  =  {1,\n2}\n")
    lines.append(
        f"{result.exit_code} {[line for line in result.stdout.splitlines() if not line.startswith(('---', '+++'))]}"
    )
    result = CliRunner().invoke(black.main, ["--check", "snippet.py"])
    lines.append(f"{result.exit_code} {result.output.replace('💥 💔 💥', '')}")
    tree = black.lib2to3_parse("x = (1,)\n")
    lines += [
        repr(tree)[:80],
        type_repr(tree.type),
        str(token.NAME),
        str(is_split_before_delimiter(tree.children[0])),
    ]
    lines.append(str(sorted(version.name for version in black.detect_target_versions(tree))[:2]))
    return "\n".join(lines)
