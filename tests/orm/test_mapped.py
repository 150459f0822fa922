"""What `read_class` says of sample modules against what the real library says of the same text."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from reading import Module

import environments
from sessile.orm import linking
from sessile.orm.api.tables import names
from sessile.orm.mapped import Accessor, ClassFacts, Role

HERE = Path(__file__).parent
SAMPLES = sorted((HERE / "samples").glob("*/*.py"))
CLASSIC = [sample for sample in SAMPLES if sample.parent.name == "classic"]
COLUMN = names(
    "primary_key deferred raiseload expression query_expression server_default onupdate plain_json expire_on_flush"
)


@cache
def _inspected(python: Path | str, samples: tuple[Path, ...]) -> dict[str, dict[str, Any]]:
    command = [python, HERE / "inspected.py", *samples]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found: dict[str, dict[str, Any]] = json.loads(output)
    return found


@cache
def _module(sample: Path) -> Module:
    return Module(sample.read_text(encoding="utf-8"))


CASES = [("installed", sample) for sample in SAMPLES] + [("sa14", sample) for sample in CLASSIC]
every_sample = pytest.mark.parametrize(
    ("name", "sample"), CASES, ids=[f"{name}-{sample.parent.name}-{sample.stem}" for name, sample in CASES]
)


def _truth(name: str, sample: Path) -> dict[str, dict[str, Any] | None]:
    python = sys.executable if name == "installed" else environments.interpreter(name)
    if python is None:
        pytest.skip(environments.how_to_create(name))
    return _inspected(python, tuple(SAMPLES if name == "installed" else CLASSIC))[str(sample)]


def _pairs(name: str, sample: Path) -> list[tuple[ClassFacts, dict[str, Any]]]:
    found = _truth(name, sample)
    classes = _module(sample).classes
    return [(classes[each], said) for each, said in found.items() if said is not None]


@every_sample
def test_the_mapped_classes_are_those_that_the_library_maps(name: str, sample: Path) -> None:
    mapped = {each for each, said in _truth(name, sample).items() if said is not None}
    assert {each for each, facts in _module(sample).classes.items() if facts.role is Role.MAPPED} == mapped


@every_sample
def test_columns(name: str, sample: Path) -> None:
    for facts, said in _pairs(name, sample):
        columns = {column.name: column for column in facts.columns}
        assert set(columns) == set(said["columns"]), facts
        for key, truth in said["columns"].items():
            read = {each: getattr(columns[key], each) for each in COLUMN}
            assert read == {each: truth[each] for each in COLUMN}, f"{facts.name}.{key}"
            assert (columns[key].foreign_key is not None) is truth["foreign_key"], f"{facts.name}.{key}"


@every_sample
def test_nullable_is_never_wrong(name: str, sample: Path) -> None:
    for facts, said in _pairs(name, sample):
        for column in facts.columns:
            if column.nullable is not None and not column.expression:
                assert column.nullable is said["columns"][column.name]["nullable"], f"{facts.name}.{column.name}"


@every_sample
def test_relationships(name: str, sample: Path) -> None:
    classes = _module(sample).classes
    for facts, said in _pairs(name, sample):
        read = {}
        for each in facts.relationships:
            target = classes[(each.target or "").rpartition(".")[2]]
            read[each.name] = {
                "target": target.name,
                "many": linking.is_many(facts, each, target),
                "lazy": each.lazy,
                "viewonly": each.viewonly,
                "secondary": each.secondary,
                "join_depth": each.join_depth,
            }
        assert read == said["relationships"], facts.name


@every_sample
def test_keys_and_options(name: str, sample: Path) -> None:
    for facts, said in _pairs(name, sample):
        options = facts.mapper_options
        assert list(facts.primary_key) == said["primary_key"]
        assert options.polymorphic_on == said["polymorphic_on"]
        assert options.polymorphic_identity in (said["polymorphic_identity"], "?")
        assert options.version_id_col == said["version_id_col"]
        assert options.eager_defaults is None or options.eager_defaults is said["eager_defaults"]


@every_sample
def test_accessors(name: str, sample: Path) -> None:
    for facts, said in _pairs(name, sample):
        accessors = [each for each in facts.attributes.values() if isinstance(each, Accessor)]
        assert {each.name: each.target for each in accessors if each.kind == "synonym"} == said["synonyms"]
        for kind, key in (("composite", "composites"), ("association_proxy", "proxies"), ("hybrid", "hybrids")):
            assert sorted(each.name for each in accessors if each.kind == kind) == said[key], facts.name


@every_sample
def test_a_complete_class_has_no_other_names(name: str, sample: Path) -> None:
    for facts, said in _pairs(name, sample):
        if facts.complete:
            assert set(said["names"]) - set(facts.attributes) == set(), facts.name


def test_every_sample_class_is_complete() -> None:
    """Otherwise the test above would hold of nothing."""
    incomplete = [facts.name for sample in SAMPLES for facts in _module(sample).classes.values() if not facts.complete]
    assert incomplete == []
