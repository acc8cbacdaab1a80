//! `allow`: approves one thing that a review found, in the `factum.toml` of its catalog.

use std::path::PathBuf;

use factum_codegen::files;
use factum_model::config::{ALLOW, ID, REASON, UNTIL};
use factum_model::names::nearest;
use toml_edit::{Array, ArrayOfTables, Datetime, DocumentMut, InlineTable, Item, Table, TableLike, Value};

use super::against::compared;
use crate::args::{Allow, Cli};
use crate::catalog::{CONFIG, Catalog, shown};
use crate::review::Finding;
use crate::review::run::{How, review};
use crate::style::{GOOD, HELP, STRONG, styled};
use crate::world::today;
use crate::{Exit, Failure, World};

pub(super) fn run(cli: &Cli, arguments: &Allow, world: &mut World<'_>) -> Result<Exit, Failure> {
    let today = today();
    let approval = Approval::of(arguments, &today)?;
    let compared = compared(cli, arguments.against.as_deref(), world)?;
    let reviewed = review(&compared, How { mode: None, today: &today, locks: false });
    let all = || compared.iter().zip(&reviewed).flat_map(|(one, of)| of.review.findings.iter().map(move |f| (one, f)));
    let known: Vec<&str> = all().filter_map(|(_, finding)| finding.id.as_deref()).collect();
    let found = all().find(|(_, finding)| finding.id.as_deref() == Some(&*arguments.id));
    let (one, finding) = found.ok_or_else(|| unknown(&arguments.id, &known))?;
    let path = write(&one.catalog, &approval)?;
    let Finding { code, rule, message, .. } = finding;
    world.tell(format!("{} {}: {message}\n", styled(GOOD, "Approved"), styled(STRONG, format!("{code} {rule}"))))?;
    let name = shown(&world.directory, &path);
    let next = format!("run `cargo factum lock`, which records the change, and commit it with {name}");
    world.tell(format!("  {} {next}\n", styled(HELP, "= help:")))?;
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
    until: Option<Datetime>,
}

impl<'a> Approval<'a> {
    fn of(arguments: &'a Allow, today: &str) -> Result<Self, Failure> {
        let refused = |message: String, help: &str| Failure::Unknown { message, help: Some(help.to_owned()) };
        let reason = arguments.reason.trim();
        if reason.is_empty() {
            return Err(refused("an approval needs a reason".to_owned(), "`--reason \"never stored in production\"`"));
        }
        let day = |text: &'a String| match text.parse::<Datetime>() {
            Ok(Datetime { date: Some(_), time: None, offset: None }) if text.as_str() < today => {
                Err(refused(format!("{text} is over"), "name a day from today on, or none: then it holds for good"))
            }
            Ok(day @ Datetime { date: Some(_), time: None, offset: None }) => Ok(day),
            Ok(_) | Err(_) => Err(refused(format!("`{text}` is no day"), "write it as `--until 2026-12-31`")),
        };
        let until = arguments.until.as_ref().map(day).transpose()?;
        Ok(Self { id: &arguments.id, reason, until })
    }

    /// Into an entry, new or of before.
    fn put(&self, table: &mut dyn TableLike) {
        table.insert(ID, Item::Value(self.id.into()));
        table.insert(REASON, Item::Value(self.reason.into()));
        match self.until {
            Some(day) => drop(table.insert(UNTIL, Item::Value(day.into()))),
            None => drop(table.remove(UNTIL)),
        }
    }

    fn is_in(&self, table: &dyn TableLike) -> bool {
        table.get(ID).and_then(Item::as_str) == Some(self.id)
    }

    /// Anew, or over the approval of before; all else stays as it was written. `None` if there is something else.
    fn put_into(&self, document: &mut DocumentMut) -> Option<()> {
        let list = document.entry(ALLOW).or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
        match list {
            Item::Value(Value::Array(list)) => self.put_into_array(list),
            Item::ArrayOfTables(list) => self.put_into_tables(list),
            Item::None | Item::Value(_) | Item::Table(_) => return None,
        }
        Some(())
    }

    fn put_into_tables(&self, list: &mut ArrayOfTables) {
        if let Some(known) = list.iter_mut().find(|table| self.is_in(*table)) {
            return self.put(known);
        }
        let mut table = Table::new();
        self.put(&mut table);
        list.push(table);
    }

    fn put_into_array(&self, list: &mut Array) {
        if let Some(known) = list.iter_mut().filter_map(Value::as_inline_table_mut).find(|table| self.is_in(*table)) {
            return self.put(known);
        }
        let mut table = InlineTable::new();
        self.put(&mut table);
        list.push(table);
    }
}

fn write(catalog: &Catalog, approval: &Approval<'_>) -> Result<PathBuf, Failure> {
    let path = catalog.folder().join(CONFIG);
    let text = catalog.contents.config.as_ref().map(|file| String::from_utf8_lossy(&file.bytes).into_owned());
    let broken = || Failure::Unknown {
        message: format!("{CONFIG} has no place for an approval: there is a mistake in it"),
        help: Some("`cargo factum check` shows where".to_owned()),
    };
    let mut document: DocumentMut = text.unwrap_or_default().parse().map_err(|_| broken())?;
    approval.put_into(&mut document).ok_or_else(broken)?;
    files::replace(&path, &document.to_string())?;
    Ok(path)
}
