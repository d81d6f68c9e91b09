//! Who is told what of which kind of thing.
//!
//! An organisation's people with `audit:read` are told what was done on its behalf, and what others did that concerns it; of
//! each kind by the right with which such things are read. The network's admin is told the envelope: who, when, which
//! action, for which organisation; the values of things of the network itself alone; nothing of donors, links and drafts. What has no
//! row in the table is told to nobody.

use crate::access::{Caller, Right, Rights, Sight};
use crate::journal::writer::Reserved;
use crate::types::{AnyId, OrganisationId};

/// What the network's admin is told of a kind of thing.
#[derive(Debug, Clone, Copy)]
pub enum Network {
    /// Nothing, not even that there is something.
    Nothing,
    /// The envelope.
    Envelope,
    /// The envelope, of what is known not to be of a draft.
    UnlessDraft,
    /// Which thing it is, and the values of the fields that are the network's own.
    Told(Fields),
}

/// Fields whose values are told.
#[derive(Debug, Clone, Copy)]
pub enum Fields {
    /// All but these.
    AllBut(&'static [&'static str]),
    /// These.
    Only(&'static [&'static str]),
}

impl Fields {
    /// Whether this one is.
    pub fn has(self, field: &str) -> bool {
        match self {
            Self::AllBut(names) => !names.contains(&field),
            Self::Only(names) => names.contains(&field),
        }
    }
}

/// A kind of thing.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// What the journal calls it.
    pub name: &'static str,
    /// With which rights, all of them, its entries are read by the organisation's own.
    pub needs: Rights,
    /// What the network's admin is told.
    pub network: Network,
}

const fn kind(name: &'static str, needs: &[Right], network: Network) -> Kind {
    Kind { name, needs: Rights::of(needs), network }
}

use Network::{Envelope, Nothing, Told, UnlessDraft};
use Right as R;

/// Every kind of thing that the journal knows.
pub const KINDS: &[Kind] = &[
    kind(
        "organisation",
        &[R::OrganisationsRead],
        Told(Fields::AllBut(&["contact", "applicant", "external_ids"])),
    ),
    kind("community", &[R::OrganisationsRead], Told(Fields::AllBut(&[]))),
    kind("user", &[R::MembersRead], Told(Fields::Only(&["network_role"]))),
    kind("session", &[R::MembersRead], Envelope),
    kind("member", &[R::MembersRead], Envelope),
    kind("invitation", &[R::MembersRead], Envelope),
    kind("access_token", &[R::TokensRead], Envelope),
    kind("visit", &[R::VisitsRead], UnlessDraft),
    kind("visit.delegate", &[R::VisitsRead], UnlessDraft),
    kind("visit.agenda_item", &[R::VisitsRead], UnlessDraft),
    kind("visit.discussion", &[R::VisitsRead], UnlessDraft),
    kind("commitment", &[R::VisitsRead], UnlessDraft),
    kind("programme", &[R::ProgrammesRead], UnlessDraft),
    kind("programme.activity", &[R::ProgrammesRead], UnlessDraft),
    kind("programme.progress", &[R::ProgrammesRead], UnlessDraft),
    kind("programme.indicator", &[R::ProgrammesRead], UnlessDraft),
    // Some come of donor links, and name them.
    kind("programme.contribution", &[R::ProgrammesRead, R::DonorsRead], Nothing),
    kind("project", &[R::ProjectsRead], Envelope),
    // Some name a donor.
    kind("project.receipt", &[R::ProjectsRead, R::DonorsRead], Nothing),
    kind("registration", &[R::RegistrationsRead], Envelope),
    kind("registration.requirement", &[R::RegistrationsRead], Envelope),
    kind("registration.obligation", &[R::RegistrationsRead], Envelope),
    kind("registration.note", &[R::RegistrationsRead], Envelope),
    kind("donor", &[R::DonorsRead], Nothing),
    kind("donor_link", &[R::DonorsRead], Nothing),
    kind("donor_link.pledge", &[R::DonorsRead], Nothing),
    kind("donor_link.disbursement", &[R::DonorsRead], Nothing),
];

/// A kind by its name.
pub fn kind_of(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}

/// Who reads the trail.
#[derive(Debug, Clone)]
pub struct Reader {
    /// The organisations whose trail it is, with what the caller may do in each.
    own: Vec<(OrganisationId, Rights)>,
    /// Whether the envelope over all is theirs.
    network: bool,
}

