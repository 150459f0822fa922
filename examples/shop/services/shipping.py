"""The asynchronous part: what the parcel service calls."""
# Contains: SCOPE003, ROW008

from __future__ import annotations

from sqlalchemy import func, select

from ..db import AsyncSessionFactory
from ..models import Order


async def ship_order(order_id: int) -> str:
    async with AsyncSessionFactory() as session:
        order = await session.get_one(Order, order_id)
        order.status = "shipped"
        await session.commit()
        return f"order {order.id} is {order.status}"


async def recipient(order_id: int) -> str:
    async with AsyncSessionFactory() as session:
        order = await session.get_one(Order, order_id)
        return order.customer.name


async def is_busy(limit: int) -> bool:
    """Whether more orders are open than the limit allows."""
    async with AsyncSessionFactory() as session:
        waiting = session.scalar(select(func.count(Order.id)).where(Order.status == "open"))
        return waiting > limit
