"""Makes a project from a template with hooks, extensions by dotted name and choices, offline."""

import os

WHEELS = ("cookiecutter==2.6.0",)

FILES = {
    "template/cookiecutter.json": """{
        "name": "My Thing", "slug": "{{ cookiecutter.name|slugify }}", "licence": ["MIT", "BSD"],
        "_extensions": ["cookiecutter_project.Own"], "flag": false,
        "__hidden": "{{ cookiecutter.slug|upper }}", "_copy_without_render": ["*.raw"]
    }""",
    "template/{{cookiecutter.slug}}/README.md": "# {{ cookiecutter.name }} {{ cookiecutter.licence }} {{ 'ab'|backwards }}\n",
    "template/{{cookiecutter.slug}}/{% if cookiecutter.flag %}yes{% endif %}.txt": "x",
    "template/{{cookiecutter.slug}}/file.raw": "{{ raw }}",
    "template/{{cookiecutter.slug}}/sub/data.json": "{{ [1, 2]|jsonify }} {{ cookiecutter.__hidden }}",
    "template/hooks/post_gen_project.py": "open('made.txt', 'w').write('{{ cookiecutter.slug }}')\n",
}


def make_extension():
    from jinja2.ext import Extension

    class Own(Extension):
        def __init__(self, environment):
            super().__init__(environment)
            environment.filters["backwards"] = lambda text: text[::-1]

    return Own


def __getattr__(name):
    if name == "Own":
        return make_extension()
    raise AttributeError(name)


def run() -> str:
    from click.testing import CliRunner
    from cookiecutter.cli import main
    from cookiecutter.exceptions import OutputDirExistsException, UndefinedVariableInTemplate
    from cookiecutter.main import cookiecutter

    for name, text in FILES.items():
        os.makedirs(os.path.dirname(name), exist_ok=True)
        with open(name, "w", encoding="utf-8") as file:
            file.write(text)
    made = cookiecutter(
        "template", no_input=True, extra_context={"name": "A Thing!", "licence": "BSD"}, default_config=True
    )
    lines = [os.path.basename(made)]
    for folder, _, names in sorted(os.walk(made)):
        for name in sorted(names):
            path = os.path.join(folder, name)
            with open(path, encoding="utf-8") as file:
                lines.append(f"{os.path.relpath(path, made)}: {file.read()}")
    try:
        cookiecutter("template", no_input=True, extra_context={"name": "A Thing!"}, default_config=True)
    except OutputDirExistsException as error:
        lines.append(type(error).__name__)
    result = CliRunner().invoke(main, ["template", "--no-input", "--default-config", "name=Other", "-o", "out"])
    lines += [str(result.exit_code), result.output, str(sorted(os.listdir("out")))]
    with open("template/{{cookiecutter.slug}}/bad.txt", "w", encoding="utf-8") as file:
        file.write("{{ cookiecutter.missing }}")
    try:
        cookiecutter("template", no_input=True, extra_context={"name": "bad"}, default_config=True)
    except UndefinedVariableInTemplate as error:
        lines.append(error.message)
    return "\n".join(lines)
