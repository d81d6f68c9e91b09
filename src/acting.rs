//! What is done to a thing that has a table of states: one flow for every kind of thing.
//!
//! The order is the contract's: sight (404), the right to this thing (403), a repeated request's first answer, what
//! stands already (200 again), the version seen (428, 412), the body (422), the state (409); then it is carried
//! out, written and answered as a whole. What is particular to a kind of thing is its own: [`Acted`].

use std::fmt::Display;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::access::{Caller, Permit, Right};
use crate::db::Db;
use crate::http::answer::Answer;
use crate::http::call::{Admitted, Call, Versioned};
use crate::http::operation::{Operation, VersionNeed};
use crate::http::problem::{Code, Problem, Result};
use crate::http::view::Shown;
use crate::journal::Writer;
use crate::states::{self, Edge, Machine};
use crate::types::{Json, OrganisationId};

/// The actions of a kind of thing.
pub type Action<T> = <<T as Acted>::Machine as Machine>::Action;
/// Why one of them can't be taken.
pub type Refusal<T> = <<T as Acted>::Machine as Machine>::Refusal;
/// A thing as far as its rules ask.
pub type Standing<T> = <<T as Acted>::Machine as Machine>::Standing;

/// A thing as the caller may act on it.
pub enum Scene<T: Acted> {
    /// As it goes on.
    On(Box<T>),
    /// As it was when this organisation left it, which keeps that and sees no more of it.
    Left(OrganisationId, T::Kept),
}

