from typing import Optional

from sqlmodel import Field, SQLModel


class Base(SQLModel):
    id: Optional[int] = Field(default=None, primary_key=True)


class Animal(Base, table=True):
    kind: str = "animal"


class AnimalRead(Animal):
    extra: Optional[str] = None
