//! Random schemas: proptest makes plans, and `Plan::settle` makes of any plan a schema that has to be accepted.

mod settle;
mod write;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::ty::{Declared, Ty};

/// The most versions that an event has.
pub const MAX_VERSIONS: u32 = 6;

/// A schema that every check has to accept.
#[derive(Debug, Clone, PartialEq)]
pub struct Schema {
    types: Vec<Declared>,
    events: Vec<Event>,
    aggregate: Option<Aggregate>,
}

#[derive(Debug, Clone, PartialEq)]
struct Event {
    name: String,
    version: u32,
    fields: Vec<Field>,
}

/// A field with its life. Changes say what was before, as the language does.
#[derive(Debug, Clone, PartialEq)]
struct Field {
    name: String,
    ty: Ty,
    added: Option<(u32, Option<String>)>,
    removed: Option<u32>,
    renamed: Vec<(u32, String)>,
    retyped: Vec<(u32, Ty)>,
}

/// Names and types.
type Fields = Vec<(String, Ty)>;

/// An aggregate over all events.
#[derive(Debug, Clone, PartialEq)]
struct Aggregate {
    id: Ty,
    state: Vec<(String, Ty, String)>,
    commands: Vec<(String, Fields)>,
    /// Name, message and fields.
    rejections: Vec<(String, String, Fields)>,
}

impl Schema {
    /// How many versions its events have, all together.
    #[must_use]
    pub fn versions(&self) -> u32 {
        self.events.iter().map(|event| event.version).sum()
    }
}

/// What proptest makes and shrinks. Every plan can be settled.
#[derive(Debug, Clone)]
struct Plan {
    types: Vec<TypePlan>,
    events: Vec<Vec<FieldPlan>>,
    aggregate: Option<AggregatePlan>,
}

#[derive(Debug, Clone)]
enum TypePlan {
    Struct(Vec<TyPlan>, bool),
    Newtype(TyPlan),
    Enum(usize),
}

/// A type whose leaves are still places in a list that is not known yet.
#[derive(Debug, Clone)]
enum TyPlan {
    Leaf(Index),
    Optional(Box<TyPlan>),
    List(Box<TyPlan>),
    Set(Index),
    Map(Index, Box<TyPlan>),
}

#[derive(Debug, Clone)]
struct FieldPlan {
    name: Index,
    ty: TyPlan,
    added: Option<u32>,
    removed: Option<u32>,
    /// In which version, and whether an earlier name comes back.
    renamed: Vec<(u32, bool)>,
    /// In which version, and to which of the wider types.
    retyped: Vec<(u32, Index)>,
    /// Decides the default.
    seed: u64,
}

#[derive(Debug, Clone)]
struct AggregatePlan {
    id: Index,
    state: Vec<(TyPlan, u64)>,
    commands: Vec<Vec<TyPlan>>,
    rejections: Vec<Vec<TyPlan>>,
}

/// The strategy of whole schemas.
pub fn schemas() -> impl Strategy<Value = Schema> {
    let events = vec(vec(field(), 0..7), 1..4);
    let aggregate = proptest::option::of(aggregate());
    (vec(declared(), 0..4), events, aggregate)
        .prop_map(|(types, events, aggregate)| Plan { types, events, aggregate }.settle())
}

/// As many schemas as asked for, always the same for a seed.
///
/// # Panics
/// Proptest cannot make one, which is a defect of the strategy.
#[must_use]
pub fn batch(seed: u64, count: usize) -> Vec<Schema> {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let strategy = schemas();
    let schema = |_| strategy.new_tree(&mut runner).expect("the strategy rejects nothing").current();
    (0..count).map(schema).collect()
}

fn ty() -> impl Strategy<Value = TyPlan> {
    let leaf = any::<Index>().prop_map(TyPlan::Leaf);
    leaf.prop_recursive(3, 6, 2, |inner| {
        prop_oneof![
            3 => any::<Index>().prop_map(TyPlan::Leaf),
            2 => inner.clone().prop_map(|inner| TyPlan::Optional(Box::new(inner))),
            2 => inner.clone().prop_map(|inner| TyPlan::List(Box::new(inner))),
            1 => any::<Index>().prop_map(TyPlan::Set),
            2 => (any::<Index>(), inner).prop_map(|(key, value)| TyPlan::Map(key, Box::new(value))),
        ]
    })
}

fn declared() -> impl Strategy<Value = TypePlan> {
    prop_oneof![
        (vec(ty(), 0..4), any::<bool>()).prop_map(|(fields, recursive)| TypePlan::Struct(fields, recursive)),
        ty().prop_map(TypePlan::Newtype),
        (1_usize..5).prop_map(TypePlan::Enum),
    ]
}

fn field() -> impl Strategy<Value = FieldPlan> {
    let version = || 2..=MAX_VERSIONS;
    let life = (proptest::option::weighted(0.4, version()), proptest::option::weighted(0.25, version()));
    let changes = (vec((version(), any::<bool>()), 0..3), vec((version(), any::<Index>()), 0..3));
    (any::<Index>(), ty(), life, changes, any::<u64>()).prop_map(
        |(name, ty, (added, removed), (renamed, retyped), seed)| FieldPlan {
            name,
            ty,
            added,
            removed,
            renamed,
            retyped,
            seed,
        },
    )
}

fn aggregate() -> impl Strategy<Value = AggregatePlan> {
    let records = || vec(vec(ty(), 0..3), 0..3);
    (any::<Index>(), vec((ty(), any::<u64>()), 0..3), records(), records())
        .prop_map(|(id, state, commands, rejections)| AggregatePlan { id, state, commands, rejections })
}
