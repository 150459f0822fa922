"""Prints, as JSON, what the installed SQLAlchemy says of the mapped classes of sample modules; any environment runs it.

`python inspected.py SAMPLE...` executes each sample on its own.
"""

import json
import runpy
import sys
import warnings

import sqlalchemy
from sqlalchemy import orm
from sqlalchemy.ext.mutable import Mutable


def is_mutable(cls, key):
    instance = orm.class_mapper(cls).class_manager.new_instance()
    for value in ({}, []):
        try:
            setattr(instance, key, value)
        except ValueError:
            continue
        return isinstance(getattr(instance, key), Mutable)
    return True


def describe_column(cls, prop):
    column = prop.columns[0]
    real = isinstance(column, sqlalchemy.Column)
    default = getattr(column, "default", None)
    onupdate = getattr(column, "onupdate", None)
    return {
        "primary_key": bool(real and column.primary_key),
        "deferred": prop.deferred,
        "raiseload": bool(prop.raiseload),
        "expression": not real,
        "expire_on_flush": prop.expire_on_flush,
        "query_expression": getattr(prop, "strategy_key", None) == (("query_expression", True),),
        "foreign_key": real and bool(column.foreign_keys),
        "nullable": column.nullable if real else None,
        "server_default": bool(
            getattr(column, "server_default", None) is not None or (default is not None and default.is_clause_element)
        ),
        "onupdate": bool(
            getattr(column, "server_onupdate", None) is not None
            or (onupdate is not None and onupdate.is_clause_element)
        ),
        "plain_json": isinstance(column.type, (sqlalchemy.JSON, sqlalchemy.ARRAY, sqlalchemy.PickleType))
        and not is_mutable(cls, prop.key),
    }


def describe_relationship(prop):
    lazy = {True: "select", False: "joined", None: "noload"}.get(prop.lazy, prop.lazy)
    return {
        "target": prop.mapper.class_.__name__,
        "many": prop.uselist,
        "lazy": lazy,
        "viewonly": prop.viewonly,
        "secondary": prop.secondary is not None,
        "join_depth": prop.join_depth,
    }


def kind_of(descriptor):
    return str(getattr(descriptor.extension_type, "name", descriptor.extension_type))


def describe(cls):
    mapper = sqlalchemy.inspect(cls)
    kinds = {key: kind_of(each) for key, each in mapper.all_orm_descriptors.items()}
    return {
        "columns": {prop.key: describe_column(cls, prop) for prop in mapper.column_attrs},
        "relationships": {prop.key: describe_relationship(prop) for prop in mapper.relationships},
        "synonyms": {key: prop.name for key, prop in mapper.synonyms.items()},
        "composites": sorted(mapper.composites.keys()),
        "hybrids": sorted(key for key, kind in kinds.items() if kind == "HYBRID_PROPERTY"),
        "proxies": sorted(key for key, kind in kinds.items() if kind == "ASSOCIATION_PROXY"),
        "primary_key": [mapper.get_property_by_column(column).key for column in mapper.primary_key],
        "polymorphic_on": None
        if mapper.polymorphic_on is None
        else mapper.get_property_by_column(mapper.polymorphic_on).key,
        "polymorphic_identity": mapper.polymorphic_identity,
        "version_id_col": None
        if mapper.version_id_col is None
        else mapper.get_property_by_column(mapper.version_id_col).key,
        "eager_defaults": mapper.eager_defaults,
        "names": sorted(name for name in dir(cls) if not name.startswith("_")),
    }


def mapped_classes(sample):
    namespace = runpy.run_path(sample)
    orm.configure_mappers()
    for name, value in namespace.items():
        if isinstance(value, type) and value.__module__ == namespace["__name__"]:
            mapped = sqlalchemy.inspect(value, raiseerr=False)
            yield name, describe(value) if mapped is not None else None


def main():
    warnings.simplefilter("ignore")
    print(json.dumps({sample: dict(mapped_classes(sample)) for sample in sys.argv[1:]}))


if __name__ == "__main__":
    main()
