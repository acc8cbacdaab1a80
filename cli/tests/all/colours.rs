//! Colours of the real program: on a real terminal, in a pipe, and for who asks.

use std::fs::{File, OpenOptions};
use std::io::{IsTerminal as _, Read as _};
use std::process::{Command, Stdio};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use crate::support::{Folder, SEATS};

/// A schema that is right, one that is not, and stored events.
fn folder() -> Folder {
    let folder = Folder::with(SEATS);
    folder.write("wrong/factum.toml", "").write("wrong/seats.yaml", &SEATS.replace("u32", "u23"));
    assert!(folder.factum(&["lock", "--catalog", "schemas"]).err.contains("Wrote"));
    let line = r#"{"specversion":"1.0","id":"01976f60-3d20-7000-8000-000000000001","source":"seats","type":"seats.Opened","subject":"seats.Hall-1","streamversion":"1","schemaversion":"1","data":{"capacity":7}}"#;
    folder.write("events.ndjson", line);
    folder
}

/// What is run, and a part of what it says.
const RUNS: &[(&[&str], &str)] = &[
    (&["check", "--catalog", "schemas", "--against", "./schemas/factum.lock"], "nothing is wrong"),
    (&["check", "--catalog", "wrong", "--against", "./schemas/factum.lock"], "u23"),
    (&["verify", "--catalog", "schemas", "--events", "events.ndjson"], "all are read"),
    (&["explain", "E0104"], "version-deleted"),
    (&["explain", "lock-stale"], "factum.lock"),
    (&["--help"], "Usage:"),
    (&["check", "--help"], "--against"),
    (&["dance"], "dance"),
    (&["lock", "--catalog", "schemas"], "factum.lock"),
    (&["show", "Closed", "--catalog", "schemas"], "Opened"),
];

fn command(folder: &Folder, arguments: &[&str], asked: &Asked) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-factum"));
    command.current_dir(&folder.path).args(arguments).args(asked.arguments).stdin(Stdio::null());
    for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "FORCE_COLOR", "COLORTERM", "CI"] {
        command.env_remove(variable);
    }
    command.env("TERM", "xterm-256color").envs(asked.variables.iter().copied());
    command
}

/// How somebody asks for colours, or for none.
struct Asked {
    arguments: &'static [&'static str],
    variables: &'static [(&'static str, &'static str)],
    /// Whether there are colours in a pipe, and on a terminal.
    expected: [bool; 2],
}

const fn asked(
    arguments: &'static [&'static str],
    variables: &'static [(&'static str, &'static str)],
    expected: [bool; 2],
) -> Asked {
    Asked { arguments, variables, expected }
}

const ASKED: &[Asked] = &[
    asked(&[], &[], [false, true]),
    asked(&[], &[("NO_COLOR", "1")], [false, false]),
    asked(&[], &[("NO_COLOR", "")], [false, true]),
    asked(&[], &[("TERM", "dumb")], [false, false]),
    asked(&[], &[("CLICOLOR", "0")], [false, false]),
    asked(&[], &[("CLICOLOR_FORCE", "1")], [true, true]),
    asked(&["--color=always"], &[], [true, true]),
    asked(&["--color", "always"], &[("NO_COLOR", "1")], [true, true]),
    asked(&["--color=never"], &[], [false, false]),
    asked(&["--color", "never"], &[("CLICOLOR_FORCE", "1")], [false, false]),
];

fn in_a_pipe(mut command: Command) -> String {
    let output = command.output().unwrap();
    String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
}

fn on_a_terminal(mut command: Command) -> String {
    let mut screen = File::from(openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap());
    grantpt(&screen).unwrap();
    unlockpt(&screen).unwrap();
    let name = ptsname(&screen, Vec::new()).unwrap();
    let terminal = OpenOptions::new().read(true).write(true).open(name.to_str().unwrap()).unwrap();
    assert!(terminal.is_terminal());
    command.stdout(terminal.try_clone().unwrap()).stderr(terminal);
    let mut child = command.spawn().unwrap();
    // With it goes what it has of the terminal: else nobody would know that all has been said.
    drop(command);
    let (mut said, mut buffer) = (Vec::new(), [0; 4096]);
    // Where nobody has the terminal open any more, Linux says so by an error.
    while let Ok(count @ 1..) = screen.read(&mut buffer) {
        said.extend_from_slice(&buffer[..count]);
    }
    child.wait().unwrap();
    String::from_utf8(said).unwrap()
}

/// Whether something is coloured or emphasised; a terminal may be told other things too, as where a bar begins.
fn is_styled(text: &str) -> bool {
    let mut sequences = text.split("\u{1b}[").skip(1);
    sequences.any(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';').starts_with('m'))
}

#[test]
fn colours_are_for_terminals_and_for_who_asks() {
    let folder = folder();
    for (arguments, part) in RUNS {
        for asked in ASKED {
            let [piped, shown] = asked.expected;
            let about = format!("{arguments:?} {:?} {:?}", asked.arguments, asked.variables);
            let said = in_a_pipe(command(&folder, arguments, asked));
            assert!(anstream::adapter::strip_str(&said).to_string().contains(part), "{about}: {said}");
            assert_eq!((is_styled(&said), said.contains('\u{1b}')), (piped, piped), "{about} in a pipe: {said:?}");
            let said = on_a_terminal(command(&folder, arguments, asked));
            assert!(anstream::adapter::strip_str(&said).to_string().contains(part), "{about}: {said}");
            assert_eq!(is_styled(&said), shown, "{about} on a terminal: {said:?}");
        }
    }
}