/// How much of an entry a reader is told.
#[derive(Debug, Clone, Copy)]
pub enum Look {
    /// All of it: it was done for this organisation.
    Own(OrganisationId),
    /// What was done: by others, and it concerns the reader's organisation.
    Concerned,
    /// The envelope, and the values of these fields.
    Envelope(Option<Fields>),
}

impl Look {
    /// Whether it is told which thing it was done to.
    pub fn tells_thing(self) -> bool {
        !matches!(self, Self::Envelope(None))
    }

    /// Whether it is told who did it, given for whom it was done.
    pub fn tells_person(self, on_behalf_of: Option<OrganisationId>) -> bool {
        match self {
            Self::Own(_) | Self::Envelope(_) => true,
            // Of another organisation's people it is told that they were its.
            Self::Concerned => on_behalf_of.is_none(),
        }
    }
}

/// What the rules ask of an entry.
#[derive(Debug, Clone, Copy)]
pub struct Head<'a> {
    /// The kind of thing.
    pub kind: &'a str,
    /// On whose behalf.
    pub on_behalf_of: Option<OrganisationId>,
    /// Whom it concerns.
    pub about: Option<OrganisationId>,
    /// What is reserved in it; none: nobody knows.
    pub reserved: Option<&'a str>,
}

impl Reader {
    /// The caller, as far as this right reaches: `audit:read`.
    pub fn of(caller: &Caller, sight: &Sight) -> Self {
        let own = sight.organisations().iter();
        let own = own.map(|seen| (seen.organisation, caller.rights_in(seen.organisation)));
        Self { own: own.collect(), network: sight.all_organisations() }
    }

    /// The organisations whose trail it is.
    pub fn own(&self) -> impl Iterator<Item = OrganisationId> {
        self.own.iter().map(|(organisation, _)| *organisation)
    }

    /// Whether the envelope over all is told.
    pub fn reads_all(&self) -> bool {
        self.network
    }

    /// Whether names of the organisation's members may be told.
    pub fn reads_members_of(&self, organisation: OrganisationId) -> bool {
        self.own.iter().any(|(own, rights)| *own == organisation && rights.contains(R::MembersRead))
    }

    /// How much of an entry is told; none: nothing, not even that it is there.
    pub fn look(&self, head: Head<'_>) -> Option<Look> {
        let kind = kind_of(head.kind)?;
        let of_donors = head.reserved == Some(Reserved::Donors.as_str());
        let needs = if of_donors { kind.needs.with(R::DonorsRead) } else { kind.needs };
        let in_trail_of = |wanted: Option<OrganisationId>| {
            let theirs = self.own.iter().find(|(own, _)| Some(*own) == wanted);
            theirs.filter(|(_, rights)| rights.contains_all(needs)).map(|(own, _)| *own)
        };
        if let Some(own) = in_trail_of(head.on_behalf_of) {
            return Some(Look::Own(own));
        }
        if in_trail_of(head.about).is_some() {
            return Some(Look::Concerned);
        }
        if !self.network || of_donors {
            return None;
        }
        match kind.network {
            Nothing => None,
            Envelope => Some(Look::Envelope(None)),
            UnlessDraft => {
                let known = head.reserved == Some(Reserved::None.as_str());
                known.then_some(Look::Envelope(None))
            }
            Told(fields) => Some(Look::Envelope(Some(fields))),
        }
    }
}

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Done by one of these people, or through one of these access tokens.
    pub actors: Vec<AnyId>,
    /// Done to things of these kinds.
    pub kinds: Vec<&'static str>,
    /// Done to these things.
    pub things: Vec<AnyId>,
    /// These actions.
    pub actions: Vec<String>,
}

/// What the filters ask of an entry, as far as the reader is told it: what is not told is not found by.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// The kind of thing.
    pub kind: &'a str,
    /// What was done.
    pub action: &'a str,
    /// Which thing.
    pub thing: Option<AnyId>,
    /// By whom.
    pub user: Option<AnyId>,
    /// Through which access token.
    pub token: Option<AnyId>,
}

impl Filter {
    /// Whether an entry is asked for.
    pub fn takes(&self, told: &Known<'_>) -> bool {
        let one_of = |asked: &[AnyId], found: &[Option<AnyId>]| {
            asked.is_empty() || asked.iter().any(|one| found.contains(&Some(*one)))
        };
        one_of(&self.actors, &[told.user, told.token])
            && one_of(&self.things, &[told.thing])
            && (self.kinds.is_empty() || self.kinds.contains(&told.kind))
            && (self.actions.is_empty() || self.actions.iter().any(|action| action == told.action))
    }
}
