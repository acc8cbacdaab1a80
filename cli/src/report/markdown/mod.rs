//! The comment on a pull request: a verdict, what changed, what a stored event becomes, and what is wrong with it.

mod escape;

use std::fmt::Write as _;

use similar::{ChangeTag, TextDiff};

use crate::counted::counted;
use crate::review::{Change, Finding, Level, Outcome, Place, Review, Sample, Verdict, Witness};
use escape::{cell, code, fenced, label, prose};

/// GitHub takes no comment above 65,536; the action's mark may name a catalog.
const MOST: usize = 65_536 - 256;

/// By this the action finds its own comment again.
const MARK: &str = "<!-- cargo-factum -->\n";

pub(super) fn report(review: &Review) -> String {
    let mut sections = vec![head(review)];
    sections.extend(review.findings.iter().filter(|finding| finding.level == Level::Error).map(finding));
    sections.extend(review.changes.iter().filter(|change| is_breaking(change)).filter_map(details));
    sections.extend(review.findings.iter().filter(|finding| finding.level == Level::Warning).map(finding));
    sections.extend(review.changes.iter().filter(|change| !is_breaking(change)).filter_map(details));
    sections.extend(notes(review));
    cut(&sections)
}

/// Whole parts, as many as fit, and a line that counts the others.
fn cut(sections: &[String]) -> String {
    let left_out = |count: usize| format!("\n_{} left out: this comment is full._\n", counted(count, "part"));
    let room = MOST - left_out(sections.len()).len();
    let (mut text, mut taken) = (String::new(), 0);
    for section in sections {
        // GitHub counts characters, bytes are never fewer.
        if text.len() + section.len() > room {
            break;
        }
        text.push_str(section);
        taken += 1;
    }
    if taken < sections.len() {
        text.push_str(&left_out(sections.len() - taken));
    }
    text
}

fn is_breaking(change: &Change) -> bool {
    change.backward == Verdict::Breaking || change.forward == Verdict::Breaking
}

fn head(review: &Review) -> String {
    /// A table leaves room for what is wrong.
    const ROOM: usize = MOST / 4;
    let sign = match review.findings.iter().map(|finding| finding.level).min() {
        Some(Level::Error) => "\u{274c}",
        Some(Level::Warning) => "\u{26a0}\u{fe0f}",
        Some(Level::Info) | None => "\u{2705}",
    };
    let mut text = format!("{MARK}### {sign} Schema review: {}\n\n", review.verdict());
    let extent = review.extent().map_or_else(String::new, |extent| extent + ", ");
    let against: String = review.against().chars().take(1_000).collect();
    let _ = writeln!(text, "{}.", prose(&capitalised(&format!("{extent}{against}"))));
    if !review.changes.is_empty() {
        text.push_str(
            "\n| event | version | what happened | stored events in new code | new events in deployed code |\n",
        );
        text.push_str("|---|---|---|---|---|\n");
    }
    let mut rows = 0;
    let (breaking, others): (Vec<&Change>, Vec<&Change>) =
        review.changes.iter().partition(|change| is_breaking(change));
    for change in breaking.into_iter().chain(others) {
        let row = row(change);
        if text.len() + row.len() > ROOM {
            break;
        }
        text.push_str(&row);
        rows += 1;
    }
    if rows < review.changes.len() {
        let _ = writeln!(text, "\n... and {} more.", counted(review.changes.len() - rows, "event"));
    }
    text
}

fn row(change: &Change) -> String {
    /// Where there are no such events.
    const NONE: &str = "\u{2013}";
    let (is_stored, is_emitted) = (change.old.is_some(), change.is_emitted());
    let backward = if is_stored { told(change.backward, "\u{274c} not read as it was") } else { NONE };
    let forward = if is_emitted { told(change.forward, "\u{26a0}\u{fe0f} not read") } else { NONE };
    let (event, happened) = (cell(&change.event), change.told(cell));
    format!("| {event} | {} | {happened} | {backward} | {forward} |\n", versions(change))
}

fn versions(change: &Change) -> String {
    match (change.old, change.new) {
        (None, None) => String::new(),
        (None, Some(one)) | (Some(one), None) => one.to_string(),
        (Some(old), Some(new)) if old == new => new.to_string(),
        (Some(old), Some(new)) => format!("{old} \u{2192} {new}"),
    }
}

