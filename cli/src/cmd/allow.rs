//! `allow`: approves one thing that a review found, in the `factum.toml` of its catalog.

use std::path::PathBuf;

use factum_model::config::{ALLOW, ID, REASON, UNTIL};
use factum_model::names::nearest;
use toml_edit::{Array, ArrayOfTables, Datetime, DocumentMut, InlineTable, Item, Table, TableLike, Value};

use super::against::reviewed;
use crate::args::{Allow, Cli};
use crate::catalog::{CONFIG, Catalog, shown};
use crate::review::Finding;
use crate::review::run::How;
use crate::world::today;
use crate::{Exit, Failure, World};

pub(super) fn run(cli: &Cli, arguments: &Allow, world: &mut World<'_>) -> Result<Exit, Failure> {
    let today = today();
    let approval = Approval::of(arguments, &today)?;
    let how = How { mode: None, today: &today, locks: false };
    let (catalogs, reviewed) = reviewed(cli, arguments.against.as_deref(), how, world)?;
    let all = || catalogs.iter().zip(&reviewed).flat_map(|(one, of)| of.review.findings.iter().map(move |f| (one, f)));
    let known: Vec<&str> = all().filter_map(|(_, finding)| finding.id.as_deref()).collect();
    let found = all().find(|(_, finding)| finding.id.as_deref() == Some(&*arguments.id));
    let (one, finding) = found.ok_or_else(|| unknown(&arguments.id, &known))?;
    let (path, until) = write(one, &approval)?;
    let Finding { code, rule, message, subject, .. } = finding;
    world.done("Approved", format_args!("{code} {rule}: {message}"))?;
    if let Some(day) = until {
        world.more(format_args!("until {day}; `--until never` would make it hold for good"))?;
    }
    let name = shown(&world.directory, &path);
    // What is warned of in a schema alone changes nothing that was released.
    let next = match subject {
        Some(_) => format!("run `cargo factum lock`, which records the change, and commit it with {name}"),
        None => format!("commit {name}"),
    };
    world.help(next)?;
    Ok(Exit::Clean)
}

fn unknown(id: &str, known: &[&str]) -> Failure {
    let help = nearest(id, known.iter().copied()).map_or_else(
        || "`cargo factum check` shows the id of what it finds; `--against` says what to compare with".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    Failure::Unknown { message: format!("nothing that is found has the id `{id}`"), help: Some(help) }
}

/// What is to be written.
struct Approval<'a> {
    id: &'a str,
    reason: &'a str,
    until: Until,
}

/// How long an approval holds.
enum Until {
    /// As long as it did, unless that is over before this day; a new one for good.
    AsBefore(String),
    /// For good.
    Always,
    /// Up to this day.
    Day(Datetime),
}

/// What is given as the day of an approval that holds for good.
const NEVER: &str = "never";

impl<'a> Approval<'a> {
    fn of(arguments: &'a Allow, today: &str) -> Result<Self, Failure> {
        let refused = |message: String, help: &str| Failure::Unknown { message, help: Some(help.to_owned()) };
        let reason = arguments.reason.trim();
        if reason.is_empty() {
            return Err(refused("an approval needs a reason".to_owned(), "`--reason \"never stored in production\"`"));
        }
        let day = |text: &str| match text.parse::<Datetime>() {
            Ok(Datetime { date: Some(_), time: None, offset: None }) if text < today => {
                Err(refused(format!("{text} is over"), "name a day from today on, or `never`: then it holds for good"))
            }
            Ok(day @ Datetime { date: Some(_), time: None, offset: None }) => Ok(Until::Day(day)),
            Ok(_) | Err(_) => {
                let help = "write it as `--until 2026-12-31`, or `--until never` for good";
                Err(refused(format!("`{text}` is no day"), help))
            }
        };
        let until = match arguments.until.as_deref() {
            None => Until::AsBefore(today.to_owned()),
            Some(NEVER) => Until::Always,
            Some(text) => day(text)?,
        };
        Ok(Self { id: &arguments.id, reason, until })
    }

    /// Into an entry, new or of before. Up to which day it holds then.
    fn put(&self, table: &mut dyn TableLike) -> Option<String> {
        table.insert(ID, Item::Value(self.id.into()));
        table.insert(REASON, Item::Value(self.reason.into()));
        match &self.until {
            Until::Day(day) => drop(table.insert(UNTIL, Item::Value((*day).into()))),
            Until::AsBefore(today) if table.get(UNTIL).and_then(day_of).is_some_and(|day| day >= *today) => {}
            Until::Always | Until::AsBefore(_) => drop(table.remove(UNTIL)),
        }
        table.get(UNTIL).and_then(day_of)
    }

    fn is_in(&self, table: &dyn TableLike) -> bool {
        table.get(ID).and_then(Item::as_str) == Some(self.id)
    }

    /// Anew, or over the approval of before; all else stays as it was written. Up to which day it holds then.
    fn put_into(&self, document: &mut DocumentMut) -> Result<Option<String>, Failure> {
        let list = document.entry(ALLOW).or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
        match list {
            Item::Value(Value::Array(list)) => Ok(self.put_into_array(list)),
            Item::ArrayOfTables(list) => Ok(self.put_into_tables(list)),
            Item::None | Item::Value(_) | Item::Table(_) => Err(broken()),
        }
    }

    fn put_into_tables(&self, list: &mut ArrayOfTables) -> Option<String> {
        if let Some(known) = list.iter_mut().find(|table| self.is_in(*table)) {
            return self.put(known);
        }
        let mut table = Table::new();
        let until = self.put(&mut table);
        list.push(table);
        until
    }

    fn put_into_array(&self, list: &mut Array) -> Option<String> {
        if let Some(known) = list.iter_mut().filter_map(Value::as_inline_table_mut).find(|table| self.is_in(*table)) {
            return self.put(known);
        }
        let mut table = InlineTable::new();
        let until = self.put(&mut table);
        list.push(table);
        until
    }
}

/// `YYYY-MM-DD`
fn day_of(item: &Item) -> Option<String> {
    item.as_datetime().map(Datetime::to_string)
}

/// The file that was written, and up to which day the approval holds.
fn write(catalog: &Catalog, approval: &Approval<'_>) -> Result<(PathBuf, Option<String>), Failure> {
    let path = catalog.folder().join(CONFIG);
    let text = catalog.contents.config.as_ref().map(|file| String::from_utf8_lossy(&file.bytes).into_owned());
    let mut document: DocumentMut = text.unwrap_or_default().parse().map_err(|_| broken())?;
    let until = approval.put_into(&mut document)?;
    factum_files::replace(&path, &document.to_string())?;
    Ok((path, until))
}

fn broken() -> Failure {
    Failure::Unknown {
        message: format!("{CONFIG} has no place for an approval: there is a mistake in it"),
        help: Some("`cargo factum check` shows where".to_owned()),
    }
}
