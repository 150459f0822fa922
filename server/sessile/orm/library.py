"""Base classes of libraries, so that a class that inherits from them is still known completely.

`own` lists their public names; tests compare them with the installed libraries.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from sessile.orm.api.tables import names
from sessile.orm.facts import Accessor, ClassFacts, Role

if TYPE_CHECKING:
    from collections.abc import Mapping

_PYDANTIC = """
    construct copy dict from_orm json model_computed_fields model_config model_construct model_copy model_dump
    model_dump_json model_extra model_fields model_fields_set model_json_schema model_parametrized_name model_post_init
    model_rebuild model_validate model_validate_json model_validate_strings parse_file parse_obj parse_raw schema
    schema_json update_forward_refs validate
"""
_DECLARATIVE = "metadata registry"
_FLASK = "query query_class metadata registry"
_ROLES = {"pydantic": Role.PYDANTIC, "pydantic_settings": Role.PYDANTIC, "sqlmodel": Role.PYDANTIC}
_INCOMPLETE = frozenset({"AutomapBase", "DeferredReflection"})
_CLASSES: Mapping[str, str] = {
    "sqlalchemy.orm.DeclarativeBase": _DECLARATIVE,
    "sqlalchemy.orm.DeclarativeBaseNoMeta": _DECLARATIVE,
    "sqlalchemy.orm.MappedAsDataclass": "",
    "sqlalchemy.ext.asyncio.AsyncAttrs": "awaitable_attrs",
    "sqlalchemy.ext.declarative.ConcreteBase": "",
    "sqlalchemy.ext.declarative.AbstractConcreteBase": "",
    "sqlalchemy.ext.declarative.DeferredReflection": "prepare",
    "sqlalchemy.ext.automap.AutomapBase": "classes by_module prepare",
    "sqlmodel.SQLModel": f"{_PYDANTIC} metadata sqlmodel_update",
    "flask_sqlalchemy.Model": _FLASK,
    "pydantic.BaseModel": _PYDANTIC,
    "pydantic.RootModel": f"{_PYDANTIC} root",
    "pydantic_settings.BaseSettings": f"{_PYDANTIC} settings_customise_sources",
    "builtins.object": "",
    "typing.Generic": "",
    "typing.Protocol": "",
    "abc.ABC": "",
    "enum.Enum": "name value",
    "enum.IntEnum": "name value",
    "enum.StrEnum": "name value",
}


def _facts(qualified: str, listed: str) -> ClassFacts:
    module, _, name = qualified.rpartition(".")
    root = module.partition(".")[0]
    return ClassFacts(
        name,
        module,
        _ROLES.get(root, Role.MIXIN_OR_PLAIN),
        own=MappingProxyType({each: Accessor(each, "plain") for each in names(listed)}),
        sqlmodel=root == "sqlmodel",
        complete=name not in _INCOMPLETE,
    )


LIBRARY: Mapping[str, ClassFacts] = MappingProxyType({name: _facts(name, listed) for name, listed in _CLASSES.items()})
_BY_ENDS = {(name.partition(".")[0], facts.name): facts for name, facts in LIBRARY.items()}


def library_class(qualified: str | None) -> ClassFacts | None:
    """The library's class of that name, whatever module of the library it was imported from."""
    if qualified is None:
        return None
    root, _, rest = qualified.partition(".")
    root = {"typing_extensions": "typing"}.get(root, root)
    return _BY_ENDS.get((root, rest.rpartition(".")[2]) if rest else ("builtins", root))


def is_base_maker(facts: ClassFacts | str) -> bool:
    """Whether a direct subclass of this class is a declarative base rather than a mapped class."""
    return isinstance(facts, ClassFacts) and facts.qualified in (
        "sqlalchemy.orm.DeclarativeBase",
        "sqlalchemy.orm.DeclarativeBaseNoMeta",
        "flask_sqlalchemy.Model",
    )
