//! `docs/stored.md`: each command is run, and says what stands behind it. `FACTUM_BLESS=1` writes that down anew.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{Folder, factum};

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

fn read(path: &str) -> String {
    fs::read_to_string(project(path)).unwrap()
}

/// The example's schemas and recorded events.
fn example() -> Folder {
    let folder = Folder::new();
    for file in ["schemas/contract.yaml", "schemas/mission.yaml", "data/recorded.ndjson"] {
        folder.write(file, &read(&format!("examples/staffing/{file}")));
    }
    folder
}

/// What the commands of a block say.
fn said(folder: &Folder, commands: &str) -> String {
    let mut said = String::new();
    for command in commands.lines() {
        if let Some(arguments) = command.strip_prefix("cargo factum ") {
            let ran = factum(&folder.path, &arguments.split(' ').collect::<Vec<_>>());
            said += &(ran.err + &ran.out);
        } else {
            assert!(command.starts_with("sed "), "{command}");
            let wrong = read("examples/staffing/data/recorded.ndjson").replace(r#""hours":7.5"#, r#""hours":"7.5""#);
            folder.write("wrong.ndjson", &wrong);
        }
    }
    said
}

#[test]
fn what_stands_there_is_what_is_said() {
    let (folder, page) = (example(), read("docs/stored.md"));
    let mut parts = page.split("```sh\n");
    let mut anew = parts.next().unwrap().to_owned();
    for part in parts {
        let (commands, rest) = part.split_once("```\n\n```text\n").unwrap();
        let (_, rest) = rest.split_once("```\n").unwrap();
        let said = said(&folder, commands);
        let _ = write!(anew, "```sh\n{commands}```\n\n```text\n{}\n```\n{rest}", said.trim());
    }
    if env::var_os("FACTUM_BLESS").is_some() {
        fs::write(project("docs/stored.md"), anew).unwrap();
    } else {
        assert_eq!(page, anew, "run with FACTUM_BLESS=1 to write it anew");
    }
}
