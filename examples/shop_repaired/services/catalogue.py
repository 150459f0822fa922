"""Products as customers see them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from ..db import SessionFactory
from ..models import Product


def rename_product(product_id: int, name: str) -> str:
    """Give a product another name; returns its new label."""
    with SessionFactory() as session:
        product = session.get_one(Product, product_id)
        product.name = name
        session.commit()
        return f"{product.sku}: {product.name}"


def category_name(sku: str) -> str:
    with SessionFactory() as session:
        wanted = select(Product).where(Product.sku == sku).options(selectinload(Product.category))
        product = session.scalars(wanted).one()
    return product.category.name


def price_list() -> list[str]:
    with SessionFactory() as session:
        products = session.scalars(select(Product).order_by(Product.price)).all()
    return [f"{product.name} {product.price / 100:.2f}" for product in products]


def stars(product_id: int) -> list[int]:
    """The ratings of a product, oldest first."""
    with SessionFactory() as session:
        product = session.get_one(Product, product_id, options=[selectinload(Product.reviews)])
        return [review.stars for review in product.reviews]


def shelf_labels() -> list[str]:
    labels = []
    with SessionFactory() as session:
        products = select(Product).order_by(Product.id).options(selectinload(Product.category))
        for product in session.scalars(products).all():
            labels.append(f"{product.name} ({product.category.name})")
    return labels
