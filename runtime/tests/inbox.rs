//! An inbox behind a subscription.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use factum::inbox::{Inbox, InboxError};
use factum::store::{EventStoreExt, Forget, Received};
use factum::subscription::Delivery;
use factum::{ExpectedVersion, MemoryStore, NewEvent, RetryPolicy, Subscription};

type Counts = BTreeMap<String, u32>;

#[tokio::test]
async fn what_is_delivered_again_has_its_effect_once() {
    let store = MemoryStore::new();
    let events = (0..5).map(|_| NewEvent::new("test.Happened", 1, "{}")).collect();
    store.append_events(&"a".parse().unwrap(), ExpectedVersion::Any, events).await.unwrap();
    let inbox: Inbox<_, Counts> = Inbox::open(store.clone(), "counts", |_| Ok(())).await.unwrap();
    let stop = tokio::sync::Notify::new();
    let answers = Arc::new(Mutex::new(Vec::new()));
    let handle = async |delivery: Delivery| {
        let stream = delivery.event().stream.to_owned();
        let count = move |counts: &mut Counts| {
            *counts.entry(stream.clone()).or_default() += 1;
            Ok(())
        };
        let received = inbox.deliver(&delivery, count).await?;
        answers.lock().unwrap().push(received);
        if delivery.event().version == 5 && delivery.attempt() == 2 {
            stop.notify_one();
        }
        // It breaks after the effect and before the acknowledgement.
        if delivery.attempt() == 1 { Err("out of paper".into()) } else { Ok(()) }
    };
    let mails = Subscription::new(store.clone(), "mails").unwrap();
    let mails = mails.retry(RetryPolicy { base_delay: std::time::Duration::ZERO, ..RetryPolicy::default() });
    let handle = |delivery| -> factum::store::BoxFuture<'_, Result<(), factum::store::view::BoxError>> {
        Box::pin(handle(delivery))
    };
    mails.run_until(handle, stop.notified()).await.unwrap();
    assert_eq!(*answers.lock().unwrap(), [Received::Applied, Received::Repeated].repeat(5));
    assert_eq!(store.view::<Counts>("counts").unwrap()["a"], 5);
    let acknowledged = mails.position().await.unwrap().unwrap();
    assert_eq!(inbox.forget(Forget::UpTo(acknowledged)).await.unwrap(), 5);
}

#[tokio::test]
async fn a_name_must_be_a_views() {
    let opened = Inbox::<_, Counts>::open(MemoryStore::new(), "No view", |_| Ok(())).await;
    assert!(matches!(opened, Err(InboxError::Name(_))), "{opened:?}");
}
