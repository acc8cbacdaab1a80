//! `JUnit`'s XML: a test case per finding, and one per event that changed without any.

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use factum_model::printable::printable_lines;

use crate::review::{Finding, Level, Review};

pub(super) fn report(review: &Review) -> String {
    let mut suite = TestSuite::new("schema review");
    for finding in &review.findings {
        suite.add_test_case(case(finding));
    }
    for change in &review.changes {
        let told = |finding: &Finding| finding.subject.as_ref() == Some(&change.event);
        if !review.findings.iter().any(told) {
            let name = format!("{}: {}", change.event, change.told(str::to_owned));
            suite.add_test_case(named(&name, "changed", TestCaseStatus::success()));
        }
    }
    if suite.test_cases.is_empty() {
        suite.add_test_case(named("nothing changed", "schema", TestCaseStatus::success()));
    }
    let mut report = Report::new("cargo factum check");
    report.add_test_suite(suite);
    // It can only fail where the writer does, and that is memory.
    printable_lines(&report.to_string().unwrap_or_default()).to_string()
}

fn case(finding: &Finding) -> TestCase {
    let place = finding.place.as_ref().map(|place| format!("{}:{}", place.file, place.line));
    let name = place.map_or_else(|| finding.message.clone(), |place| format!("{}: {place}", finding.message));
    let body = body(finding);
    let mut case = match finding.level {
        Level::Error => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(&finding.message).set_type(&finding.code).set_description(body);
            named(&name, &finding.rule, status)
        }
        Level::Warning | Level::Info => {
            let mut case = named(&name, &finding.rule, TestCaseStatus::success());
            case.set_system_out(format!("{}[{}]: {body}", finding.level.name(), finding.code));
            case
        }
    };
    if let Some(id) = &finding.id {
        case.add_property(("id", id.as_str()));
    }
    case
}

fn named(name: &str, class: &str, status: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(name, status);
    case.set_classname(format!("factum.{class}"));
    case
}

fn body(finding: &Finding) -> String {
    let notes = finding.notes().into_iter().map(|note| format!("note: {note}"));
    let helps = finding.helps.iter().map(|help| format!("help: {help}"));
    std::iter::once(finding.message.clone()).chain(notes).chain(helps).collect::<Vec<_>>().join("\n")
}
