//! Compares the room's file book with what the terminal has.

use trueroom::engine::{Engine, Time};
use trueroom::{Availability, Direction, FileId, FileRequest, FileStatus, Options};

use crate::files::{File, Status};
use crate::terminal::Terminal;

/// What is wrong with the book; none when it is right.
pub(crate) fn differences(engine: &Engine, terminal: &Terminal) -> Option<String> {
    for file in &terminal.files.all {
        let known = engine.file(&file.id);
        if let Some(problem) = compare(file, known, &engine.files()) {
            return Some(format!(
                "{problem}\n  terminal: {file:?}\n  book: {known:?}"
            ));
        }
    }
    for request in engine.files() {
        let there = terminal
            .files
            .all
            .iter()
            .any(|file| *file.id == *request.id);
        if !there {
            return Some(format!("the terminal never had {request:?}"));
        }
    }
    let expected = match (terminal.manner.legacy, terminal.availability) {
        (_, 3) => Availability::Available,
        (true, _) | (false, 0) => Availability::ForbiddenByServer,
        (false, 1) => Availability::ForbiddenByLicence,
        (false, _) => Availability::LoginNeeded,
    };
    if engine.availability() != Some(expected) {
        return Some(format!(
            "availability: {:?}, not {expected:?}",
            engine.availability()
        ));
    }
    None
}

/// Whether the live mirror says what is so. Without the periodic comparison an event that was lost
/// or came late is never made up for.
pub(crate) fn is_mirrored(
    engine: &Engine,
    terminal: &Terminal,
    options: &Options,
    now: Time,
) -> bool {
    let told = engine
        .live(now)
        .filter(|_| !options.resync_interval.is_zero());
    told.is_none_or(|live| live["micMuted"] == terminal.muted)
}

fn compare(
    file: &File,
    known: Option<&FileRequest>,
    listed: &[&FileRequest],
) -> Option<&'static str> {
    let is_listed = listed.iter().any(|request| *request.id == *file.id);
    let hidden = file.gone || file.status == Status::Rejected;
    let Some(known) = known else {
        return (!hidden).then_some("not in the book");
    };
    let status = known.status;
    let fits = match file.status {
        // What is gone may have been anything at the end, but nothing that goes on.
        _ if file.gone => status.is_finished() && (!is_listed || status != FileStatus::Processed),
        Status::Waiting => status == FileStatus::Waiting,
        Status::Processing => status == FileStatus::Processing,
        Status::Processed => status == FileStatus::Processed,
        Status::Failed => status == FileStatus::Failed,
        // There is no number for it: one that was declined while nobody listened looks processed.
        Status::Rejected => status == FileStatus::Rejected || status == FileStatus::Processed,
    };
    if !fits {
        return Some("another status");
    }
    if !hidden && !is_listed {
        return Some("not in the list");
    }
    let incoming = known.direction == Direction::Incoming;
    if incoming != file.incoming {
        return Some("another direction");
    }
    if *known.file_name != *file.name && !(known.file_name.is_empty() && file.gone) {
        return Some("another name");
    }
    if known.size.is_some_and(|size| size != file.size) {
        return Some("another size");
    }
    if known
        .peer_id
        .as_deref()
        .is_some_and(|peer| peer != file.peer)
    {
        return Some("another peer");
    }
    if known.created_at.is_some_and(|time| time != file.created) {
        return Some("another time");
    }
    if known.conference_id.is_some() && known.conference_id.as_deref() != file.conference.as_deref()
    {
        return Some("another conference");
    }
    let other_id = known
        .file_id
        .as_ref()
        .is_some_and(|id| *id != FileId::Number(file.bytes_id));
    other_id.then_some("another file id")
}
