//! Several catalogs, checked together.
#![cfg(all(feature = "render", feature = "yaml"))]

use factum_model::{CatalogFiles, Checked, Code, Diagnostic, Sources, check_catalogs, render};

/// Each catalog is a list of files, each of these a context and what else it says.
fn checked(catalogs: &[&[(&str, &str)]]) -> (Vec<Option<Checked>>, Vec<Diagnostic>, String) {
    let mut sources = Sources::new();
    let mut ids = Vec::new();
    for (index, files) in catalogs.iter().enumerate() {
        let file = |(context, rest): &(&str, &str)| {
            let text = format!("factum: 1\ncontext: {context}\n{rest}");
            sources.add(format!("catalog_{index}/{context}.yaml"), text.into_bytes())
        };
        ids.push(CatalogFiles { files: files.iter().map(file).collect(), released: None });
    }
    let (checked, diagnostics): (_, Vec<_>) =
        check_catalogs(&mut sources, &ids).into_iter().map(|outcome| (outcome.checked, outcome.diagnostics)).unzip();
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
