//! A real crate with a real build script, built by Cargo.
#![allow(clippy::panic)] // that is how a test fails

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A crate in a folder of its own, outside of this workspace but with its dependencies.
struct Crate {
    folder: tempfile::TempDir,
}

impl Crate {
    fn new(schema: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (build, workspace) = (Path::new(env!("CARGO_MANIFEST_DIR")), workspace());
        let manifest = format!(
            "[package]\nname = \"user\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
             [build-dependencies]\nfactum-build = {{ path = '{}' }}\n",
            build.display()
        );
        let made = Self { folder };
        made.write("Cargo.toml", &manifest);
        // The workspace's own versions: nothing has to be looked up.
        fs::copy(workspace.join("Cargo.lock"), made.path("Cargo.lock")).expect("the workspace has a lock");
        made.write("build.rs", "fn main() -> std::process::ExitCode {\n    factum_build::generate(\"schemas\")\n}\n");
        made.write(
            "src/lib.rs",
            "pub const GENERATED: &str = include_str!(concat!(env!(\"OUT_DIR\"), \"/factum.rs\"));\n",
        );
        made.write("schemas/seats.yaml", schema);
        made
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("the folder can be made");
        fs::write(path, text).expect("the file can be written");
    }

    fn check(&self) -> Output {
        Command::new(env!("CARGO"))
            .args(["check", "--offline", "--color=never"])
            .current_dir(self.folder.path())
            .env("CARGO_TARGET_DIR", target())
            .env_remove("RUSTFLAGS")
            .output()
            .expect("Cargo can be run")
    }
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is in the workspace").to_path_buf()
}

/// Kept between runs, so that the generator is compiled once.
fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("user")
}

#[test]
fn a_wrong_schema_fails_the_build_with_its_diagnostics_and_nothing_else() {
    let user = Crate::new("factum: 1\ncontext: seats\nevents:\n  Opened: { capacity: u23 }\n");
    let failed = user.check();
    let log = String::from_utf8_lossy(&failed.stderr).into_owned();
    assert!(!failed.status.success(), "{log}");
    let (_, said) = log.split_once("--- stderr\n").unwrap_or_else(|| panic!("Cargo shows no stderr: {log}"));
    assert!(said.trim_start().starts_with("error[E0201]: there is no type `u23`"), "{log}");
    assert!(said.contains("schemas/seats.yaml:4:23"), "{log}");
    assert!(said.contains("did you mean `u32`?"), "{log}");
    for noise in ["panicked", "RUST_BACKTRACE", "thread '"] {
        assert!(!log.contains(noise), "{log}");
    }

    // Cargo watches the schema also after it was wrong, and sees that it is mended.
    user.write("schemas/seats.yaml", "factum: 1\ncontext: seats\nevents:\n  Opened: { capacity: u32 }\n");
    let mended = user.check();
    assert!(mended.status.success(), "{}", String::from_utf8_lossy(&mended.stderr));

    // It is fresh as long as nothing changes, and not any more when a file is added to the folder.
    let fresh = user.check();
    assert!(!String::from_utf8_lossy(&fresh.stderr).contains("Checking user"), "it was built again without a reason");
    user.write("schemas/halls.yaml", "factum: 1\ncontext: halls\nevents:\n  built: {}\n");
    let added = user.check();
    let log = String::from_utf8_lossy(&added.stderr).into_owned();
    assert!(!added.status.success() && log.contains("halls.yaml"), "{log}");
}
