//! `/v1/organisations`.
//!
//! - [`reading`]: list, one, contact; [`entering`]: applications, new members, changes;
//! - [`standing`]: the steps from one status to another; [`admins`]: an admin for one that has none.

pub mod admins;
pub mod entering;
pub mod reading;
pub mod standing;

use super::bodies::{MaybeReasoned, NewAdminInvitation, NewOrganisation, OrganisationChanges, Reasoned};
use super::codes::{LegalForm, OrganisationStatus};
use super::contact::Contact;
use super::model::{AdminInvitation, Organisation, WithSecrets};
use crate::access::Right;
use crate::http::operation::{Operation, VersionNeed};
use crate::http::query::PcodeBeginning;
use crate::invitations::model::IssuedInvitation;
use crate::types::{CommunityId, Sector};

/// The operations of this room.
pub fn operations() -> Vec<Operation> {
    [particulars(), decisions(), own_steps(), admin_operations()].concat()
}

fn particulars() -> Vec<Operation> {
    vec![
        Operation::get("/v1/organisations", "listOrganisations", reading::list)
            .summary("Organisations, newest first")
            .description(
                "The members of the network and those that were; applications for the network's admin alone.",
            )
            .needs_any_of(&[Right::OrganisationsRead, Right::NetworkOrganisations])
            .filter_many::<OrganisationStatus>("status", "Where it stands.")
            .filter_many::<Sector>("sector", "A field of work.")
            .filter_many::<LegalForm>("legal_form", "What kind of body it is.")
            .filter_many::<CommunityId>("community_id", "A community that it serves.")
            .filter::<PcodeBeginning>("place", "A P-code or its beginning, of a community that it serves.")
            .filter_many::<reading::ExternalIdPair>("external_id", "`scheme:value`, where the caller may see it.")
            .filter::<String>("q", "Words of the names, folded.")
            .pages::<Organisation>("A page of organisations."),
        Operation::post("/v1/organisations", "createOrganisation", entering::create)
            .summary("Applies for membership; the network's admin enters a member")
            .description(
                "A stranger's is an application with an `applicant`, answered `applied` with a `status_token`, \
                 shown once, for the header `Awasir-Status-Token`. The network admin's is `active`, and with `admin` \
                 it answers that person's `invitation`.",
            )
            .public_but_rare()
            .body::<NewOrganisation>()
            .creates::<WithSecrets>("The organisation."),
        Operation::get("/v1/organisations/{id}", "readOrganisation", reading::read)
            .summary("One organisation")
            .description("An applicant reads theirs with the header `Awasir-Status-Token`.")
            .public()
            .ok::<Organisation>("The organisation."),
        Operation::patch("/v1/organisations/{id}", "changeOrganisation", entering::change)
            .summary("Changes an organisation's particulars")
            .description("`contact` is changed here and answered by `…/contact` alone.")
            .needs(Right::OrganisationsWrite)
            .body::<OrganisationChanges>()
            .ok::<Organisation>("The organisation as it is now."),
        Operation::get("/v1/organisations/{id}/contact", "readOrganisationContact", reading::contact)
            .summary("How an organisation is reached")
            .description("Each way by its own visibility; reading by others is journaled.")
            .needs(Right::OrganisationsRead)
            .without_head()
            .ok::<Contact>("What the caller may see of it."),
    ]
}

/// The network admin's steps differ in name and in whether they say why.
macro_rules! decision {
    ($path:literal, $id:literal, $handler:path, $summary:literal, $body:ty, $answer:ty) => {
        Operation::post($path, $id, $handler)
            .summary($summary)
            .needs(Right::NetworkOrganisations)
            .version(VersionNeed::Optional)
            .optional_body::<$body>()
            .ok::<$answer>("The organisation as it is now.")
    };
}

fn decisions() -> Vec<Operation> {
    vec![
        decision!(
            "/v1/organisations/{id}/approve",
            "approveOrganisation",
            standing::approve,
            "Admits an applicant, and invites them as the organisation's admin",
            MaybeReasoned,
            WithSecrets
        ),
        decision!(
            "/v1/organisations/{id}/return",
            "returnOrganisation",
            standing::hand_back,
            "Asks the applicant for more",
            Reasoned,
            Organisation
        ),
        decision!(
            "/v1/organisations/{id}/reject",
            "rejectOrganisation",
            standing::reject,
            "Refuses an application",
            Reasoned,
            Organisation
        ),
        decision!(
            "/v1/organisations/{id}/suspend",
            "suspendOrganisation",
            standing::suspend,
            "Suspends a membership, at once",
            Reasoned,
            Organisation
        ),
        decision!(
            "/v1/organisations/{id}/reinstate",
            "reinstateOrganisation",
            standing::reinstate,
            "Ends a suspension",
            MaybeReasoned,
            Organisation
        ),
        decision!(
            "/v1/organisations/{id}/dissolve",
            "dissolveOrganisation",
            standing::dissolve,
            "Records that an organisation is no more",
            Reasoned,
            Organisation
        ),
    ]
}

/// The steps of the applicant and of the organisation itself.
fn own_steps() -> Vec<Operation> {
    vec![
        Operation::post("/v1/organisations/{id}/resubmit", "resubmitOrganisation", standing::resubmit)
            .summary("Applies again, with the fields that changed")
            .description(
                "By the applicant, with the header `Awasir-Status-Token`; of an organisation that left, by its \
                 own admins. The body is a merge patch.",
            )
            .public_but_rare()
            .version(VersionNeed::Optional)
            .optional_changes::<OrganisationChanges>()
            .ok::<Organisation>("The application as it is now."),
        Operation::post("/v1/organisations/{id}/leave", "leaveNetwork", standing::leave)
            .summary("Leaves the network: the organisation's own admins")
            .needs(Right::OrganisationsWrite)
            .version(VersionNeed::Optional)
            .optional_body::<MaybeReasoned>()
            .ok::<Organisation>("The organisation as it is now."),
    ]
}

fn admin_operations() -> Vec<Operation> {
    vec![
        Operation::post("/v1/organisations/{id}/admin-invitation", "inviteAdmin", admins::invite)
            .summary("Invites an admin for an organisation that has none")
            .description(
                "Journaled, shown to every member, and usable after 72 hours unless a member who signs in objects. Where it has an \
                 e-mail address and this server sends mail, it is mailed then.",
            )
            .needs(Right::NetworkOrganisations)
            .body::<NewAdminInvitation>()
            .answers::<IssuedInvitation>(actix_web::http::StatusCode::CREATED, "The invitation."),
        Operation::get("/v1/organisations/{id}/admin-invitation", "readAdminInvitation", admins::read)
            .summary("The last admin invitation, for the organisation's people")
            .needs(Right::MembersRead)
            .ok::<AdminInvitation>("The invitation, without what opens it."),
        Operation::post(
            "/v1/organisations/{id}/admin-invitation/object",
            "objectToAdminInvitation",
            admins::object,
        )
        .summary("Objects to the admin invitation, which ends it: any member who signs in")
        .needs(Right::MembersRead)
        .ok::<AdminInvitation>("The invitation as it is now."),
    ]
}
