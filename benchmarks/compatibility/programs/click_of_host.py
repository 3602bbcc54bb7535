"""Makes commands by the library that the host has, which looks the version of the plugin up by its name."""

WHEELS = ("iniconfig==2.3.1",)
NEEDS = ("click==8.5.1",)


def run() -> str:
    import click
    from click.testing import CliRunner

    @click.group()
    @click.version_option(package_name="iniconfig")
    def cli():
        """Doc."""

    @cli.command()
    @click.option("--n", type=int, default=1)
    def sub(n):
        click.echo(f"n {n}")

    r = CliRunner()
    out = [
        r.invoke(cli, ["--version"]).output,
        r.invoke(cli, ["sub", "--n", "3"]).output,
        r.invoke(cli, ["--help"]).output,
    ]
    out.append(str(r.invoke(cli, ["nope"]).exit_code))
    return "\n".join(out)
