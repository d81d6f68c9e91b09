//! Public types of traces.

use crate::text::{LocalizedText, Name};
use crate::trace::codes::{NodeType, Relation};
use crate::types::{AnyId, CalendarDate, Json, OrganisationId};
use crate::view;

view! {
    /// A thing by its kind and id.
    pub struct NodeKey {
        /// What kind of thing.
        pub r#type: NodeType,
        /// Which.
        pub id: AnyId,
    }
}

view! {
    /// An organisation that a thing is of, or that takes part in it.
    pub struct NodeOrganisation {
        /// Which.
        pub organisation_id: OrganisationId,
        /// What it is called.
        pub name: Json<Name>,
    }
}

view! {
    /// A thing in a trace.
    pub struct Node {
        /// What kind of thing.
        pub r#type: NodeType,
        /// Which.
        pub id: AnyId,
        /// What it is called: a commitment its description, a donor link and a disbursement the project or programme that
        /// they are for, a registration its authority. Never a donor's name.
        pub title: Option<Json<LocalizedText>>,
        /// Where it stands, in the words of its kind: a visit's state, a commitment's status, a link's stage; of a
        /// disbursement `recorded`, `acknowledged`, `reversed` or, where it takes another back, `reversal`.
        pub state: String,
        /// Its day: of a visit when it was held or is planned; of a commitment when it is due; of a programme and a project
        /// when it begins; of a disbursement when it was received; of a registration when it was registered, else submitted; of a donor
        /// link when it was made, in the network's time zone.
        pub date: Option<CalendarDate>,
        /// Whose it is: parties, those responsible, partners, introducer and beneficiary; as far as the caller is told.
        pub organisations: Vec<NodeOrganisation>,
    }
}

view! {
    /// A relation between two things of a trace.
    pub struct Edge {
        /// From this thing
        pub from: NodeKey,
        /// to that one.
        pub to: NodeKey,
        /// How the one stands to the other.
        pub relation: Relation,
    }
}

view! {
    /// What hangs together with a thing, both ways.
    pub struct Trace {
        /// Where it begins.
        pub root: NodeKey,
        /// The things that the caller sees, the nearest first.
        pub nodes: Vec<Node>,
        /// How they stand to each other.
        pub edges: Vec<Edge>,
        /// How many visits and programmes hang together with these that the caller does not see: never drafts, never
        /// which; donors, links and money are not counted.
        pub hidden: i64,
        /// Whether it was not followed to its end: more may hang together with it than is told here.
        pub truncated: bool,
    }
}
