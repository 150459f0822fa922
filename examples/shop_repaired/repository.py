"""Look-ups by key, on a session that the caller opens and closes."""

from __future__ import annotations

from sqlalchemy.orm import Session

from .models import Customer, Order, Product


class ProductRepository:
    def __init__(self, session: Session) -> None:
        self.session = session

    def find(self, product_id: int) -> Product | None:
        return self.session.get(Product, product_id)


class OrderRepository:
    def __init__(self, session: Session) -> None:
        self.session = session

    def find(self, order_id: int) -> Order | None:
        return self.session.get(Order, order_id)


class CustomerRepository:
    def __init__(self, session: Session) -> None:
        self.session = session

    def find(self, customer_id: int) -> Customer | None:
        return self.session.get(Customer, customer_id)
