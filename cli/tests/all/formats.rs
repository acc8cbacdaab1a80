//! Every report format, of a review that has a bit of everything, and of hostile ones.

use cargo_factum::Exit;
use cargo_factum::report::Format;
use cargo_factum::review::{
    Change, Direction, Finding, Happened, Level, Mode, Outcome, Place, Reader, Related, Review, Sample, Status,
    Verdict, Witness,
};
use factum_model::printable::is_disturbing;
use jsonschema::Validator;

use crate::support::{Folder, SEATS, factum, git};

fn place(line: usize) -> Place {
    Place { file: "schemas/seats.yaml".to_owned(), line, column: 7, end_line: line, end_column: 14 }
}

fn finding(level: Level, code: &str, rule: &str, message: &str) -> Finding {
    Finding {
        code: code.to_owned(),
        rule: rule.to_owned(),
        id: Some("0123456789ab".to_owned()),
        subject: Some("seats.Opened".to_owned()),
        level,
        breaks: vec![Direction::Backward],
        status: Status::Open,
        message: message.to_owned(),
        place: Some(place(12)),
        related: Vec::new(),
        helps: Vec::new(),
        witness: None,
        sample: None,
        rendered: format!("{}[{code}]: {message}\n  --> schemas/seats.yaml:12:7\n", level.name()),
    }
}

/// An event of which there is little to show.
fn change(event: &str, happened: Happened, old: Option<u32>, new: Option<u32>) -> Change {
    let gone = happened == Happened::Gone;
    Change {
        event: event.to_owned(),
        happened: [happened].into(),
        becomes: None,
        old,
        new,
        backward: if gone { Verdict::Breaking } else { Verdict::Compatible },
        forward: Verdict::Compatible,
        sample: None,
        history: Vec::new(),
    }
}

/// To each event something else happened.
fn changes() -> Vec<Change> {
    vec![
        Change {
            event: "seats.Opened".to_owned(),
            happened: [Happened::Edited].into(),
            becomes: None,
            old: Some(1),
            new: Some(1),
            backward: Verdict::Breaking,
            forward: Verdict::Breaking,
            sample: None,
            history: Vec::new(),
        },
        Change {
            event: "seats.SeatsReserved".to_owned(),
            happened: [Happened::NewVersion].into(),
            becomes: None,
            old: Some(2),
            new: Some(3),
            backward: Verdict::Compatible,
            forward: Verdict::Compatible,
            sample: Some((
                "{\n  \"clerk\": \"ines\",\n  \"quantity\": 2\n}".to_owned(),
                "{\n  \"channel\": \"web\",\n  \"quantity\": 2\n}".to_owned(),
            )),
            history: vec![
                (2, vec!["`seats` is now called `quantity`".to_owned()]),
                (3, vec!["`channel` was added, `web` in older events".to_owned(), "`clerk` was removed".to_owned()]),
            ],
        },
        Change {
            event: "seats.Booked".to_owned(),
            happened: [Happened::NewVersion, Happened::Becomes].into(),
            becomes: Some(vec!["seats.Held@1".to_owned(), "seats.Paid@2".to_owned()]),
            old: Some(1),
            new: Some(2),
            backward: Verdict::Compatible,
            forward: Verdict::Compatible,
            sample: Some((
                "{\n  \"quantity\": 2\n}".to_owned(),
                "{\n  \"quantity\": 2\n}\n{\n  \"cents\": 0\n}".to_owned(),
            )),
            history: Vec::new(),
        },
        change("seats.Moved", Happened::New, None, Some(1)),
        change("seats.Closed", Happened::Gone, Some(3), None),
        change("seats.Shut", Happened::Retired, Some(2), Some(2)),
        change("seats.Given", Happened::Reported, Some(1), Some(1)),
        Change {
            becomes: Some(Vec::new()),
            sample: Some(("{}".to_owned(), String::new())),
            ..change("seats.Looked", Happened::Becomes, Some(1), Some(1))
        },
    ]
}

