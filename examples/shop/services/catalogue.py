"""Products as customers see them."""
# Contains: SCOPE001, SCOPE002, SCOPE004, SCOPE013, LOAD001

from __future__ import annotations

from sqlalchemy import select

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
        wanted = select(Product).where(Product.sku == sku)
        product = session.scalars(wanted).one()
    return product.category.name


def price_list() -> list[str]:
    with SessionFactory() as session:
        products = session.scalars(select(Product).order_by(Product.price))
    return [f"{product.name} {product.price / 100:.2f}" for product in products]


def stars(product_id: int) -> list[int]:
    """The ratings of a product, oldest first."""
    with SessionFactory() as session:
        product = session.get_one(Product, product_id)
        return [review.stars for review in product.reviews]


def shelf_labels() -> list[str]:
    labels = []
    with SessionFactory() as session:
        for product in session.scalars(select(Product).order_by(Product.id)).all():
            labels.append(f"{product.name} ({product.category.name})")
    return labels
