//! Random schemas: proptest makes plans, and `Plan::settle` makes of any plan a schema that has to be accepted.

mod change;
mod consumers;
mod settle;
mod write;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

pub use change::{Change, changes};
pub use consumers::schemas_with_policies;

use crate::life::Field;
use crate::ty::{Declared, Ty};

/// The most versions that an event has.
pub const MAX_VERSIONS: u32 = 8;

/// The most versions that a declared type has.
const MAX_TYPE_VERSIONS: u32 = 3;

/// A schema that every check has to accept.
#[derive(Debug, Clone, PartialEq)]
pub struct Schema {
    types: Vec<Declared>,
    events: Vec<Event>,
    aggregate: Option<Aggregate>,
    consumers: consumers::Consumers,
}

#[derive(Debug, Clone, PartialEq)]
struct Event {
    name: String,
    version: u32,
    renamed: Vec<(u32, String)>,
    fields: Vec<Field>,
    steps: Vec<Structural>,
    /// The version whose step is written by hand.
    by_hand: Option<u32>,
    fate: Fate,
}

/// `join`, `split`, `nest` or `flatten`.
#[derive(Debug, Clone, PartialEq)]
struct Structural {
    version: u32,
    operation: &'static str,
    from: Vec<String>,
    into: Vec<String>,
    with: Option<String>,
}

/// What became of an event.
#[derive(Debug, Clone, PartialEq)]
enum Fate {
    Current,
    Retired,
    Nothing,
    /// At their version 1, by name or by hand.
    Becomes(Vec<String>, bool),
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
    /// How many versions its types have, all together.
    #[must_use]
    pub fn type_versions(&self) -> u32 {
        self.types.iter().map(|declared| declared.version).sum()
    }

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
    events: Vec<EventPlan>,
    aggregate: AggregatePlan,
    /// Whether there is an aggregate even if no event becomes others, which only its set can tell.
    aggregate_anyway: bool,
}

#[derive(Debug, Clone)]
struct EventPlan {
    fields: Vec<FieldPlan>,
    renamed: Vec<(u32, bool)>,
    steps: Vec<StepPlan>,
    /// Which of the versions is written by hand.
    by_hand: Option<Index>,
    fate: u8,
    /// Whether what it becomes is made by hand.
    children_by_hand: bool,
}

#[derive(Debug, Clone)]
struct StepPlan {
    version: u32,
    operation: u8,
    /// Which of the structs.
    of: Index,
    parts: Vec<FieldPlan>,
    seed: u64,
}

/// A fallback, and the version that adds it if it was not there from the first.
#[derive(Debug, Clone, Copy)]
struct FallbackPlan {
    added: Option<u32>,
}

#[derive(Debug, Clone)]
enum TypePlan {
    Struct(Vec<FieldPlan>, Option<(u8, FieldPlan)>),
    /// Two structs that hold each other.
    Pair([(Vec<FieldPlan>, u8, FieldPlan); 2]),
    Newtype(FieldPlan, bool),
    Enum(Vec<VariantPlan>, Option<FallbackPlan>),
    Union(Vec<VariantPlan>),
}

#[derive(Debug, Clone)]
struct VariantPlan {
    added: Option<u32>,
    removed: Option<u32>,
    renamed: Vec<(u32, bool)>,
    becomes: Index,
    fields: Vec<FieldPlan>,
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
    /// In which version, and to which of the types that it can become.
    retyped: Vec<(u32, Index)>,
    /// Decides the default, and how it is converted.
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
    let events = vec(event(), 1..3);
    (vec(declared(), 0..4), events, aggregate(), any::<bool>()).prop_map(
        |(types, events, aggregate, aggregate_anyway)| Plan { types, events, aggregate, aggregate_anyway }.settle(),
    )
}

/// As many schemas as asked for, always the same for a seed.
#[must_use]
pub fn batch(seed: u64, count: usize) -> Vec<Schema> {
    batch_of(&schemas(), seed, count)
}

/// The same of any strategy.
///
/// # Panics
/// Proptest cannot make one, which is a defect of the strategy.
pub(crate) fn batch_of(strategy: &impl Strategy<Value = Schema>, seed: u64, count: usize) -> Vec<Schema> {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
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
    let field = || field(MAX_TYPE_VERSIONS);
    let half = || (vec(field(), 0..3), 0_u8..3, field());
    prop_oneof![
        4 => (vec(field(), 0..4), proptest::option::weighted(0.3, (0_u8..3, field())))
            .prop_map(|(fields, recursive)| TypePlan::Struct(fields, recursive)),
        1 => [half(), half()].prop_map(TypePlan::Pair),
        3 => (field(), proptest::bool::weighted(0.15)).prop_map(|(field, own)| TypePlan::Newtype(field, own)),
        3 => (vec(variant(0), 1..5), proptest::option::weighted(0.4, proptest::option::of(2..=MAX_TYPE_VERSIONS)))
            .prop_map(|(values, fallback)| TypePlan::Enum(values, fallback.map(|added| FallbackPlan { added }))),
        3 => vec(variant(3), 1..4).prop_map(TypePlan::Union),
    ]
}

fn variant(fields: usize) -> impl Strategy<Value = VariantPlan> {
    let version = || 2..=MAX_TYPE_VERSIONS;
    let life = (proptest::option::weighted(0.3, version()), proptest::option::weighted(0.3, version()));
    let fields = vec(field(MAX_TYPE_VERSIONS), 0..=fields);
    (life, vec((version(), any::<bool>()), 0..2), any::<Index>(), fields).prop_map(
        |((added, removed), renamed, becomes, fields)| VariantPlan { added, removed, renamed, becomes, fields },
    )
}

fn event() -> impl Strategy<Value = EventPlan> {
    let field = || field(MAX_VERSIONS);
    let parts = vec(field(), 3);
    let step = (2..=MAX_VERSIONS, 0_u8..4, any::<Index>(), parts, any::<u64>())
        .prop_map(|(version, operation, of, parts, seed)| StepPlan { version, operation, of, parts, seed });
    let renamed = vec((2..=MAX_VERSIONS, any::<bool>()), 0..2);
    let by_hand = (proptest::option::weighted(0.35, any::<Index>()), any::<bool>());
    (vec(field(), 0..5), renamed, vec(step, 0..2), by_hand, 0_u8..10).prop_map(
        |(fields, renamed, steps, (by_hand, children_by_hand), fate)| EventPlan {
            fields,
            renamed,
            steps,
            by_hand,
            fate,
            children_by_hand,
        },
    )
}

fn field(newest: u32) -> impl Strategy<Value = FieldPlan> {
    let version = move || 2..=newest;
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
