"""Lints documents by rules that are found by their names, with settings that extend each other by names of files."""

WHEELS = ("yamllint==1.38.0", "pathspec==1.1.1")
NEEDS = ("pyyaml==6.0.3",)


def run() -> str:
    from yamllint import linter, rules
    from yamllint.config import YamlLintConfig, YamlLintConfigError

    lines = [str(len(rules._RULES) > 20), rules.get("braces").ID]
    text = "a:   1\nb: {x: yes}\n- broken\n"
    for config in ("extends: default", "extends: relaxed", "rules: {truthy: enable}"):
        for problem in linter.run(text, YamlLintConfig(config)):
            lines.append(f"{problem.line}:{problem.column} {problem.level} {problem.rule} {problem.desc}")
    for wrong in ("rules: {nothing: enable}", "extends: nonsense_file"):
        try:
            YamlLintConfig(wrong)
        except (YamlLintConfigError, OSError) as error:
            lines.append(f"{type(error).__name__} {error}")
    return "\n".join(lines)
