"""Customers: find, register, change, remember."""
# Contains: SCOPE001, DETACH001, DETACH002, DETACH003, DETACH004

from __future__ import annotations

from sqlalchemy import select

from ..db import SessionFactory, session_scope
from ..models import Customer


def find_customer(email: str) -> Customer | None:
    with SessionFactory() as session:
        customer = session.scalars(select(Customer).where(Customer.email == email)).first()
    return customer


def register(email: str, name: str) -> Customer:
    with SessionFactory() as session:
        customer = Customer(email=email, name=name)
        session.add(customer)
        session.commit()
        return customer


def change_email(customer_id: int, email: str) -> Customer:
    with SessionFactory() as session:
        customer = session.get_one(Customer, customer_id)
        customer.email = email
        session.commit()
        session.refresh(customer)
        return customer


def subscribe(customer_id: int) -> str:
    """Send the newsletter to a customer from now on; returns the address."""
    with session_scope() as session:
        customer = session.get_one(Customer, customer_id)
        customer.newsletter = True
    return customer.email


class Visitors:
    """Who is in the shop now."""

    def __init__(self) -> None:
        self.present: dict[int, Customer] = {}

    def enter(self, customer_id: int) -> None:
        with SessionFactory() as session:
            customer = session.get_one(Customer, customer_id)
            customer.visits += 1
            session.commit()
            self.present[customer_id] = customer
