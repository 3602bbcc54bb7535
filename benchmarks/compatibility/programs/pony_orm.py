"""Queries entities by generator expressions, which the library decompiles."""

WHEELS = ("pony==0.7.19",)


def run() -> str:
    from pony.orm import (
        Database,
        Optional,
        PrimaryKey,
        Required,
        Set,
        avg,
        commit,
        count,
        db_session,
        desc,
        select,
    )

    db = Database()

    class Customer(db.Entity):
        id = PrimaryKey(int, auto=True)
        name = Required(str, unique=True)
        country = Optional(str)
        orders = Set("Order")

    class Order(db.Entity):
        customer = Required(Customer)
        total = Required(float)

    db.bind(provider="sqlite", filename=":memory:")
    db.generate_mapping(create_tables=True)
    lines = []
    with db_session:
        for name, country, totals in (("Ann", "CH", [1, 2]), ("Bob", "SE", [3]), ("Cyn", "CH", [])):
            customer = Customer(name=name, country=country)
            for total in totals:
                Order(customer=customer, total=total)
        commit()
    with db_session:
        lines.append(str(select(c.name for c in Customer if c.country == "CH" and count(c.orders) > 0)[:]))
        lines.append(str(select((c.country, count(c)) for c in Customer).order_by(1)[:]))
        lines.append(str(avg(o.total for o in Order)))
        limit = 1.5
        lines.append(str([o.total for o in Order.select(lambda o: o.total > limit).order_by(desc(Order.total))]))
        lines.append(str(Customer.get(name="Bob").to_dict()))
        lines.append(select(o for o in Order if o.customer.name.startswith("A")).get_sql())
        lines.append(repr(Customer[1]))
    return "\n".join(lines)
