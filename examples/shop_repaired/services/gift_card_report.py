"""What the shop owes to the holders of gift cards."""

from sqlmodel import Session, bindparam, func, select

from ..db import engine
from .gift_cards import GiftCard


def outstanding(at_least: int) -> int:
    """What all cards of a certain worth are worth together, in cents."""
    with Session(engine) as session:
        total = select(func.sum(GiftCard.cents)).where(GiftCard.cents >= bindparam("at_least"))
        return session.exec(total, params={"at_least": at_least}).one() or 0
