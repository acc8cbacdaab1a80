//! The conferences of the year.

/// A conference: when its seats go on sale and when it takes place (days from the year's first), and how many want in.
pub(super) struct Plan {
    pub(super) name: &'static str,
    pub(super) capacity: u32,
    pub(super) opens: u32,
    pub(super) begins: u32,
    /// How often it is the one that is asked for, against the others.
    pub(super) interest: u32,
    /// The day on which it is cancelled, and why.
    pub(super) cancelled: Option<(u32, &'static str)>,
}

const fn plan(name: &'static str, capacity: u32, days: (u32, u32), interest: u32) -> Plan {
    Plan { name, capacity, opens: days.0, begins: days.1, interest, cancelled: None }
}

impl Plan {
    const fn cancelled(mut self, day: u32, reason: &'static str) -> Self {
        self.cancelled = Some((day, reason));
        self
    }
}

pub(super) const SEASON: [Plan; 12] = [
    plan("Northern Compiler Days", 640, (0, 215), 160),
    plan("Winter School of Databases", 180, (4, 96), 80),
    plan("Upcasting by Hand", 24, (11, 340), 4),
    plan("Embedded Spring", 300, (20, 140), 90).cancelled(71, "a burst pipe at the venue"),
    plan("Databases in Practice", 420, (106, 300), 110),
    plan("Open Data Forum", 150, (113, 260), 60).cancelled(201, "the main sponsor withdrew"),
    plan("Distributed Systems Week", 900, (128, 345), 150),
    plan("Type Theory Retreat", 60, (171, 290), 20),
    plan("Event Sourcing Europe", 1200, (232, 500), 210),
    plan("Autumn of Code", 360, (246, 350), 110),
    plan("Railway Software Summit", 320, (262, 420), 90).cancelled(318, "a strike of the railways"),
    plan("The Long Now of Data", 200, (283, 520), 60),
];
