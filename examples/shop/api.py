"""What a web framework would route to: plain data in, plain data out. Nothing is wrong here."""

from __future__ import annotations

from .db import session_scope
from .repository import CustomerRepository, ProductRepository


def get_product(product_id: int) -> dict[str, object] | None:
    with session_scope() as session:
        product = ProductRepository(session).find(product_id)
        if product is None:
            return None
        return {"sku": product.sku, "name": product.name, "category": product.category.name}


def put_customer_name(customer_id: int, name: str) -> bool:
    with session_scope() as session:
        customer = CustomerRepository(session).find(customer_id)
        if customer is None:
            return False
        customer.name = name
    return True
