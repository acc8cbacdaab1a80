//! What a repository says while it works: where and what, never a payload.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use std::fmt::{self, Write};
use std::sync::{Arc, Mutex};

use factum::store::conformance::block_on;
use factum::{Context, MemoryStore, Repository};
use support::{Jar, JarCommand};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use uuid::Uuid;

/// Keeps everything that is said, as text.
#[derive(Clone, Default)]
struct Listener(Arc<Mutex<String>>);

struct Words<'a>(&'a mut String);

impl Visit for Words<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        write!(self.0, "{}={value:?} ", field.name()).unwrap();
    }
}

impl Subscriber for Listener {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut said = self.0.lock().unwrap();
        write!(said, "{}: ", span.metadata().name()).unwrap();
        span.record(&mut Words(&mut said));
        Id::from_u64(1)
    }

    fn event(&self, event: &Event<'_>) {
        event.record(&mut Words(&mut self.0.lock().unwrap()));
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[test]
fn a_repository_says_where_and_what_but_never_a_payload() {
    let listener = Listener::default();
    let (command, correlation) = (Uuid::now_v7(), Uuid::now_v7());
    let context = Context::new().command_id(command).correlation_id(correlation).actor("a secret name");
    let jars = Repository::<Jar, _>::new(MemoryStore::new());
    tracing::subscriber::with_default(listener.clone(), || {
        block_on(jars.execute_with("blue".to_owned(), JarCommand::Put(2), context)).unwrap();
        block_on(jars.load("blue".to_owned())).unwrap();
    });
    let said = listener.0.lock().unwrap().clone();
    let due = [
        format!("execute: stream=toys.Jar-blue command_id={command} correlation_id={correlation}"),
        "load: stream=toys.Jar-blue".to_owned(),
        "event_type=\"toys.MarblesPut\"".to_owned(),
        "version=2".to_owned(),
        "position=2".to_owned(),
        "attempts=1".to_owned(),
    ];
    for words in due {
        assert!(said.contains(&words), "{words} is not in: {said}");
    }
    assert!(!said.contains("marbles\\\"") && !said.contains("secret"), "{said}");
}
