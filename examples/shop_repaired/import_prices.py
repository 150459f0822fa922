"""Reads prices from a file of lines `sku;cents`: `python -m shop_repaired.import_prices prices.csv`."""

from __future__ import annotations

import sys
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from .db import session_scope
from .models import Product


def read_prices(path: Path) -> dict[str, int]:
    lines = [line.split(";") for line in path.read_text(encoding="utf-8").splitlines() if line]
    return {sku: int(cents) for sku, cents in lines}


def import_prices(prices: dict[str, int]) -> int:
    """Set each price; returns how many products have a new one."""
    done = 0
    for sku, cents in prices.items():
        try:
            with session_scope() as session:
                session.scalars(select(Product).where(Product.sku == sku)).one().price = cents
        except NoResultFound:
            print(f"no product {sku}", file=sys.stderr)
            continue
        done += 1
    return done


def main(arguments: list[str]) -> None:
    for name in arguments:
        prices = read_prices(Path(name))
        print(f"{name}: {import_prices(prices)} of {len(prices)} prices imported")


if __name__ == "__main__":
    main(sys.argv[1:])
