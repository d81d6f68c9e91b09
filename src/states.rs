//! Tables of states: what can be done to a thing in which state, by whom, and where it leads. No I/O.
//!
//! Visits and programmes each have one table of [`Edge`]s; `allowed_actions`, the 409s, the descriptions in the
//! OpenAPI document and the tests all read it. What is particular to a kind of thing (who is meant, what has to
//! hold, what comes of it) is its [`Machine`]'s own.

use std::fmt::Display;

/// A kind of thing whose states are a table.
pub trait Machine: 'static {
    /// Where it can stand.
    type State: Copy + Eq + Display + 'static;
    /// What can be done to it.
    type Action: Copy + Eq + 'static;
    /// For whom an edge can be.
    type Who: Copy + 'static;
    /// What can have to hold besides.
    type Guard: Copy + 'static;
    /// Where an edge can lead.
    type Next: Copy + 'static;
    /// A thing of the kind, as far as the rules ask.
    type Standing;
    /// Who acts.
    type Actor: Copy;
    /// Why something can't be done now.
    type Refusal;

    /// The table. What is not in it can't be done.
    const EDGES: &'static [Edge<Self>];
    /// That an action is not in the table for this state.
    const NOT_NOW: Self::Refusal;

    /// Where the thing stands.
    fn state(standing: &Self::Standing) -> Self::State;

    /// Whether an edge from its state is for this actor, and what has to hold does.
    ///
    /// # Errors
    /// Why not.
    fn admits(edge: &Edge<Self>, standing: &Self::Standing, actor: Self::Actor) -> Result<(), Self::Refusal>;
}

/// One thing that can be done in one state.
pub struct Edge<M: Machine + ?Sized> {
    /// In this state
    pub state: M::State,
    /// this can be done
    pub action: M::Action,
    /// by these,
    pub who: M::Who,
    /// if this holds;
    pub guard: M::Guard,
    /// it leads there.
    pub next: M::Next,
}

/// A line of a table.
pub const fn edge<M: Machine>(
    state: M::State,
    action: M::Action,
    who: M::Who,
    guard: M::Guard,
    next: M::Next,
) -> Edge<M> {
    Edge { state, action, who, guard, next }
}

/// The edge by which an action can be done now by this actor: the first that admits them.
///
/// # Errors
/// Why it can't: what the last edge of the action says.
pub fn find<M: Machine>(
    action: M::Action,
    standing: &M::Standing,
    actor: M::Actor,
) -> Result<&'static Edge<M>, M::Refusal> {
    let state = M::state(standing);
    let mut refusal = M::NOT_NOW;
    for edge in M::EDGES.iter().filter(|edge| edge.state == state && edge.action == action) {
        match M::admits(edge, standing, actor) {
            Ok(()) => return Ok(edge),
            Err(why) => refusal = why,
        }
    }
    Err(refusal)
}

/// Everything that this actor may do now, in the order of the table.
pub fn allowed<M: Machine>(standing: &M::Standing, actor: M::Actor) -> Vec<M::Action> {
    let state = M::state(standing);
    let mut actions: Vec<M::Action> = Vec::new();
    for edge in M::EDGES.iter().filter(|edge| edge.state == state) {
        if !actions.contains(&edge.action) && find::<M>(edge.action, standing, actor).is_ok() {
            actions.push(edge.action);
        }
    }
    actions
}

/// A sentence for the document: from where an action leads where; `told` says by whom, under which condition and
/// to what, of each edge.
pub fn describe<M: Machine>(action: M::Action, told: impl Fn(&Edge<M>) -> String) -> String {
    let edges = M::EDGES.iter().filter(|edge| edge.action == action);
    let lines: Vec<String> = edges.map(|edge| format!("- from `{}`, {}", edge.state, told(edge))).collect();
    format!("{}\n\nIn any other state: 409 `state-conflict`.", lines.join("\n"))
}
