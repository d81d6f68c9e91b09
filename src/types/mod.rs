//! The values that every resource is made of: ids, instants, dates, places, ways of contact, money, codes.
//!
//! A value that exists is valid: each is made by decoding a body, by parsing, or from the database that holds
//! what was decoded before.

pub mod area;
pub mod beneficiaries;
pub mod channel;
pub mod clock;
pub mod codes;
pub mod contact;
pub mod date;
pub mod decimal;
pub mod given;
pub mod id;
pub mod instant;
pub mod json;
pub mod money;
pub mod network;
pub mod people;
pub mod period;
pub mod place;
pub mod quantity;
pub mod sectors;

pub use beneficiaries::{Beneficiaries, NewBeneficiaries};
pub use channel::Channel;
pub use clock::{Clock, IdMaker};
pub use contact::{Email, Phone};
pub use date::{CalendarDate, TimeOfDay, TimeZoneName, Weekday};
pub use id::{
    AccessTokenId, ActivityId, AgendaItemId, AnyId, CommitmentId, CommunityId, ContributionId, DelegateId,
    DisbursementId, DiscussionId, DonorId, DonorLinkId, EntryId, IndicatorId, InvitationId, MemberId, NoteId,
    ObligationId, OrganisationId, PledgeId, ProgrammeId, ProgressId, ProjectId, ReceiptId, RegistrationId,
    RequirementId, SessionId, UserId, VisitId, parse_uuid,
};
pub use instant::Instant;
pub use json::Json;
pub use money::{CurrencyCode, Money};
pub use period::Period;
pub use place::Place;
pub use quantity::Quantity;
pub use sectors::Sector;
