"""Parses expressions and configuration with actions, errors and packrat."""

WHEELS = ("pyparsing==3.2.5",)


def run() -> str:
    import pickle

    import pyparsing as pp
    from pyparsing import pyparsing_common as ppc
    from pyparsing import testing as ppt

    pp.ParserElement.enable_packrat()
    with ppt.reset_pyparsing_context():
        number = ppc.number()
        variable = ppc.identifier
        operand = number | variable

        def evaluated(tokens):
            tokens = tokens[0]
            value = tokens[0]
            for operator, right in zip(tokens[1::2], tokens[2::2]):
                value = {"+": value + right, "-": value - right, "*": value * right, "/": value / right}[operator]
            return value

        variable.set_parse_action(lambda tokens: {"x": 10, "pi": 3.5}[tokens[0]])
        expression = pp.infix_notation(
            operand,
            [
                (pp.one_of("* /"), 2, pp.OpAssoc.LEFT, evaluated),
                (pp.one_of("+ -"), 2, pp.OpAssoc.LEFT, evaluated),
            ],
        )
        lines = [str(expression.parse_string(text, parse_all=True)) for text in ("1 + 2 * 3", "(x - 4) / 3 + pi")]
        try:
            expression.parse_string("1 + * 2", parse_all=True)
        except pp.ParseException as error:
            lines += [str(error), error.explain(depth=0)]
    key = pp.Word(pp.alphas)("key")
    value = pp.QuotedString('"') | ppc.iso8601_date.copy().set_parse_action(ppc.convert_to_date()) | ppc.integer
    pair = pp.Group(key + pp.Suppress("=") + value("value"))
    config = pp.OneOrMore(pair)("pairs").ignore(pp.python_style_comment)
    result = config.parse_string('a = "x y"\nb = 12 # note\nc = 2024-02-29')
    lines += [str(result.as_list()), result.dump(), str(result[0].as_dict())]
    lines.append(str(pickle.loads(pickle.dumps(result)).as_list()))
    lines.append(str(list(ppc.ipv4_address.scan_string("from 10.0.0.1 to 10.0.0.2"))))
    nested = pp.nested_expr("{", "}")
    lines.append(str(nested.parse_string("{a {b c} {{d}}}").as_list()))
    success, _ = ppc.integer.run_tests("1\nx", print_results=False)
    lines.append(str(success))
    return "\n".join(lines)
