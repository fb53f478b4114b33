//! `areas/`: a module an area; `_areas.py`: how a room has them; `sync/_areas.pyi`: the types of the
//! blocking twins, which are made at run time.

use std::path::{Path, PathBuf};

use super::super::areas::{Area, areas};
use super::super::model::Catalogue;
use super::super::naming::{pascal, snake};
use super::super::prose;
use super::{HEADER, MARKUP, docstring, flows, imports, methods, paragraphs, record};

const AREA: &str = "Area";

pub(super) fn modules(catalogue: &Catalogue, folder: &Path) -> Vec<(PathBuf, String)> {
    let mut files = vec![(
        folder.join("__init__.py"),
        format!("{HEADER}\n\"\"\"The commands, answers and events of each area.\"\"\"\n"),
    )];
    for area in areas(catalogue) {
        files.push((
            folder.join(format!("{}.py", area.name)),
            module(&area, catalogue),
        ));
    }
    files
}

fn module(area: &Area, catalogue: &Catalogue) -> String {
    let mut out = String::new();
    for (name, entry) in &area.commands {
        if !entry.parts.result.is_empty() {
            let doc = [format!("Answer to `{}.{}`.", class(area), snake(name))];
            let class = methods::answer(name, entry);
            let evidence = entry.common.evidence;
            out.push_str(&record(
                &class,
                &doc,
                &entry.parts.result,
                evidence,
                catalogue,
            ));
        }
    }
    for (name, entry) in &area.events {
        let doc = paragraphs(&prose::event(name, entry, MARKUP), "    ");
        let class = format!("{}Event", pascal(name));
        let evidence = entry.common.evidence;
        out.push_str(&record(
            &class,
            &doc,
            &entry.parts.fields,
            evidence,
            catalogue,
        ));
    }
    out.push_str(&area_class(area, catalogue, true));
    let imports = imports::lines(&out, ".");
    format!("{HEADER}\n\"\"\"{}\"\"\"\n\n{imports}{out}", area.about)
}

fn class(area: &Area) -> String {
    pascal(area.name) + AREA
}

fn area_class(area: &Area, catalogue: &Catalogue, asynchronous: bool) -> String {
    let mut out = format!(
        "\n\nclass {}(Area):\n    \"\"\"{}\"\"\"\n\n    __slots__ = ()\n",
        class(area),
        area.about
    );
    for (name, entry) in &area.commands {
        out.push('\n');
        out.push_str(&methods::head(name, entry, catalogue, asynchronous));
        if asynchronous {
            out.push_str(&methods::body(name, entry, catalogue));
        }
    }
    let short = area.short_names();
    if !short.is_empty() {
        out.push_str("\n    # Short names.\n");
    }
    for (wire, short) in short {
        out.push_str(&format!("    {short} = {}\n", snake(wire)));
    }
    out
}

/// The areas that are properties of a room; the files have an object of their own.
fn properties(catalogue: &Catalogue) -> Vec<Area<'_>> {
    areas(catalogue)
        .into_iter()
        .filter(|area| area.name != "files")
        .collect()
}

/// Not an area of the catalogue, and a property of a room like them.
fn flows_area() -> (&'static str, String, &'static str) {
    ("flows", "FlowsArea".to_owned(), flows::ABOUT)
}

pub(super) fn index(catalogue: &Catalogue) -> String {
    let mut out = format!(
        "{HEADER}\n\"\"\"The areas of a room, each loaded when it is first used.\"\"\"\n\n\
         from __future__ import annotations\n\n\
         from functools import cached_property\n\
         from typing import TYPE_CHECKING, Any, cast\n\n\
         from ._area import load\n\n\
         if TYPE_CHECKING:\n"
    );
    for area in properties(catalogue) {
        out.push_str(&format!(
            "    from .areas.{} import {}\n",
            area.name,
            class(&area)
        ));
    }
    out.push_str("    from .areas.flows import FlowsArea\n");
    out.push_str("\n\nclass Areas:\n    \"\"\"The commands of the terminal, by area.\"\"\"\n");
    let areas = properties(catalogue);
    let areas = areas
        .iter()
        .map(|area| (area.name, class(area), area.about));
    for (name, class, about) in areas.chain([flows_area()]) {
        out.push_str(&format!(
            "\n    @cached_property\n    def {name}(self) -> {class}:\n"
        ));
        out.push_str(&docstring(&[about.to_owned()], "        "));
        out.push_str(&format!(
            "        return cast(\"{class}\", load({name:?}, {class:?})(cast(\"Any\", self)))\n"
        ));
    }
    out
}

pub(super) fn blocking(catalogue: &Catalogue) -> String {
    let mut out = format!(
        "{HEADER}\n\"\"\"The areas of a room, for programs without asyncio.\"\"\"\n\n\
         from collections.abc import Sequence\n\n\
         from .. import enums, types\n\
         from .._area import Accepted, Area\n"
    );
    let mut events = flows::events(catalogue);
    for area in areas(catalogue) {
        let answers = area
            .commands
            .iter()
            .filter(|(_, entry)| !entry.parts.result.is_empty())
            .map(|(name, entry)| methods::answer(name, entry));
        let answers: Vec<String> = answers
            .chain(events.remove(area.name).unwrap_or_default())
            .map(|name| format!("    {name},\n"))
            .collect();
        if !answers.is_empty() {
            out.push_str(&format!(
                "from ..areas.{} import (\n{})\n",
                area.name,
                answers.concat()
            ));
        }
    }
    for area in areas(catalogue) {
        out.push_str(&area_class(&area, catalogue, false));
    }
    out.push_str(&flows::class(catalogue, false));
    out.push_str("\n\nclass Areas:\n    \"\"\"The commands of the terminal, by area.\"\"\"\n");
    let areas = properties(catalogue);
    let areas = areas
        .iter()
        .map(|area| (area.name, class(area), area.about));
    for (name, class, about) in areas.chain([flows_area()]) {
        out.push_str(&format!(
            "\n    @property\n    def {name}(self) -> {class}:\n"
        ));
        out.push_str(&docstring(&[about.to_owned()], "        "));
    }
    out
}
