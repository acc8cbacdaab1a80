//! Several catalogs, checked together, and what their `factum.toml` may set.
#![cfg(all(feature = "lock", feature = "render"))]

use factum_model::config::rust::{Rust, Visibility};
use factum_model::config::{self, Config};
use factum_model::rules::{Level, Mode};
use factum_model::{Checked, Code, Diagnostic, Diagnostics, Sources, check_catalogs, render};

/// Each catalog is a list of files, each of these a context and what else it says.
fn checked(catalogs: &[&[(&str, &str)]]) -> (Vec<Option<Checked>>, Vec<Diagnostic>, String) {
    let mut sources = Sources::new();
    let mut ids: Vec<Vec<_>> = Vec::new();
    for (index, files) in catalogs.iter().enumerate() {
        let file = |(context, rest): &(&str, &str)| {
            let text = format!("factum: 1\ncontext: {context}\n{rest}");
            sources.add(format!("catalog_{index}/{context}.yaml"), text.into_bytes())
        };
        ids.push(files.iter().map(file).collect());
    }
    let (checked, diagnostics): (_, Vec<_>) = check_catalogs(&mut sources, &ids, |_, _, _| None)
        .into_iter()
        .map(|outcome| (outcome.checked, outcome.diagnostics))
        .unzip();
    let diagnostics: Vec<Diagnostic> = diagnostics.into_iter().flatten().collect();
    let text = render(&diagnostics, &sources, false);
    (checked, diagnostics, text)
}

#[test]
fn a_context_is_claimed_once() {
    let opened = "events: { Opened: {} }\n";
    let (checked, found, text) = checked(&[
        &[("seats", opened), ("seats", "events: { Closed: {} }\n")],
        &[("halls", opened), ("seats", "events: { Moved: {} }\n")],
        &[("crew", opened)],
    ]);
    assert_eq!(found.iter().map(|found| found.code).collect::<Vec<_>>(), [Code::ContextClaimed], "{text}");
    assert!(text.contains("catalog_1/seats.yaml:2:10") && text.contains("catalog_0/seats.yaml:2:10"), "{text}");
    assert_eq!(checked.iter().map(Option::is_some).collect::<Vec<_>>(), [true, false, true]);
}

#[test]
fn a_catalog_sees_only_its_own_contexts() {
    let (checked, found, text) = checked(&[
        &[("seats", "types: { Seat: { newtype: u32 } }\n")],
        &[("halls", "events: { Opened: { seat: seats.Seat } }\n")],
    ]);
    assert_eq!(found.iter().map(|found| found.code).collect::<Vec<_>>(), [Code::UnknownContext], "{text}");
    assert_eq!(checked.iter().map(Option::is_some).collect::<Vec<_>>(), [true, false]);
}

#[test]
fn a_file_that_cannot_be_read_spoils_its_own_catalog_alone() {
    let (checked, found, text) =
        checked(&[&[("seats", "events: { Opened: {} }\n")], &[("halls", "events: [\n"), ("crew", "")]]);
    assert_eq!(found.len(), 1, "{text}");
    assert_eq!(checked.iter().map(Option::is_some).collect::<Vec<_>>(), [true, false]);
}

fn configured(text: &str) -> (Config, String) {
    let (mut sources, mut diagnostics) = (Sources::new(), Diagnostics::new());
    let file = sources.add("factum.toml", text.as_bytes().to_vec());
    let config = config::read(&mut sources, file, &mut diagnostics);
    let said = render(&diagnostics.into_vec(), &sources, false);
    (config, said)
}

const ALL: &str = r#"
baseline = "origin/trunk" # what we deploy
mode = "full"

[levels]
event-renamed = "info"
event-moved = "warning"

[[allow]]
id = "0123456789ab"
reason = "never stored"
until = 2026-12-31

[[allow]]
id = "ba9876543210"
reason = "for good"

[rust]
visibility = "crate"
json_schema = true

[rust.builtins]
timestamp = "::my::Time"
json = { type = "::my::Value", adapter = "crate::Exact", eq = false }