const fn told(verdict: Verdict, otherwise: &'static str) -> &'static str {
    match verdict {
        Verdict::Compatible => "\u{2705} read",
        Verdict::Breaking => otherwise,
    }
}

fn finding(finding: &Finding) -> String {
    let sign = match finding.level {
        Level::Error => "\u{274c}",
        Level::Warning => "\u{26a0}\u{fe0f}",
        Level::Info => "\u{2139}\u{fe0f}",
    };
    let mut text = format!("\n#### {sign} {} ({}, {})\n\n", prose(&finding.message), finding.code, finding.rule);
    if let Some(place) = &finding.place {
        let was = finding.related.iter().map(|related| format!("; {} at {}", prose(&related.text), at(&related.place)));
        let _ = writeln!(text, "At {}{}.", at(place), was.collect::<String>());
    }
    for note in finding.facts() {
        let _ = writeln!(text, "\n{}.", prose(&capitalised(&note.replace('\n', " "))));
    }
    text.extend(finding.sample.as_ref().map(sample));
    text.extend(finding.witness.as_ref().map(witness));
    for help in &finding.helps {
        let _ = writeln!(text, "\n- {}", prose(&help.replace('\n', " ")));
    }
    text
}

/// A stored event, and what a declared step makes of it.
fn sample(sample: &Sample) -> String {
    format!("\n{}\n\n{}", prose(&capitalised(&sample.told())), fenced("diff", &lines(&sample.stored, &sample.read)))
}

/// A stored event, and what comes of it.
fn witness(witness: &Witness) -> String {
    let (before, after) = witness.told();
    let mut text = format!("\n{}\n\n", prose(&capitalised(&before)));
    match &witness.outcome {
        Outcome::Refused { .. } | Outcome::TooNew { .. } => text.push_str(&fenced("json", &witness.stored)),
        Outcome::Misread { read, meant } => text.push_str(&fenced("diff", &lines(meant, read))),
    }
    text.extend(after.map(|after| format!("\n{}\n", prose(&capitalised(&after.replace('\n', " "))))));
    text
}

fn capitalised(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn at(place: &Place) -> String {
    code(&format!("{}:{}", place.file, place.line))
}

/// What a stored event becomes, and how the event came to be what it is; folded, if nothing breaks.
fn details(change: &Change) -> Option<String> {
    let diff = change.sample.as_ref().map(|(stored, read)| diff(stored, read));
    let history = (!change.history.is_empty()).then(|| history(change));
    let body: String = diff.into_iter().chain(history).collect();
    if body.is_empty() {
        return None;
    }
    let versions = versions(change);
    Some(if is_breaking(change) {
        format!("\n#### {}, version {versions}: {}\n{body}", code(&change.event), change.told(code))
    } else {
        let code = |name: &str| format!("<code>{}</code>", escape::html(name));
        let (event, happened) = (code(&change.event), change.told(code));
        format!("\n<details><summary>{event}, version {versions}: {happened}</summary>\n{body}\n</details>\n")
    })
}

fn diff(stored: &str, read: &str) -> String {
    let title = match read {
        "" => "A stored event is read as no event:",
        read if read == stored => "A stored event is read as it is:",
        _ => "A stored event, and what it is read as:",
    };
    format!("\n{title}\n\n{}", fenced("diff", &lines(stored, read)))
}

/// All lines of both, with the signs of a diff.
fn lines(before: &str, after: &str) -> String {
    let mut lines = String::new();
    for change in TextDiff::from_lines(before, after).iter_all_changes() {
        let sign = match change.tag() {
            ChangeTag::Delete => '-',
            ChangeTag::Insert => '+',
            ChangeTag::Equal => ' ',
        };
        let _ = writeln!(lines, "{sign}{}", change.value().trim_end_matches('\n'));
    }
    lines.trim_end().to_owned()
}

fn history(change: &Change) -> String {
    let mut lines = "flowchart LR\n  v1[\"version 1\"]\n".to_owned();
    let mut before = 1;
    for (version, changes) in &change.history {
        let _ = writeln!(lines, "  v{version}[\"version {version}\"]");
        let _ = writeln!(lines, "  v{before} -- \"{}\" --> v{version}", label(changes));
        before = *version;
    }
    if let Some(old) = change.old.filter(|old| Some(*old) != change.new && *old >= 1) {
        let proposed = change.history.iter().map(|(version, _)| *version).filter(|version| *version > old);
        for version in proposed {
            let _ = writeln!(lines, "  style v{version} stroke-dasharray: 5 5");
        }
    }
    format!("\n{}", fenced("mermaid", lines.trim_end()))
}

/// What is only to be known.
fn notes(review: &Review) -> Option<String> {
    let infos: Vec<&Finding> = review.findings.iter().filter(|finding| finding.level == Level::Info).collect();
    if infos.is_empty() {
        return None;
    }
    let title = counted(infos.len(), "note");
    let mut text = format!("\n<details><summary>{title}</summary>\n\n");
    for finding in infos {
        let place = finding.place.as_ref().map(|place| format!(" ({})", at(place))).unwrap_or_default();
        let message = std::iter::once(finding.message.clone()).chain(finding.facts()).collect::<Vec<_>>().join("; ");
        let _ = writeln!(text, "- {} {}{place}", finding.code, prose(&message.replace('\n', " ")));
    }
    text.push_str("\n</details>\n");
    Some(text)
}