/// A thing to which actions of its own are done.
pub trait Acted: Clone + 'static {
    /// Its table of states.
    type Machine: Machine;
    /// Its id, `{id}` of its paths.
    type Id: From<Uuid> + Copy + Send + Sync + 'static;
    /// Who looks at it, and when.
    type Looker: Clone + Send + Sync + 'static;
    /// As it is answered.
    type View: Serialize + utoipa::ToSchema + Shown;
    /// What the body of an action says.
    type Said;
    /// What an organisation that left keeps of it; [`std::convert::Infallible`] where none does.
    type Kept;

    /// Under what its actions' labels stand, and how the journal calls it: `programme`.
    const KIND: &'static str;

    /// The members of its answers (JSON pointers) that are not kept for repeats.
    const KEPT_WITHOUT: &'static [&'static str] = &[];

    /// The caller, with the right to read.
    ///
    /// # Errors
    /// `unauthenticated` for strangers.
    fn looker(call: &Call) -> Result<Self::Looker>;
    /// Who that is.
    fn caller(looker: &Self::Looker) -> &Caller;
    /// The right that an action asks.
    fn needed(action: Action<Self>) -> Right;
    /// Whether an action consents to a version, which has to be named.
    fn names_version(_action: Action<Self>) -> bool {
        false
    }
    /// How an action names the version that was seen.
    fn version_need(action: Action<Self>) -> VersionNeed {
        if Self::names_version(action) { VersionNeed::Required } else { VersionNeed::Optional }
    }
    /// What the journal calls an action that was taken.
    fn journaled(action: Action<Self>) -> &'static str;

    /// Locks it, and whatever moves with it, and reads it.
    ///
    /// # Errors
    /// `not-found`, also when they may not see it.
    fn scene(
        w: &mut Writer<'_>,
        looker: &Self::Looker,
        id: Self::Id,
        action: Action<Self>,
    ) -> Result<Scene<Self>>;
    /// What an organisation keeps of it that left it by this action, just taken.
    fn kept(&self, _own: OrganisationId, _action: Action<Self>) -> Option<Self::Kept> {
        None
    }
    /// Answers who left it.
    ///
    /// # Errors
    /// `state-conflict` but where the action is the one by which they left: [`refused_left`].
    fn answer_left(
        _call: &Call,
        _looker: &Self::Looker,
        _w: &mut Writer<'_>,
        _kept: &Self::Kept,
        _action: Action<Self>,
    ) -> Result<Answer> {
        Err(Problem::new(Code::NotFound))
    }
    /// The organisations one of which acts.
    fn concerned(&self) -> Vec<OrganisationId>;
    /// Leave to act, for one of them.
    ///
    /// # Errors
    /// `forbidden`, `organisation-ambiguous`.
    fn permit(&self, looker: &Self::Looker, action: Action<Self>) -> Result<Permit> {
        Self::caller(looker).permit(Self::needed(action), &self.concerned())
    }
    /// Who acts, as the rules ask.
    fn actor(permit: &Permit) -> <Self::Machine as Machine>::Actor;

    /// It with what follows by itself; that is written with what comes of the action.
    ///
    /// # Errors
    /// `internal` when what is stored can't be read.
    fn settled(&self, _looker: &Self::Looker) -> Result<Self> {
        Ok(self.clone())
    }
    /// Writes what follows by itself, and nothing else.
    ///
    /// # Errors
    /// The engine's.
    fn move_on(&self, _w: &mut Writer<'_>) -> Result<Self> {
        Ok(self.clone())
    }
    /// It as far as the rules ask.
    ///
    /// # Errors
    /// `internal` when what is stored can't be read.
    fn standing(&self, looker: &Self::Looker) -> Result<Standing<Self>>;
    /// Its id and version.
    fn key(&self) -> (Uuid, i64);
    /// It as the caller sees it.
    ///
    /// # Errors
    /// The engine's.
    fn seen(&self, db: &mut Db, looker: &Self::Looker) -> Result<Self::View>;
    /// What may be done to it now by this caller.
    ///
    /// # Errors
    /// `internal` when what is stored can't be read.
    fn allowed(&self, looker: &Self::Looker) -> Result<Vec<Action<Self>>>;

    /// Reads the body of an action.
    ///
    /// # Errors
    /// `validation-failed`.
    fn read(call: &Call, action: Action<Self>) -> Result<Self::Said>;
    /// Whether the effect of an action stands already, by this organisation's own doing; `said` is none where the
    /// body is no good.
    ///
    /// # Errors
    /// `internal` when what is stored can't be read.
    fn stands(
        &self,
        action: Action<Self>,
        said: Option<&Self::Said>,
        looker: &Self::Looker,
        permit: &Permit,
    ) -> Result<bool>;
    /// Refuses what only the tables and the thing know to be wrong with what was said.
    ///
    /// # Errors
    /// `validation-failed` and the like.
    fn check(
        &self,
        _said: &Self::Said,
        _looker: &Self::Looker,
        _w: &mut Writer<'_>,
        _permit: &Permit,
    ) -> Result<()> {
        Ok(())
    }
    /// Why not, in the API's words: [`conflict`] of a code.
    ///
    /// # Errors
    /// `internal` when what is stored can't be read.
    fn refused(&self, looker: &Self::Looker, action: Action<Self>, refusal: Refusal<Self>)
    -> Result<Problem>;
    /// It as it is after the action.
    ///
    /// # Errors
    /// `internal` when something can't be written as JSON.
    fn carried_out(
        &self,
        edge: &'static Edge<Self::Machine>,
        said: Self::Said,
        looker: &Self::Looker,
        w: &mut Writer<'_>,
        permit: &Permit,
    ) -> Result<Self>;
    /// Writes it, with all that follows elsewhere; answers it as it is then.
    ///
    /// # Errors
    /// The engine's; those of what moves with it.
    fn save(
        w: &mut Writer<'_>,
        permit: &Permit,
        before: &Self,
        after: Self,
        action: &'static str,
    ) -> Result<Self>;
}

/// The operation of an action: its path, its id. What may be sent is still to be said.
pub fn operation<T: Acted>(path: &'static str, id: &'static str, action: Action<T>, told: String) -> Operation
where
    Action<T>: Display + Send + Sync,
{
    let (_, summary) = crate::text::labels::get(&format!("{}.action.{action}", T::KIND)).unwrap_or_default();
    let whole = format!(
        "The whole {} as it is now; the same again when its effect stands already.",
        T::KIND.replace('_', " ")
    );
    Operation::post(path, id, move |call| act::<T>(call, action))
        .summary(summary)
        .description(told)
        .needs(T::needed(action))
        .version(T::version_need(action))
        .ok::<T::View>(whole)
}

