"""Figures and lists for the people who run the shop."""
# Contains: ROW001, ROW002, ROW003, ROW004, ROW005, ROW006, ROW008, SQL002, SQL003

from __future__ import annotations

from sqlalchemy import func, select, text
from sqlalchemy.orm import joinedload

from ..db import SessionFactory
from ..models import Customer, Order, Product


def product_name(sku: str) -> str | None:
    with SessionFactory() as session:
        product = session.execute(select(Product).where(Product.sku == sku)).first()
        return product.name if product else None


def open_orders() -> list[int]:
    numbers = []
    with SessionFactory() as session:
        for order in session.execute(select(Order).where(Order.status == "open")):
            numbers.append(order.id)
    return numbers


def newest_customer() -> str:
    with SessionFactory() as session:
        return session.execute(select(Customer).order_by(Customer.id.desc())).first().name


def is_sold_out() -> bool:
    """Whether nothing at all is in stock."""
    with SessionFactory() as session:
        in_stock = session.execute(select(func.count(Product.id)).where(Product.stock > 0)).one()
        return in_stock == 0


def cheapest_product() -> str:
    with SessionFactory() as session:
        cheapest = session.scalars(select(Product).order_by(Product.price)).first()
        return cheapest[0].name


def order_sizes() -> dict[int, int]:
    """The number of lines of each order."""
    with SessionFactory() as session:
        orders = session.scalars(select(Order).options(joinedload(Order.lines))).all()
        return {order.id: len(order.lines) for order in orders}


def stock_summary() -> tuple[int, list[str]]:
    """How many units there are, and what is nearly gone."""
    with SessionFactory() as session:
        products = session.scalars(select(Product))
        units = sum(product.stock for product in products)
        scarce = [product.name for product in products if product.stock < 2]
        return units, scarce


def customer_count() -> int:
    with SessionFactory() as session:
        count: int = session.execute("SELECT count(*) FROM customers").scalar_one()
        return count


def search(term: str) -> list[str]:
    """The names of the products that contain a term."""
    with SessionFactory() as session:
        return list(session.scalars(text(f"SELECT name FROM products WHERE name LIKE '%{term}%'")))
