//! What an event turned out to be: known of the next one as well, when that differs in values only.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use super::files::{FileEvent, Patch, Signal, percent};
use super::role::Role;
use super::{Engine, Phase, Text};
use crate::catalogue;

/// An event that came.
#[derive(Debug)]
pub(super) struct Route {
    pub known: Option<&'static catalogue::Event>,
    /// The main name where the catalogue has the event.
    pub name: Cow<'static, str>,
    pub file: Option<FileEvent>,
    /// The request whose progress it told, and the book took in.
    pub under_way: Option<Request>,
}

/// A file request that progress is told of.
#[derive(Debug)]
pub(super) struct Request {
    pub id: Arc<str>,
    /// What it is called in the queues.
    pub number: u64,
}

impl Route {
    pub(super) fn of(name: &str) -> Self {
        let known = catalogue::event(name);
        let name: Cow<'static, str> = known.map_or_else(
            || Cow::Owned(name.to_owned()),
            |known| Cow::Borrowed(known.name),
        );
        let file = known
            .is_some_and(|known| known.area == "files")
            .then(|| FileEvent::from_name(&name))
            .flatten();
        Self {
            known,
            name,
            file,
            under_way: None,
        }
    }

    pub(super) fn is_progress(&self) -> bool {
        self.file
            .is_some_and(|event| event.signal == Signal::Progress)
    }

    /// What the message says about a file request.
    pub(super) fn patch<'a>(&self, text: &'a Text) -> Option<Patch<'a>> {
        let event = self.file?;
        let mut patch = match text.layout() {
            Some(layout) => Patch::of(layout.members(), text.as_str()),
            None => Patch::read(text.as_str()),
        };
        patch.direction = patch.direction.or(event.direction);
        Some(patch)
    }
}

/// The percentage, where nothing else has changed.
fn only_percent(text: &Text, changed: Option<&Range<usize>>) -> Option<u8> {
    let layout = text.layout().filter(|layout| layout.is_plain())?;
    match layout.members().get(changed?.clone())? {
        [member] if member.role() == Role::Percent => percent(&member.scalar(text.as_str())),
        _ => None,
    }
}

/// What a message says about a file request besides what the one before said; none where that does
/// not do.
fn news(text: &Text, changed: Option<Range<usize>>) -> Option<Patch<'_>> {
    let layout = text.layout().filter(|layout| layout.is_plain())?;
    let members = layout.members().get(changed?)?;
    // Another request, or numbers of which a percentage may be made.
    let more = [Role::FileRequest, Role::LegacyId, Role::Size, Role::Done];
    if members.iter().any(|member| more.contains(&member.role())) {
        return None;
    }
    let patch = Patch::of(members, text.as_str());
    // What is no percentage gives way to one that is made of the others.
    let told = members.iter().any(|member| member.role() == Role::Percent);
    (!told || patch.percent.is_some()).then_some(patch)
}

impl Engine {
    /// The route of the message before, if this one is an event like it.
    pub(super) fn route_as_before(
        &mut self,
        text: &Text,
        changed: Option<&Range<usize>>,
    ) -> Option<Box<Route>> {
        let before = self.route.take()?;
        let members = text.layout()?.members().get(changed?.clone())?;
        (!members.iter().any(|member| member.role().is_of_routing())).then_some(before)
    }

    /// Takes in progress of a request that is under way; it comes in floods. Tells whether anything
    /// changed. None for all else, about which there is more to say.
    pub(super) fn apply_progress(
        &mut self,
        text: &Text,
        route: &mut Route,
        changed: Option<Range<usize>>,
    ) -> Option<bool> {
        let is_ready = matches!(self.phase, Phase::Ready { .. }) && self.generation.is_some();
        if !is_ready || !route.is_progress() {
            route.under_way = None;
            return None;
        }
        if let (Some(request), Some(percent)) =
            (&route.under_way, only_percent(text, changed.as_ref()))
        {
            let applied = self.book.apply_percent(&request.id, percent, self.tick);
            if applied.is_some() {
                return applied;
            }
        }
        let news = news(text, changed).filter(|_| route.under_way.is_some());
        let patch = news.or_else(|| {
            let patch = route.patch(text);
            let id = patch.as_ref().and_then(|patch| patch.id.as_deref());
            route.under_way = id.and_then(|id| {
                let number = self.subscriptions.number_of(id);
                self.book.shared(id).map(|id| Request { id, number })
            });
            patch
        })?;
        let id = &route.under_way.as_ref()?.id;
        let applied = self.book.apply_progress(id, &patch, self.tick);
        if applied.is_none() {
            route.under_way = None;
        }
        applied
    }
}
