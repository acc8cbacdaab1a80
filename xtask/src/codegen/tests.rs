use std::{env, fs, process};

use super::{OUTPUTS, State, compare, run};

#[test]
fn a_stale_file_is_named_and_left_and_then_written() {
    let folder = env::temp_dir().join(format!("factum-codegen-{}", process::id()));
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join("page.md");
    assert_eq!(compare(&path, "one\ntwo\n", true).unwrap(), State::Stale(1));
    assert!(!path.exists(), "to check is not to write");
    assert_eq!(compare(&path, "one\ntwo\n", false).unwrap(), State::Written);
    assert_eq!(compare(&path, "one\ntwo\n", true).unwrap(), State::Same);
    assert_eq!(compare(&path, "one\n2\n", true).unwrap(), State::Stale(2));
    assert_eq!(fs::read_to_string(&path).unwrap(), "one\ntwo\n");

    // No output is there, so each is stale, and the command that helps is named.
    let (text, well) = run(&folder, true);
    assert!(!well);
    for (path, _) in OUTPUTS {
        assert!(text.contains(&format!("STALE {path} from line 1 on: run `cargo xtask codegen`")), "{text}");
    }
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn every_output_is_the_same_each_time() {
    for (path, make) in OUTPUTS {
        let text = make();
        assert_eq!(text, make(), "{path}");
        assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{path}");
    }
}
