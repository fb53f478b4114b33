//! `cargo xtask demo`: the same file bot in Python and in Node, side by side, on real files.

mod bot;
mod files;
mod terminal;

use std::fs;
use std::path::Path;

use self::bot::{Recipe, Row, play};
use self::files::{ESCAPED, Offer};
use crate::process::empty_folder;
use crate::workspace::Workspace;
use crate::{Result, fail, node, python};

/// Of the virtual terminals.
const PIN: &str = "1234";

/// The profile of the tests: seconds instead of minutes to build, and the bots do not notice.
const PROFILE: &str = "dev";

pub(crate) fn run(workspace: &Workspace) -> Result {
    let folder = workspace.target.join("demo");
    empty_folder(&folder)?;
    let simulator = workspace.program("trueroom-simulator", "trueroom-simulator", PROFILE)?;
    let bots = [
        python_bot(workspace, &folder)?,
        node_bot(workspace, &folder)?,
    ];
    let offered = folder.join("offered");
    fs::create_dir_all(&offered)?;
    let offers = files::make(&offered)?;

    println!(
        "\nTwo terminals, each with a bot; each is offered {} files.\n",
        offers.len()
    );
    let (simulator, offers) = (simulator.as_path(), offers.as_slice());
    let played = std::thread::scope(|scope| {
        let play = |bot| move || play(bot, simulator, offers).map_err(|error| error.to_string());
        let threads = bots.each_ref().map(|bot| scope.spawn(play(bot)));
        threads.map(|thread| thread.join().unwrap_or_else(|_| Err("panicked".to_owned())))
    });
    let mut rows = Vec::new();
    for played in played {
        rows.push(played?);
    }
    table(offers, &rows);

    let escaped = find(&folder, ESCAPED, &bots)?;
    if !escaped.is_empty() {
        return fail(format!(
            "a file got out of its inbox: {}",
            escaped.join(", ")
        ));
    }
    if rows.iter().flatten().any(|row| !row.right) {
        return fail("something above is not as it should be");
    }
    println!(
        "\nEvery file is where it belongs, and as it was offered. See {}.",
        folder.display()
    );
    Ok(())
}

fn python_bot(workspace: &Workspace, folder: &Path) -> Result<Recipe> {
    let environment = python::consumer(workspace, "demo-venv", PROFILE)?;
    Ok(Recipe {
        language: "Python",
        program: environment.python_path(),
        script: workspace.path(&["examples", "python", "file_bot.py"]),
        inbox: folder.join("python").join("inbox"),
    })
}

fn node_bot(workspace: &Workspace, folder: &Path) -> Result<Recipe> {
    // Node looks for packages from where a script lies.
    let script = node::consumer(workspace, "demo-node", PROFILE)?.join("file-bot.mjs");
    fs::copy(
        workspace.path(&["examples", "node", "file-bot.mjs"]),
        &script,
    )?;
    Ok(Recipe {
        language: "Node",
        program: "node".into(),
        script,
        inbox: folder.join("node").join("inbox"),
    })
}

/// One line a file and bot.
fn table(offers: &[Offer], rows: &[Vec<Row>]) {
    println!();
    println!(
        "{:22} {:>10}  {:7} {:9} {:>8}  {:8} saved as",
        "file", "size", "bot", "decision", "time", "SHA-256"
    );
    for (index, offer) in offers.iter().enumerate() {
        for row in rows.iter().filter_map(|rows| rows.get(index)) {
            let (saved_as, equal) = match &row.saved {
                Some((name, equal)) => (name.as_str(), if *equal { "equal" } else { "DIFFERS" }),
                None => ("-", "-"),
            };
            println!(
                "{:22} {:>10}  {:7} {:9} {:>5} ms  {equal:8} {saved_as}{}",
                format!("{:?}", offer.name),
                offer.size,
                row.language,
                row.decision,
                row.time.as_millis(),
                if row.right { "" } else { "   <-- WRONG" },
            );
        }
    }
}

/// Files of this name anywhere below the folder but in the inboxes.
fn find(folder: &Path, name: &str, bots: &[Recipe]) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.file_name().is_some_and(|file| file == name) {
            found.push(path.display().to_string());
        } else if path.is_dir() && bots.iter().all(|bot| bot.inbox != path) {
            found.extend(find(&path, name, bots)?);
        }
    }
    Ok(found)
}
