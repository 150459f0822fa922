"""Creates the tables and a little stock: `python -m shop.seed`."""

from __future__ import annotations

from sqlmodel import Session as CardSession
from sqlmodel import SQLModel

from .db import engine, session_scope
from .models import Base, Category, Customer, Order, OrderLine, Product, Review
from .services.gift_cards import GiftCard


def catalogue() -> list[Category]:
    lamp = Product(sku="L-1", name="Lamp", price=2500, stock=4, reviews=[Review(stars=5), Review(stars=3)])
    return [
        Category(name="Light", products=[lamp]),
        Category(name="Books", products=[Product(sku="B-1", name="Atlas", price=4000, stock=1)]),
        Category(name="Tools", products=[Product(sku="T-1", name="Hammer", price=1800, stock=9)]),
    ]


def reset() -> None:
    """Empty the shop and fill it again: three products, one customer, one order of two lines."""
    for metadata in (Base.metadata, SQLModel.metadata):
        metadata.drop_all(engine)
        metadata.create_all(engine)
    with session_scope() as session:
        session.add_all(catalogue())
        session.flush()
        lines = [OrderLine(product_id=1, quantity=2), OrderLine(product_id=2, quantity=1)]
        session.add(Customer(email="ann@example.org", name="Ann", orders=[Order(lines=lines)]))
    with CardSession(engine) as card_session:
        card_session.add(GiftCard(code="WELCOME", cents=1000))
        card_session.commit()


if __name__ == "__main__":
    reset()
