//! A large file, down and up.

use std::fs::File;
use std::io;

use serde_json::json;
use trueroom_benchmarks::report::{Measured, Measurement};
use trueroom_benchmarks::{Arguments, Client, Failure, MEGABYTE, megabytes};

use trueroom::files::FileSource;

use super::Ours;

/// The request that the server has a file for.
const FILE: &str = "99bbe5c1-a9c2-413e-9564-a485a018bd13";

pub(crate) async fn run(arguments: &Arguments) -> Result<Option<Measured>, Failure> {
    let size = megabytes()? * MEGABYTE;
    let folder = tempfile::tempdir()?;
    match arguments.case.as_str() {
        "download" => {
            let room = Ours::connect(arguments.port).await?.0;
            let measurement = Measurement::start();
            let params = json!({"fileOf": size});
            room.command("setRequests", params).await?;
            room.files().refresh().await?;
            room.files().save(FILE, folder.path()).await?;
            Ok(Some(measurement.end(size / MEGABYTE, Vec::new())))
        }
        "upload" => {
            let room = Ours::connect(arguments.port).await?.0;
            let path = folder.path().join("zeros.bin");
            File::create(&path)?.set_len(size as u64)?;
            // What is measured is the client, not how the system fills its cache.
            io::copy(&mut File::open(&path)?, &mut io::sink())?;
            let measurement = Measurement::start();
            room.files()
                .upload(FileSource::Path(path), None, None)
                .await?;
            Ok(Some(measurement.end(size / MEGABYTE, Vec::new())))
        }
        _ => Ok(None),
    }
}
