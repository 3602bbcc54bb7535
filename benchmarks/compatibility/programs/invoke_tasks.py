"""Runs tasks with arguments, dependencies, configuration and commands."""

WHEELS = ("invoke==2.2.1",)


def run() -> str:
    import contextlib
    import io

    from invoke import Collection, Config, Context, Exit, MockContext, Program, Result, UnexpectedExit, task

    lines = []

    @task
    def clean(c):
        """Clean up."""
        print("cleaning")

    @task(pre=[clean], help={"name": "who"}, optional=["loud"], iterable=["tags"])
    def greet(c, name, loud=None, times=1, tags=None):
        """
        Greet somebody.

        At length.
        """
        print(f"hello {name} {loud} {times} {tags} {c.config.demo.key}")

    @task(default=True)
    def shell(c):
        print(c.run("echo from the shell", hide=True).stdout.strip())

    space = Collection(clean, greet, inner=Collection("inner", shell))
    space.configure({"demo": {"key": "value"}})
    program = Program(namespace=space, version="1.0", name="demo", binary="demo")
    for arguments in (
        "demo greet --name ann --loud --times 3 --tags a --tags b",
        "demo inner",
        "demo --list",
        "demo --help greet",
        "demo --version",
        "demo none",
    ):
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            program.run(arguments.split(), exit=False)
        lines += [arguments, out.getvalue(), err.getvalue()]
    context = Context(Config(overrides={"run": {"hide": True, "in_stream": False}}))
    lines.append(str(context.run("exit 3", warn=True).exited))
    try:
        context.run("echo x; exit 2")
    except UnexpectedExit as error:
        lines.append(str(error.result.exited))
    with context.prefix("A=1"), context.cd("/"):
        lines.append(context.run("echo $A; pwd").stdout)
    mock = MockContext(run={"command": Result("mocked")})
    lines.append(mock.run("command").stdout)
    try:
        raise Exit("bye", code=4)
    except Exit as error:
        lines.append(f"{error.code} {error.message}")
    lines.append(str(sorted(space.task_names)))
    return "\n".join(lines)
