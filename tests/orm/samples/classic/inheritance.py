import sqlalchemy as sa
from sqlalchemy.orm import declared_attr, registry, relationship

mapper_registry = registry()
Base = mapper_registry.generate_base()


class Identified:
    id = sa.Column(sa.Integer, primary_key=True)

    @declared_attr
    def __tablename__(cls):
        return cls.__name__.lower()


class Owned:
    @declared_attr
    def owner_id(cls):
        return sa.Column(sa.Integer, sa.ForeignKey("company.id"))

    @declared_attr
    def owner(cls):
        return relationship("Company", lazy="immediate", viewonly=True, foreign_keys=[cls.owner_id])


class Company(Identified, Base):
    name = sa.Column(sa.String)
    people = relationship("Person", back_populates="company", lazy="subquery", foreign_keys="Person.company_id")


class Audited(Base):
    __abstract__ = True
    audit = sa.Column(sa.String)


class Person(Owned, Audited):
    __tablename__ = "person"
    person_id = sa.Column(sa.Integer, primary_key=True)
    kind = sa.Column(sa.String)
    company_id = sa.Column(sa.Integer, sa.ForeignKey("company.id"))
    company = relationship("Company", back_populates="people", foreign_keys=[company_id])
    version = sa.Column(sa.Integer, nullable=False)

    __mapper_args__ = {
        "polymorphic_on": kind,
        "polymorphic_identity": "person",
        "version_id_col": version,
        "eager_defaults": True,
    }


class Engineer(Person):
    __tablename__ = "engineer"
    engineer_id = sa.Column(sa.ForeignKey("person.person_id"), primary_key=True)
    language = sa.Column(sa.String)
    __mapper_args__ = {"polymorphic_identity": "engineer"}


class Manager(Person):
    budget = sa.Column(sa.Integer)

    @declared_attr
    def __mapper_args__(cls):
        return dict(polymorphic_identity="manager", polymorphic_load="selectin")


@mapper_registry.mapped
class Loose:
    __table__ = sa.Table(
        "loose",
        mapper_registry.metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("person_id", sa.Integer, sa.ForeignKey("person.person_id"), key="person"),
    )


class Line(Base):
    __tablename__ = "line"
    __table_args__ = (sa.PrimaryKeyConstraint("order_id", "number"),)
    order_id = sa.Column(sa.Integer)
    number = sa.Column(sa.Integer)
    pieces = relationship("Piece", viewonly=True)


class Piece(Base):
    __tablename__ = "piece"
    __table_args__ = (
        sa.ForeignKeyConstraint(["order_id", "line_number"], ["line.order_id", "line.number"]),
        {"sqlite_autoincrement": False},
    )
    id = sa.Column(sa.Integer, primary_key=True)
    order_id = sa.Column(sa.Integer)
    line_number = sa.Column(sa.Integer)
    line = relationship("Line")
