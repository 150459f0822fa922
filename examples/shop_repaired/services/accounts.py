"""Customers: find, register, change, remember."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from ..db import SessionFactory, session_scope
from ..models import Customer
from ..session_helpers import model_to_dict


def find_customer(email: str) -> dict[str, Any] | None:
    """A customer with all orders."""
    with SessionFactory() as session:
        customer = session.scalars(select(Customer).where(Customer.email == email)).first()
        return model_to_dict(customer, include=["orders"])


def register(email: str, name: str) -> dict[str, Any]:
    with SessionFactory() as session:
        customer = Customer(email=email, name=name)
        session.add(customer)
        session.commit()
        return model_to_dict(customer)


def change_email(customer_id: int, email: str) -> dict[str, Any]:
    """Change the address of a customer; returns the customer with all orders."""
    with SessionFactory() as session:
        customer = session.get_one(Customer, customer_id)
        customer.email = email
        session.commit()
        return model_to_dict(customer, include=["orders"])


def subscribe(customer_id: int) -> str:
    """Send the newsletter to a customer from now on; returns the address."""
    with session_scope() as session:
        customer = session.get_one(Customer, customer_id)
        customer.newsletter = True
        return customer.email


class Visitors:
    """Who is in the shop now."""

    def __init__(self) -> None:
        self.present: dict[int, dict[str, Any]] = {}

    def enter(self, customer_id: int) -> None:
        with SessionFactory() as session:
            customer = session.get_one(Customer, customer_id)
            customer.visits += 1
            session.commit()
            self.present[customer_id] = model_to_dict(customer)