/// A bit of everything.
fn review() -> Review {
    let retyped = Finding {
        related: vec![Related {
            place: Place { file: "1a2b3c4d5e:schemas/seats.yaml".to_owned(), ..place(10) },
            text: "was `u32` here".to_owned(),
        }],
        helps: vec!["give it a version of its own:\n`capacity: { type: string, retyped: { 2: u32 } }`".to_owned()],
        witness: Some(Witness {
            reader: Reader::New,
            event: "seats.Opened".to_owned(),
            version: 1,
            stored: "{\n  \"capacity\": 3\n}".to_owned(),
            outcome: Outcome::Refused { reason: "invalid type: integer `3`, expected a string".to_owned() },
        }),
        ..finding(Level::Error, "E0102", "change-without-version", "`seats.Opened` changed without a new version")
    };
    let deleted = Finding {
        place: None,
        status: Status::Expired { until: "2026-05-31".to_owned() },
        ..finding(Level::Error, "E0103", "event-deleted", "`seats.Closed` was released, and is gone")
    };
    let renamed = Finding {
        breaks: vec![Direction::Forward],
        status: Status::Covered,
        witness: Some(Witness {
            reader: Reader::Deployed,
            event: "seats.SeatsReserved".to_owned(),
            version: 3,
            stored: "{\n  \"seats\": 3\n}".to_owned(),
            outcome: Outcome::TooNew { readable_from: 3, newest: 2 },
        }),
        ..finding(Level::Warning, "E0122", "field-renamed", "deployed code does not know `quantity`")
    };
    let filled = Finding {
        status: Status::Covered,
        sample: Some(Sample {
            event: "seats.SeatsReserved".to_owned(),
            version: 2,
            stored: "{\n  \"note\": null\n}".to_owned(),
            read: "{\n  \"note\": \"none\"\n}".to_owned(),
        }),
        ..finding(Level::Warning, "E0125", "field-optional", "`note: string?` became `note: string`")
    };
    let lost = Finding {
        breaks: vec![Direction::Data, Direction::Forward],
        status: Status::Allowed { reason: "nobody wants to know who it was".to_owned() },
        ..finding(Level::Info, "E0121", "field-removed", "`clerk` is lost")
    };
    let stale = Finding {
        id: None,
        subject: None,
        breaks: Vec::new(),
        ..finding(Level::Error, "E0605", "lock-stale", "`factum.lock` does not say what is said here")
    };
    Review {
        baselines: [Some("main (from 1a2b3c4d5e on)".to_owned())].into(),
        modes: [Mode::Backward].into(),
        findings: vec![retyped, deleted, stale, renamed, filled, lost],
        changes: changes(),
        events: 7,
    }
}

const FORMATS: &[(&str, Format)] = &[
    ("text", Format::Text),
    ("github", Format::Github),
    ("markdown", Format::Markdown),
    ("sarif", Format::Sarif),
    ("junit", Format::Junit),
    ("json", Format::Json),
];

fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

#[test]
fn every_format_tells_a_bit_of_everything() {
    for (name, format) in FORMATS {
        insta::assert_snapshot!(*name, plain(&format.report(&review())));
    }
}

#[test]
fn every_format_tells_that_nothing_is_wrong() {
    let nothing = Review { events: 5, ..Review::default() };
    for (name, format) in FORMATS {
        insta::assert_snapshot!(format!("nothing_{name}"), plain(&format.report(&nothing)));
    }
}

/// What somebody who means harm could put into a schema, a file name or an approval.
fn hostile() -> Review {
    let evil =
        "`x\n::error file=a::owned ##[error]z %0A]]> <script> @everyone #1 ``` | \u{1b}[2J\u{9b}\u{202e} --> end";
    let mut review = review();
    for finding in &mut review.findings {
        evil.clone_into(&mut finding.message);
        finding.helps = vec![evil.to_owned()];
        finding.id = Some(evil.to_owned());
        finding.subject = Some(evil.to_owned());
        finding.status = Status::Allowed { reason: evil.to_owned() };
        finding.witness = Some(Witness {
            reader: Reader::New,
            event: evil.to_owned(),
            version: 1,
            stored: format!("```\n{evil}"),
            outcome: Outcome::Misread { read: evil.to_owned(), meant: "````\n".to_owned() },
        });
        finding.sample =
            Some(Sample { event: evil.to_owned(), version: 1, stored: format!("```\n{evil}"), read: evil.to_owned() });
        finding.related = vec![Related { place: place(2), text: evil.to_owned() }];
        finding.place = Some(Place { file: "a,line=1::b\nc %.yaml".to_owned(), ..place(1) });
    }
    for change in &mut review.changes {
        evil.clone_into(&mut change.event);
        change.becomes = change.becomes.as_ref().map(|_| vec![evil.to_owned(), "a`|b".to_owned()]);
        change.sample = Some((evil.to_owned(), "```\n".to_owned()));
        change.history = vec![(2, vec![evil.to_owned()])];
    }
    review.baselines = [Some(evil.to_owned())].into();
    review
}

