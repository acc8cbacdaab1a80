//! The program as a real process.

use std::process::{Command, Output};

use crate::support::{Folder, SEATS};

fn factum(folder: &Folder, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-factum"));
    command.current_dir(&folder.path).args(arguments);
    for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "FORCE_COLOR"] {
        command.env_remove(variable);
    }
    command.output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn cargo_and_the_shell_call_it_alike() {
    let folder = Folder::with(SEATS);
    let (by_cargo, by_shell) = (factum(&folder, &["factum", "show", "Opened"]), factum(&folder, &["show", "Opened"]));
    assert_eq!(by_cargo, by_shell);
    assert!(text(&by_cargo.stdout).contains("seats.Opened"), "{by_cargo:?}");
}

#[test]
fn exit_codes_say_how_it_went() {
    let folder = Folder::with(SEATS);
    let code = |arguments: &[&str]| factum(&folder, arguments).status.code();
    assert_eq!(code(&["show", "Opened"]), Some(0));
    assert_eq!(code(&["--help"]), Some(0));
    assert_eq!(code(&["show", "Closed"]), Some(2));
    assert_eq!(code(&["dance"]), Some(2));
    let neither = factum(&folder, &["verify"]);
    assert_eq!(neither.status.code(), Some(2));
    assert!(text(&neither.stderr).contains("<--store <STORE>|--events <FILE>>"), "{neither:?}");
    assert_eq!(code(&[]), Some(2));
    folder.write("schemas/seats.yaml", &SEATS.replace("u32", "u23"));
    assert_eq!(code(&["show", "Opened"]), Some(1));
}

#[test]
fn without_git_there_is_the_lock() {
    let folder = Folder::with(SEATS);
    let check = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-factum"));
        command.current_dir(&folder.path).arg("check").args(arguments).env("PATH", "").env("NO_COLOR", "1");
        command.output().unwrap()
    };
    assert!(factum(&folder, &["lock"]).status.success());
    let output = check(&[]);
    assert!(text(&output.stdout).contains("against the lock alone"), "{output:?}");
    assert_eq!(output.status.code(), Some(0));
    let output = check(&["--against", "main"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        text(&output.stderr),
        "error: `git` was not found: the baseline is read through it\n  = help: install git, or compare with a file: \
         `--against factum.lock`\n"
    );
}

#[test]
fn a_closed_output_is_no_reason_to_complain() {
    let folder = Folder::with(SEATS);
    for command in
        ["explain", "show Opened", "export sql", "export report-schema", "check --format json", "completions zsh"]
    {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut program = Command::new(env!("CARGO_BIN_EXE_cargo-factum"));
        let output = program.current_dir(&folder.path).args(command.split(' ')).stdout(writer).output().unwrap();
        assert_eq!((output.status.code(), text(&output.stderr)), (Some(141), ""), "{command}");
    }
}

#[test]
fn help_names_every_verb_and_completions_are_made_for_shells() {
    let folder = Folder::with(SEATS);
    let help = factum(&folder, &["--help"]);
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = factum(&folder, &["completions", shell]);
        assert!(script.status.success());
        assert!(text(&script.stdout).contains("verify"), "{shell}");
    }
    let formats = factum(&folder, &["check", "--help"]);
    assert!(text(&formats.stdout).contains("JUnit's XML"), "{formats:?}");
    let verbs = [
        "check",
        "allow",
        "lock",
        "diff",
        "bump",
        "fmt",
        "init",
        "export",
        "show",
        "explain",
        "generate",
        "verify",
        "completions",
    ];
    assert!(verbs.iter().all(|verb| text(&help.stdout).contains(verb)), "{help:?}");
}

/// What bash offers for a line whose last word is not finished.
#[test]
fn bash_completes_verbs_arguments_and_values() {
    let folder = Folder::new();
    folder.write("complete.bash", text(&factum(&folder, &["completions", "bash"]).stdout));
    let offered = |words: &[&str]| {
        let (program, last) = (words[0], words.len() - 1);
        let script = format!(
            "of_cargo() {{ COMPREPLY=(of_cargo); }}; complete -F of_cargo cargo
            source complete.bash; source complete.bash
            [[ $(complete -p {program}) =~ -F\\ ([^ ]+) ]]
            COMP_WORDS=({}); COMP_CWORD={last}; ${{BASH_REMATCH[1]}} {program} '{}' '{}'; echo ${{COMPREPLY[@]}}",
            words.join(" "),
            words[last],
            words[last - 1]
        );
        let output = Command::new("bash").arg("-c").arg(script).current_dir(&folder.path).output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    assert_eq!(offered(&["cargo-factum", "ver"]), "verify");
    assert_eq!(offered(&["cargo-factum", "check", "--fail"]), "--fail-on");
    assert_eq!(offered(&["cargo-factum", "check", "--format", "mark"]), "markdown");
    assert_eq!(offered(&["cargo-factum", "export", "json"]), "json-schema");
    assert_eq!(offered(&["cargo", "factum", "ver"]), "verify");
    assert_eq!(offered(&["cargo", "factum", "check", "--format", "mark"]), "markdown");
    assert_eq!(offered(&["cargo", "b"]), "of_cargo", "what completed the rest still does");
}
