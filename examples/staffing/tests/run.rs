//! The whole story, as it is printed.

use clap::Parser as _;
use staffing::{Error, Options, run};

async fn printed(arguments: &[&str]) -> Result<String, Error> {
    let options = Options::parse_from(["staffing"].iter().chain(arguments));
    let mut out = Vec::new();
    run(&options, false, &mut out).await?;
    Ok(String::from_utf8(out).expect("it writes text"))
}

#[tokio::test]
async fn the_story_is_always_the_same() {
    let story = printed(&[]).await.expect("it runs");
    insta::assert_snapshot!(story);
    assert_eq!(printed(&[]).await.expect("it runs again"), story);
}

#[tokio::test]
async fn a_file_that_is_there_is_left_alone() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let file = folder.path().join("kept.db");
    let db = file.to_str().expect("it is text");
    printed(&["--db", db]).await.expect("it is new");
    let kept = std::fs::read(&file).expect("it is kept");
    let again = printed(&["--db", db]).await.expect_err("it is there");
    assert!(matches!(again, Error::Exists(path) if path == file));
    assert_eq!(std::fs::read(&file).expect("it is there"), kept);
}

#[tokio::test]
async fn a_line_that_cannot_be_read_is_named() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let file = folder.path().join("april.ndjson");
    let written =
        "{\"at\":\"2026-04-01T08:00:00Z\",\"by\":\"ana\",\"mission\":\"m\",\"do\":\"End\"}\n{\"at\":\"yesterday\"}\n";
    std::fs::write(&file, written).expect("there is room for a file");
    let error = printed(&["--actions", file.to_str().expect("it is text")]).await.expect_err("the second cannot");
    assert!(matches!(&error, Error::Input { path, line: 2, .. } if *path == file), "{error}");
}