#[test]
fn no_hostile_name_becomes_a_command_of_a_workflow() {
    let mut review = hostile();
    let finding = review.findings[0].clone();
    review.findings.extend(std::iter::repeat_n(finding, 20));
    let text = Format::Github.report(&review);
    let commands: Vec<&str> = text.lines().filter(|line| line.trim_start().starts_with("::")).collect();
    assert_eq!(commands.len(), 12, "ten annotations, a group and its end: {text}");
    for command in &commands[..10] {
        let (properties, _) = command[2..].split_once("::").unwrap();
        let names: Vec<&str> =
            properties.split_once(' ').unwrap().1.split(',').filter_map(|one| Some(one.split_once('=')?.0)).collect();
        assert_eq!(names, ["file", "line", "col", "endLine", "endColumn", "title"], "{command}");
    }
    assert!(!text.contains("##["), "{text}");
    assert!(!text.contains(|c| c != '\n' && is_disturbing(c)), "{text:?}");
    assert!(text.contains("::group::16 findings not annotated\n"), "{text}");
}

#[test]
fn no_hostile_name_becomes_markup_of_a_comment() {
    let text = Format::Markdown.report(&hostile());
    insta::assert_snapshot!("hostile_markdown", text);
    assert!(!text.contains(|c| c != '\n' && is_disturbing(c)), "{text:?}");
    let outside = outside_of_code(&text);
    for markup in ["<script", "@everyone", "\n::", "#1"] {
        assert!(!outside.contains(markup), "{markup}: {outside}");
    }
}

/// The text without fenced blocks and code spans.
fn outside_of_code(text: &str) -> String {
    let mut out = String::new();
    let mut fence: Option<&str> = None;
    for line in text.lines() {
        let ticks = &line[..line.len() - line.trim_start_matches('`').len()];
        match fence {
            Some(open) if line == open => fence = None,
            Some(_) => {}
            None if ticks.len() >= 3 && !line[ticks.len()..].contains('`') => fence = Some(ticks),
            None => {
                let mut rest = line;
                while let Some(start) = rest.find('`') {
                    out.push_str(&rest[..start]);
                    let span = &rest[start..];
                    let ticks = &span[..span.len() - span.trim_start_matches('`').len()];
                    let inner = &span[ticks.len()..];
                    rest = inner.find(ticks).map_or("", |end| &inner[end + ticks.len()..]);
                }
                out.push_str(rest);
                out.push('\n');
            }
        }
    }
    out
}

#[test]
fn xml_and_json_stay_what_they_are() {
    let junit = Format::Junit.report(&hostile());
    assert!(!junit.contains("<script>"), "{junit}");
    let texts = [Format::Sarif, Format::Json].map(|format| format.report(&hostile()));
    for text in &texts {
        serde_json::from_str::<serde_json::Value>(text).expect("JSON");
    }
    for text in texts.iter().chain([&junit]) {
        assert!(!text.contains(|c| c != '\n' && is_disturbing(c)), "{text:?}");
    }
}

