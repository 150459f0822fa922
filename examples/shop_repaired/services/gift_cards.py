"""Gift cards, the part of the shop that uses SQLModel."""

from sqlmodel import Field, Session, SQLModel, select

from ..db import engine


class GiftCard(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    cents: int


def balance(code: str) -> int:
    """What is left on a card, in cents; an unknown card is worth nothing."""
    with Session(engine) as session:
        card = session.exec(select(GiftCard).where(GiftCard.code == code)).first()
        return card.cents if card else 0