[rust.derive]
all = ["::my::Everywhere", "::my::Too"]

[rust.modules]
seats = "sitting"
"#;

#[test]
fn everything_can_be_set_and_nothing_has_to_be() {
    let (config, said) = configured(ALL);
    assert_eq!(said, "");
    assert_eq!((config.baseline.as_deref(), config.mode), (Some("origin/trunk"), Some(Mode::Full)));
    let levels: Vec<_> = config.levels.iter().map(|(rule, level)| (rule.as_str(), *level)).collect();
    assert_eq!(levels, [("event-moved", Level::Warning), ("event-renamed", Level::Info)]);
    let [first, second] = &config.allowances[..] else { panic!("{:?}", config.allowances) };
    assert_eq!((first.id.as_str(), first.reason.as_str()), ("0123456789ab", "never stored"));
    assert_eq!((first.until.as_deref(), second.until.as_deref()), (Some("2026-12-31"), None));
    let Rust { builtins, derive, modules, visibility, json_schema, .. } = &config.rust;
    let types: Vec<_> = builtins.iter().map(|(name, ty)| (name.value.as_str(), ty.path.as_str())).collect();
    assert_eq!(types, [("timestamp", "::my::Time"), ("json", "::my::Value")]);
    let (time, json) = (&builtins[0].1, &builtins[1].1);
    assert_eq!((time.adapter.as_deref(), time.copy, time.eq, time.ordered), (None, true, true, true));
    assert_eq!((json.adapter.as_deref(), json.copy, json.eq, json.ordered), (Some("crate::Exact"), true, false, false));
    assert_eq!((derive[0].0.value.as_str(), derive[0].1.len()), ("all", 2));
    assert_eq!((modules[0].0.value.as_str(), modules[0].1.value.as_str()), ("seats", "sitting"));
    let chosen = (visibility.as_ref().map(|found| found.value), json_schema.as_ref().map(|found| found.value));
    assert_eq!(chosen, (Some(Visibility::Crate), Some(true)));
    let (inline, said) =
        configured("allow = [{ id = \"0123456789ab\", reason = \"never stored\", until = 2026-12-31 }]\n");
    assert_eq!((said.as_str(), &inline.allowances[..]), ("", std::slice::from_ref(first)));
    assert_eq!(configured(""), (Config::default(), String::new()));
}

/// What is wrong is told at its place; the rest counts.
#[test]
fn what_a_factum_toml_does_not_take() {
    let told = [
        "baselines = \"main\"\n",
        "baseline = 1\n",
        "mode = \"backwards\"\n",
        "mode = [1]\n",
        "levels = \"info\"\n",
        "[levels]\nfield-rename = \"info\"\n",
        "[levels]\nfield-renamed = \"off\"\n",
        "[allow]\nid = \"0123456789ab\"\n",
        "allow = [1]\n",
        "[[allow]]\nreason = \"none\"\n",
        "[[allow]]\nid = 12\n",
        "[[allow]]\nid = \"0123\"\n",
        "[[allow]]\nid = \"0123456789AB\"\n",
        "[[allow]]\nid = \"0123456789ab\"\nreson = \"x\"\nuntil = \"2026-12-31\"\n",
        "[[allow]]\nid = \"0123456789ab\"\nuntil = 2026-12-31T10:00:00Z\n",
        "rust = \"2024\"\n",
        "[rust]\nvisible = \"crate\"\nvisibility = \"all\"\njson_schema = 1\n",
        "[rust.builtins]\ntime = \"::my::Time\"\ndate = { path = \"::my::Date\" }\nuuid = 7\n",
        "[rust.derive]\nall = \"::my::Trait\"\nevents = [1]\n",
    ]
    .map(|text| format!("{text}---\n{}", configured(text).1));
    insta::assert_snapshot!(told.join("\n========\n"));
    let (config, _) = configured("mode = \"sideways\"\nbaseline = \"main\"\n");
    assert_eq!((config.mode, config.baseline.as_deref()), (None, Some("main")));
}
