"""Serves an application by the framework that the host has, which finds the folder of the plugin by its name."""

WHEELS = ("iniconfig==2.3.1",)
NEEDS = ("flask==3.1.3",)


def run() -> str:
    import os

    import click
    from flask import Blueprint, Flask, current_app, render_template_string, url_for

    app = Flask(__name__)
    out = [app.name, str(os.path.exists(os.path.join(app.root_path, "flask_of_host.py"))), app.import_name]
    bp = Blueprint("bp", __name__, url_prefix="/b")

    @bp.route("/x")
    def x():
        return url_for("bp.x") + current_app.name

    app.register_blueprint(bp)

    @app.route("/")
    def index():
        return render_template_string("{{ 1 + 1 }} {{ request.path }}")

    @app.cli.command("go")
    @click.argument("n")
    def go(n):
        click.echo("went " + n)

    c = app.test_client()
    out += [c.get("/").text, c.get("/b/x").text]
    out.append(app.test_cli_runner().invoke(args=["go", "1"]).output)
    out.append(str(app.instance_path.endswith("instance")))
    return "\n".join(out)
