"""The floor of the submission benchmark: bare Flask + SQLAlchemy on the server library as it comes.

`one` shows all sixteen items on one page (a GET, a POST that redirects, a thanks page). `many` asks on as
many screens as the phone form, each a POST that redirects to the next screen (so that back and refresh work),
with what was answered kept in a signed cookie. Both store one row in SQLite with the pragmas of the product.
"""

from __future__ import annotations

import json
import sys

from cheroot import wsgi
from flask import Flask, Response, redirect, request, session
from sqlalchemy import Column, Engine, Integer, LargeBinary, MetaData, Table, create_engine, event, insert

COUNTS = {"A": 3, "B": 4, "C": 3, "D": 3, "E": 3}
ITEMS = [f"{letter}{number}" for letter, count in COUNTS.items() for number in range(1, count + 1)]
DIMENSIONS = [[item for item in ITEMS if item[0] == letter] for letter in COUNTS]
SCREENS = [["stage"], *DIMENSIONS, ["visits", "late", "extra"], []]
PAGE = """<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>Phiếu đánh giá</title></head>
<body><h1>Ông/bà hài lòng thế nào?</h1><form method="post">
{% for item in items %}<fieldset><legend>{{ item }}</legend>{% for level in range(1, 6) %}
<label><input type="radio" name="{{ item }}" value="{{ level }}"> {{ level }}</label>
{% endfor %}</fieldset>{% endfor %}{% if last %}<textarea name="comment"></textarea>{% endif %}
<button>Tiếp tục</button></form></body></html>"""
THANKS = '<!doctype html><html lang="vi"><title>Cảm ơn</title><h1>Cảm ơn ông/bà</h1></html>'


ANSWER = Table("answer", MetaData(), Column("id", Integer, primary_key=True), Column("levels", LargeBinary))


def open_database(path: str) -> Engine:
    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def tune(connection, _record):
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000"):
            connection.execute(f"PRAGMA {pragma}")

    ANSWER.metadata.create_all(engine)
    return engine


def make(database: str) -> Flask:
    engine = open_database(database)
    app = Flask("floor")
    app.secret_key = "floor"
    page = app.jinja_env.from_string(PAGE)  # compiled once, as a template file would be

    def store(given: dict[str, str]) -> Response:
        with engine.begin() as connection:
            connection.execute(insert(ANSWER), {"levels": json.dumps(given).encode()})
        return redirect("/thanks", 303)

    @app.route("/one", methods=["GET", "POST"])
    def one():
        if request.method == "POST":
            return store(request.form.to_dict())
        return page.render(items=ITEMS, last=True)

    @app.route("/many/<int:number>", methods=["GET", "POST"])
    def many(number: int):
        last = number == len(SCREENS) - 1
        if request.method == "GET":
            return page.render(items=SCREENS[number], last=last)
        given = {**session.get("given", {}), **request.form.to_dict()}
        if last:
            session.clear()
            return store(given)
        session["given"] = given
        return redirect(f"/many/{number + 1}", 303)

    @app.get("/thanks")
    def thanks():
        return THANKS

    @app.get("/readyz")
    def readyz():
        return {"status": "ok"}

    return app


if __name__ == "__main__":
    server = wsgi.Server(("127.0.0.1", int(sys.argv[2])), make(sys.argv[1]), numthreads=16)
    server.keep_alive_conn_limit = 256
    server.request_queue_size = 128
    server.start()
