"""Serves an application with blueprints, sessions, templates and commands to its test client."""

from __future__ import annotations

import os

from flask import Blueprint, Flask, abort, flash, g, jsonify, render_template_string, request, session, url_for
from flask.signals import request_finished
from flask.views import MethodView

WHEELS = ("flask==3.1.2",)

pages = Blueprint("pages", __name__, url_prefix="/pages")


@pages.route("/<name>")
def show(name):
    return render_template_string("{{ name|upper }} {{ url_for('.show', name='x') }} {{ g.user }}", name=name)


@pages.errorhandler(403)
def forbidden(error):
    return f"no: {error.description}", 403


@pages.get("/secret")
def secret():
    abort(403, "secret")


class Items(MethodView):
    init_every_request = False

    def get(self, number):
        return jsonify(number=number, args=request.args.to_dict())

    def post(self, number):
        session["count"] = session.get("count", 0) + number
        flash("stored")
        return {"count": session["count"], "json": request.get_json(silent=True)}, 201


def create_app():
    app = Flask(__name__, instance_path=os.path.abspath("instance"))
    app.config.from_mapping(SECRET_KEY="x", TESTING=True)
    app.register_blueprint(pages)
    app.add_url_rule("/items/<int:number>", view_func=Items.as_view("items"))

    @app.before_request
    def user():
        g.user = request.headers.get("X-User", "nobody")

    @app.cli.command("hello")
    def hello():
        """Say hello."""
        print(f"hello from {app.name}")

    @app.template_filter("twice")
    def twice(text):
        return text * 2

    return app


def run() -> str:
    app = create_app()
    finished = []
    request_finished.connect(lambda sender, response, **_: finished.append(response.status_code), app, weak=False)
    client = app.test_client()
    lines = []
    for response in (
        client.get("/pages/ann", headers={"X-User": "zoe"}),
        client.get("/pages/secret"),
        client.get("/items/3?a=b"),
        client.post("/items/3", json={"x": 1}),
        client.post("/items/4"),
        client.get("/items/x"),
    ):
        lines.append(f"{response.status_code} {response.mimetype} {response.get_data(as_text=True).strip()}")
    with app.test_request_context("/?q=1"):
        lines.append(url_for("items", number=3, _external=True) + request.args["q"])
        lines.append(render_template_string("{{ 'ab'|twice }}"))
    lines.append(app.test_cli_runner().invoke(args=["hello"]).output)
    lines.append(app.test_cli_runner().invoke(args=["routes", "--sort", "rule"]).output)
    lines.append(str(finished))
    lines.append(os.path.basename(app.root_path) and app.import_name)
    return "\n".join(lines)