/// 409 with the state and what the caller can do instead.
///
/// # Errors
/// `internal` when what is stored can't be read.
pub fn conflict<T: Acted>(thing: &T, looker: &T::Looker, code: Code) -> Result<Problem>
where
    Action<T>: Serialize,
{
    let state = T::Machine::state(&thing.standing(looker)?).to_string();
    Ok(Problem::new(code).with("state", state).with("allowed_actions", thing.allowed(looker)?))
}

async fn act<T: Acted>(call: Arc<Call>, action: Action<T>) -> Result<Answer>
where
    Action<T>: Send + Sync,
{
    let id: T::Id = call.id("id")?;
    let looker = T::looker(&call)?;
    let (admitting, acting) = (looker.clone(), Arc::clone(&call));
    call.write(
        move |w| {
            let scene = T::scene(w, &admitting, id, action)?;
            let permit = match &scene {
                Scene::On(thing) => thing.permit(&admitting, action)?,
                Scene::Left(organisation, _) => {
                    T::caller(&admitting).permit(T::needed(action), &[*organisation])?
                }
            };
            Ok(Admitted::by(&permit, scene).with(permit))
        },
        move |w, (scene, permit)| match scene {
            Scene::On(thing) => perform::<T>(&acting, &looker, action, w, &thing, &permit),
            Scene::Left(_, kept) => T::answer_left(&acting, &looker, w, &kept, action),
        },
    )
    .await
}

fn perform<T: Acted>(
    call: &Call,
    looker: &T::Looker,
    action: Action<T>,
    w: &mut Writer<'_>,
    stored: &T,
    permit: &Permit,
) -> Result<Answer> {
    let before = stored.settled(looker)?;
    let said = T::read(call, action);
    if before.stands(action, said.as_ref().ok(), looker, permit)? {
        let moved = stored.move_on(w)?;
        return answered(&moved, w.db(), looker);
    }
    let seen = before.seen(w.db(), looker)?;
    let (id, version) = before.key();
    let current = Versioned { id, version, thing: &seen };
    if T::names_version(action) {
        call.require_version(w.db(), current)?;
    } else {
        call.check_version(w.db(), current)?;
    }
    let said = said?;
    before.check(&said, looker, w, permit)?;
    let edge = match states::find::<T::Machine>(action, &before.standing(looker)?, T::actor(permit)) {
        Ok(edge) => edge,
        Err(refusal) => return Err(before.refused(looker, action, refusal)?),
    };
    let after = before.carried_out(edge, said, looker, w, permit)?;
    let now = T::save(w, permit, stored, after, T::journaled(action))?;
    match now.kept(permit.organisation(), action) {
        Some(kept) => T::answer_left(call, looker, w, &kept, action),
        None => answered(&now, w.db(), looker),
    }
}

/// A thing as the caller sees it, answered.
///
/// # Errors
/// The engine's.
pub fn answered<T: Acted>(thing: &T, db: &mut Db, looker: &T::Looker) -> Result<Answer> {
    Ok(Answer::thing(&thing.seen(db, looker)?, thing.key().1)?.kept_without(T::KEPT_WITHOUT))
}

/// What is asked of a thing as an organisation that left it keeps it: whatever else it says is answered as it is.
#[derive(Deserialize)]
struct Stub {
    version: i64,
    state: Value,
}

fn stub<V>(kept: &Json<V>) -> Result<Stub> {
    kept.clone().cast::<Stub>().get()
}

/// A thing as it is kept for an organisation that left it, answered; `shown` is what the caller may see of that.
///
/// # Errors
/// `internal` when what is kept can't be read.
pub fn answered_kept<V>(shown: &Json<V>) -> Result<Answer> {
    Answer::thing(shown, stub(shown)?.version)
}

/// That nothing more can be done to a thing by an organisation that left it.
///
/// # Errors
/// `validation-failed` when the body is no good; `internal` when what is kept can't be read.
pub fn refused_left<T: Acted>(call: &Call, action: Action<T>, kept: &Json<T::View>) -> Result<Problem> {
    T::read(call, action)?;
    let none: [(); 0] = [];
    Ok(Problem::new(Code::StateConflict).with("state", stub(kept)?.state).with("allowed_actions", none))
}
