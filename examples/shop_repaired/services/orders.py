"""Orders: their lines, their status, their worth."""

from __future__ import annotations

import logging

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from ..db import SessionFactory, session_scope
from ..models import Customer, Order, OrderLine, Product

logger = logging.getLogger(__name__)


def cancel_order(order_id: int) -> bool:
    """Cancel an order, unless it was shipped."""
    with SessionFactory() as session:
        order = session.get_one(Order, order_id)
        if order.status == "shipped":
            return False
        order.status = "cancelled"
        session.commit()
    return True


def add_lines(order_id: int, quantities: dict[int, int]) -> list[int]:
    """Add a line per product; returns the products that the order has already."""
    refused = []
    with SessionFactory() as session:
        for product_id, quantity in quantities.items():
            try:
                with session.begin_nested():
                    session.add(OrderLine(order_id=order_id, product_id=product_id, quantity=quantity))
            except IntegrityError:
                refused.append(product_id)
        session.commit()
    return refused


def order_total(order_id: int) -> int:
    with SessionFactory() as session:
        worth = select(func.sum(OrderLine.quantity * Product.price)).join(OrderLine.product)
        return session.scalar(worth.where(OrderLine.order_id == order_id)) or 0


def record_visit(customer_id: int) -> None:
    with session_scope() as session:
        session.get_one(Customer, customer_id).visits += 1


def close_order(order_id: int) -> str:
    """Close an order; returns its new status."""
    try:
        with session_scope() as session:
            session.get_one(Order, order_id).status = "closed"
    except Exception:
        logger.exception("Closing order %s failed", order_id)
        raise
    return "closed"
