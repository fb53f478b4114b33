from __future__ import annotations

import re
import sys
from importlib import metadata
from pathlib import Path

import pytest
import trueroom

PROJECT = Path(__file__).resolve().parents[1]


def test_version_is_that_of_the_crate() -> None:
    assert metadata.version("trueroom") == trueroom.__version__


def test_requires_python_is_the_abi3_feature() -> None:
    cargo = (PROJECT / "Cargo.toml").read_text()
    (minor,) = re.findall(r'"abi3-py3(\d+)"', cargo)
    wanted = metadata.metadata("trueroom")["Requires-Python"]
    assert wanted == f">=3.{minor}"
    (wheel,) = re.findall(r"Tag: (\S+)", metadata.distribution("trueroom").read_text("WHEEL") or "")
    assert wheel.startswith(f"cp3{minor}-abi3-")


def test_what_the_wheel_says() -> None:
    about = metadata.metadata("trueroom")
    assert "Typing :: Typed" in about.get_all("Classifier", [])
    assert about["License-Expression"] == "MIT OR Apache-2.0"
    assert about.get_all("Requires-Dist") is None
    names = {entry.name for entry in metadata.entry_points(group="pytest11")}
    assert "trueroom" in names


def test_what_is_in_the_wheel() -> None:
    files = {str(file) for file in metadata.files("trueroom") or []}
    assert {"trueroom/py.typed", "trueroom/_native.pyi", "trueroom/sync/__init__.py"} <= files
    assert any(re.search(r"LICENSE-(MIT|APACHE)", file) for file in files)
    assert not any("test" in file and "pytest" not in file for file in files)


@pytest.mark.skipif(sys.version_info < (3, 11), reason="tomllib")
def test_the_version_stands_in_one_place() -> None:
    import tomllib

    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    assert "version" in project["project"]["dynamic"]
