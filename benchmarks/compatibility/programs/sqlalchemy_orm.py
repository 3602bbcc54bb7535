"""Maps typed classes to tables in memory, with relations by name, events and statements."""

from __future__ import annotations

import pickle
from typing import Optional

from sqlalchemy import ForeignKey, String, create_engine, event, func, inspect, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, selectinload

WHEELS = ("sqlalchemy==2.0.44",)


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(30), unique=True)
    nick: Mapped[Optional[str]]
    addresses: Mapped[list["Address"]] = relationship(back_populates="user", cascade="all, delete-orphan")


class Address(Base):
    __tablename__ = "address"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    user: Mapped["User"] = relationship(back_populates="addresses")


def run() -> str:
    engine = create_engine("sqlite://")
    statements = []
    event.listen(engine, "before_cursor_execute", lambda *args: statements.append(" ".join(args[2].split())))
    Base.metadata.create_all(engine)
    lines = []
    with Session(engine) as session:
        ann = User(name="ann", addresses=[Address(email="a@example.org"), Address(email="b@example.org")])
        session.add_all([ann, User(name="bob", nick="b")])
        session.commit()
        query = select(User.name, func.count(Address.id)).outerjoin(Address).group_by(User.id).order_by(User.name)
        lines += [str(session.execute(query).all()), str(query)]
        session.add(User(name="ann"))
        try:
            session.commit()
        except IntegrityError as error:
            session.rollback()
            lines.append(str(error.orig))
        user = session.scalars(select(User).options(selectinload(User.addresses)).where(User.name == "ann")).one()
        lines.append(str([address.email for address in user.addresses]))
        lines.append(str(session.execute(text("select count(*) from address")).scalar()))
        copy = pickle.loads(pickle.dumps(user))
        lines.append(f"{copy.name} {len(copy.addresses)} {inspect(copy).detached}")
        session.delete(user)
        session.commit()
        lines.append(str(session.scalar(select(func.count()).select_from(Address))))
    lines.append(str(inspect(engine).get_columns("address")[2]["type"]))
    return "\n".join(lines + statements)
