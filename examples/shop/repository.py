"""Look-ups by key, on a session that the caller opens and closes."""
# Contains: GET001, GET002, GET003

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from .models import Customer, Order, Product


class ProductRepository:
    def __init__(self, session: Session) -> None:
        self.session = session

    def find(self, product_id: int) -> Product | None:
        return self.session.scalars(select(Product).where(Product.id == product_id)).first()


class OrderRepository:
    def __init__(self, session: Session) -> None:
        self.session = session

    def find(self, order_id: int) -> Order | None:
        return self.session.query(Order).filter_by(id=order_id).first()


class CustomerRepository:
    def __init__(self, session: Session) -> None:
        self.session = session

    def find(self, customer_id: int) -> Customer | None:
        return self.session.query(Customer).get(customer_id)
