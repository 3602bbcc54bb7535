"""Makes, applies and compares migrations of a database in a file, through scripts that it generates."""

import io
import re

WHEELS = ("alembic==1.17.0", "sqlalchemy==2.0.44", "mako==1.3.10")


def run() -> str:
    import sqlalchemy as sa
    from alembic import command
    from alembic.autogenerate import compare_metadata, produce_migrations, render_python_code
    from alembic.config import Config
    from alembic.migration import MigrationContext
    from alembic.operations import Operations
    from alembic.script import ScriptDirectory

    out = io.StringIO()
    config = Config(stdout=out, output_buffer=out)
    config.set_main_option("script_location", "migrations")
    config.set_main_option("sqlalchemy.url", "sqlite:///demo.db")
    config.config_file_name = "alembic.ini"
    command.init(config, "migrations")
    with open("migrations/env.py", encoding="utf-8") as file:
        source = file.read()
    with open("migrations/env.py", "w", encoding="utf-8") as file:
        file.write(
            re.sub(r"if config.config_file_name.*?\n\n", "\n", source, count=1, flags=re.S).replace(
                "fileConfig(config.config_file_name)", "pass"
            )
        )
    first = command.revision(config, "first", rev_id="0001")
    with open(first.path, encoding="utf-8") as file:
        text = file.read()
    with open(first.path, "w", encoding="utf-8") as file:
        steps = "op.create_table('thing', sa.Column('id', sa.Integer, primary_key=True), sa.Column('name', sa.String(9)))"
        file.write(
            text.replace("    pass", f"    {steps}", 1).replace("    pass", "    op.drop_table('thing')", 1)
        )
    command.upgrade(config, "head")
    command.revision(config, "second", rev_id="0002")
    lines = [revision.revision for revision in ScriptDirectory.from_config(config).walk_revisions()]
    command.history(config)
    command.current(config)
    command.upgrade(config, "0001:0002", sql=True)
    engine = sa.create_engine("sqlite:///demo.db")
    metadata = sa.MetaData()
    sa.Table(
        "thing",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("size", sa.Integer, nullable=False),
    )
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        lines += [
            str(context.get_current_revision()),
            *(str(change[:2]) for change in compare_metadata(context, metadata)),
        ]
        lines.append(render_python_code(produce_migrations(context, metadata).upgrade_ops))
        operations = Operations(context)
        with operations.batch_alter_table("thing") as batch:
            batch.add_column(sa.Column("more", sa.Integer, server_default="3"))
        lines.append(str([column["name"] for column in sa.inspect(connection).get_columns("thing")]))
    command.downgrade(config, "base")
    lines.append(str(sa.inspect(engine).get_table_names()))
    lines += [
        re.sub(r"\S*migrations", "migrations", line)
        for line in out.getvalue().splitlines()
        if "Creat" not in line and "Generating" not in line
    ]
    return "\n".join(lines)
