//! The README's program: a show, its seats, and a store.
#![allow(clippy::print_stdout)] // it is there to say something

use factum::{Repository, Uuid};
use factum_sqlite::SqliteStore;
use theatre::{Channel, OpenSale, ReserveSeats, Show};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let store = SqliteStore::open_in_memory().await?; // or SqliteStore::open("theatre.db")
    let shows = Repository::<Show, _>::new(store);
    let (show, reservation) = (Uuid::now_v7(), Uuid::now_v7());

    shows.execute(show, OpenSale { capacity: 10 }).await?;
    let command = ReserveSeats { reservation, quantity: 4, channel: Channel::Phone };
    let executed = shows.execute(show, command.clone()).await?;
    println!("version {}: {} held", executed.version, executed.state.held); // version 2: 4 held

    let rejected = shows.execute(show, ReserveSeats { quantity: 7, ..command }).await;
    if let Err(error) = rejected {
        println!("{error}"); // 7 seats asked for, 6 left
    }

    let before = shows.load_at_version(show, 1).await?;
    println!("version {}: {} held", before.version, before.state.held); // version 1: 0 held
    Ok(())
}