#[test]
fn a_comment_is_never_too_long_and_counts_what_it_leaves_out() {
    let mut review = review();
    let (finding, change) = (review.findings[0].clone(), review.changes[1].clone());
    review.findings.extend(std::iter::repeat_n(finding, 400));
    review.changes.extend(std::iter::repeat_n(change, 2_000));
    let text = Format::Markdown.report(&review);
    assert!(text.chars().count() <= 65_536, "{}", text.chars().count());
    assert!(text.len() > 60_000, "{}", text.len());
    let last = text.trim_end().lines().last().unwrap();
    assert!(last.contains("parts left out: this comment is full."), "{last}");
    let rows = text.lines().filter(|line| line.starts_with("| `seats.")).count();
    assert!(rows > 100 && text.contains(&format!("... and 1,{} events more.", 1_008 - rows)), "{rows}: {text}");
}

#[test]
fn long_names_leave_room_for_the_verdict() {
    let mut review = review();
    let long = "x".repeat(70_000);
    review.changes[0].event.clone_from(&long);
    review.findings[0].message.clone_from(&long);
    review.baselines = [Some(long)].into();
    let text = Format::Markdown.report(&review);
    assert!(text.chars().count() <= 65_536, "{}", text.chars().count());
    assert!(text.contains("Schema review: 3 errors, 2 warnings, 1 note"), "{text}");
    assert!(text.contains("left out: this comment is full."), "{text}");
}

fn schema_of_sarif() -> Validator {
    // A pattern of it has a bracket too many, which only JavaScript takes.
    let text =
        include_str!("sarif/sarif-schema-2.1.0.json").replace("{2}]?$", "{2})?$").replace("|^[a-zA-Z]{2}-", "(-");
    jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap()
}

fn assert_valid(validator: &Validator, text: &str) {
    let value: serde_json::Value = serde_json::from_str(text).unwrap();
    let errors: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn sarif_is_what_its_schema_says() {
    let validator = schema_of_sarif();
    for review in [review(), hostile(), Review::default()] {
        assert_valid(&validator, &Format::Sarif.report(&review));
    }
    let mut wrong: serde_json::Value = serde_json::from_str(&Format::Sarif.report(&review())).unwrap();
    wrong["runs"][0]["results"][0]["level"] = "dreadful".into();
    assert!(!validator.is_valid(&wrong), "the schema can say no");
}

#[test]
fn json_is_what_its_schema_says() {
    let folder = Folder::new();
    let schema = folder.factum(&["export", "report-schema"]).out;
    insta::assert_snapshot!("report_schema", schema);
    let validator = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    for review in [review(), hostile(), Review::default()] {
        assert_valid(&validator, &Format::Json.report(&review));
    }
    let mut wrong: serde_json::Value = serde_json::from_str(&Format::Json.report(&review())).unwrap();
    wrong["findings"][0]["level"] = "dreadful".into();
    assert!(!validator.is_valid(&wrong), "the schema can say no");
}

const RELEASED: &str = "factum: 1
context: seats
aggregate: Hall
id: uuid
events:
  Opened: { capacity: u32 }
  Closed: { note: string? }
  Moved: { to: string }
  Reserved:
    version: 2
    fields: { quantity: u32, clerk: string, note: string?, channel: { type: string, added: 2, default: web } }
";

/// In place: a type, a default. Gone: an event. Approved: an event that moved to the context itself. Declared: a field that
/// was renamed, one that was removed, one that may not be null any more, one more.
const BRANCH: &str = "factum: 1
context: seats
aggregate: Hall
id: uuid
events:
  Opened: { capacity: string }
  Reserved:
    version: 3
    fields:
      seats: { type: u32, renamed: { 3: quantity } }
      clerk: { type: string, removed: 3 }
      note: { type: string, retyped: { 3: { from: string?, via: or(none) } } }
      channel: { type: string, added: 2, default: phone }
      more: { type: string?, added: 3 }
";

/// A review of a real branch, in a repository.
fn branch() -> Folder {
    let folder = Folder::with(RELEASED);
    folder.init();
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Clean);
    folder.commit("released");
    folder.git(&["switch", "--quiet", "--create", "branch"]);
    folder.write("schemas/seats.yaml", BRANCH);
    folder.write("schemas/more.yaml", "factum: 1\ncontext: seats\nevents:\n  Moved: { to: string }\n");
    let said = folder.factum(&["check"]).out;
    let moved = crate::support::id(&said, "E0112");
    assert_eq!(folder.factum(&["allow", &moved, "--reason", "of no hall from now on"]).exit, Exit::Clean);
    folder
}

#[test]
fn every_format_tells_of_a_real_branch() {
    let folder = branch();
    let base = git(&folder.path, &["rev-parse", "--short=10", "main"]);
    let schema = folder.factum(&["export", "report-schema"]).out;
    let json = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    for (name, _) in FORMATS {
        let ran = folder.factum(&["check", "--against", "main", "--format", name]);
        assert_eq!((ran.exit, ran.err.as_str()), (Exit::Findings, ""), "{name}");
        insta::assert_snapshot!(format!("branch_{name}"), ran.out.replace(&base, "BASE"));
        match *name {
            "sarif" => assert_valid(&schema_of_sarif(), &ran.out),
            "json" => assert_valid(&json, &ran.out),
            _ => {}
        }
    }
}

#[test]
fn the_guide_shows_what_is_really_said() {
    let folder = branch();
    let said = folder.factum(&["check", "--against", "main"]).out;
    let shown = said.split("\n\n").find(|finding| finding.starts_with("error[E0102]")).unwrap();
    let base = git(&folder.path, &["rev-parse", "--short=10", "main"]);
    let guide = include_str!("../../../docs/review.md");
    assert!(guide.contains(&shown.replace(&base, "2dfe055cef")), "{shown}");
}

/// What the text shows, the others name too.
#[test]
fn every_format_has_every_finding_with_its_id() {
    let folder = branch();
    let of = |name: &str| folder.factum(&["check", "--against", "main", "--format", name]).out;
    let json: serde_json::Value = serde_json::from_str(&of("json")).unwrap();
    let findings = json["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 8);
    let text: Vec<(&str, String)> = FORMATS.iter().map(|(name, _)| (*name, of(name))).collect();
    for finding in findings {
        let (code, id) = (finding["code"].as_str().unwrap(), finding["id"].as_str());
        for (name, text) in &text {
            assert!(text.contains(code), "{name} has no {code}: {text}");
            let breaks = !finding["breaks"].as_array().unwrap().is_empty();
            let told = id.is_none_or(|id| text.contains(id));
            assert!(told || !breaks, "{name} has no {id:?}: {text}");
        }
    }
    // What a declared step covers, with a stored event before and after.
    let covered =
        findings.iter().find(|finding| finding["status"]["kind"] == "covered" && !finding["sample"].is_null());
    assert_eq!(covered.unwrap()["code"], "E0125");
    for (name, text) in &text {
        let (before, after) = ("note", "none");
        let told = text.lines().any(|line| line.contains(before) && line.contains("null"));
        assert!(told && text.contains(after), "{name} does not show what the step does: {text}");
    }
}

/// GitHub looks for files from the top, and a job may run below it.
#[test]
fn below_the_top_files_are_named_from_there() {
    let folder = Folder::new();
    folder.write("svc/schemas/factum.toml", "").write("svc/schemas/seats.yaml", SEATS);
    folder.init();
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Clean);
    folder.commit("released");
    folder.git(&["switch", "--quiet", "--create", "branch"]);
    folder.write("svc/schemas/seats.yaml", &SEATS.replace("u32", "u64"));
    for (directory, seen) in
        [("", "svc/schemas/seats.yaml"), ("svc", "schemas/seats.yaml"), ("svc/schemas", "seats.yaml")]
    {
        let report = |format: &str| {
            let ran = factum(&folder.path.join(directory), &["check", "--against", "main", "--format", format]);
            assert_eq!((ran.exit, ran.err.as_str()), (Exit::Findings, ""));
            ran.out
        };
        assert!(report("text").contains(&format!("--> {seen}:4:")), "{}", report("text"));
        let github = report("github");
        assert!(github.starts_with("::error file=svc/schemas/seats.yaml,line=4,"), "{github}");
        let sarif: serde_json::Value = serde_json::from_str(&report("sarif")).unwrap();
        let result = &sarif["runs"][0]["results"][0];
        let uri = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        assert_eq!(uri, "svc/schemas/seats.yaml");
    }
}
