//! The rights, the roles, and which role holds which: one table, read by the guard, by
//! `GET /v1/permissions` and by the tests.

use serde_json::{Value, json};

use super::role::Role;
use crate::text::labels;
use crate::types::codes::codes;

codes! {
    /// What a call may ask for: a resource and what is done with it.
    pub enum Right in "right" {
        /// Reads organisations.
        OrganisationsRead = "organisations:read",
        /// Reads the members.
        MembersRead = "members:read",
        /// Reads projects.
        ProjectsRead = "projects:read",
        /// Reads visits.
        VisitsRead = "visits:read",
        /// Reads shared programmes.
        ProgrammesRead = "programmes:read",
        /// Enters and changes projects.
        ProjectsWrite = "projects:write",
        /// Drafts, agenda, delegates, discussions, commitments and their progress.
        VisitsWrite = "visits:write",
        /// Drafts, activities, progress, contributions pledged, indicators.
        ProgrammesWrite = "programmes:write",
        /// Adds communities.
        CommunitiesWrite = "communities:write",
        /// Propose … conclude, commit.
        VisitsDecide = "visits:decide",
        /// Every action of a programme but the signing ones.
        ProgrammesDecide = "programmes:decide",
        /// Confirms that contributions were received.
        ContributionsConfirm = "contributions:confirm",
        /// Enters receipts.
        ReceiptsWrite = "receipts:write",
        /// Reads donors and donor links.
        DonorsRead = "donors:read",
        /// Enters donors and donor links.
        DonorsWrite = "donors:write",
        /// Reads registration dossiers.
        RegistrationsRead = "registrations:read",
        /// Sign, accept-lead, take-over-lead.
        ProgrammesSign = "programmes:sign",
        /// Changes the organisation's particulars.
        OrganisationsWrite = "organisations:write",
        /// Members, their roles, invitations, reset codes.
        MembersWrite = "members:write",
        /// Enters registration dossiers.
        RegistrationsWrite = "registrations:write",
        /// Reads access tokens.
        TokensRead = "tokens:read",
        /// Makes and revokes access tokens.
        TokensWrite = "tokens:write",
        /// Reads webhooks.
        WebhooksRead = "webhooks:read",
        /// Makes and changes webhooks.
        WebhooksWrite = "webhooks:write",
        /// Reads the organisation's audit trail.
        AuditRead = "audit:read",
        /// Decides on the membership of organisations.
        NetworkOrganisations = "network:organisations",
        /// Sees and revokes tokens and sessions over all.
        NetworkTokens = "network:tokens",
        /// Reads the audit trail's envelope over all.
        NetworkAudit = "network:audit",
    }
}

mod set;

pub use set::Rights;

use Right as R;

/// What each role adds to the one before it. The domain's table, row by row.
const LADDER: [(Role, &[Right]); 4] = [
    (
        Role::Viewer,
        &[R::OrganisationsRead, R::MembersRead, R::ProjectsRead, R::VisitsRead, R::ProgrammesRead],
    ),
    (Role::Contributor, &[R::ProjectsWrite, R::VisitsWrite, R::ProgrammesWrite, R::CommunitiesWrite]),
    (
        Role::Coordinator,
        &[
            R::VisitsDecide,
            R::ProgrammesDecide,
            R::ContributionsConfirm,
            R::ReceiptsWrite,
            R::DonorsRead,
            R::DonorsWrite,
            R::RegistrationsRead,
        ],
    ),
    (
        Role::Admin,
        &[
            R::ProgrammesSign,
            R::OrganisationsWrite,
            R::MembersWrite,
            R::RegistrationsWrite,
            R::TokensRead,
            R::TokensWrite,
            R::WebhooksRead,
            R::WebhooksWrite,
            R::AuditRead,
        ],
    ),
];

/// The network administrator's role, which is the user's and no membership's.
pub const NETWORK_ADMIN: &str = "network_admin";

impl Right {
    /// Whether it only reads.
    pub fn is_read(self) -> bool {
        self.as_str().ends_with(":read")
    }

    /// Whether it is the network's and no organisation's.
    pub const fn is_network(self) -> bool {
        Rights::NETWORK_ADMIN.contains(self)
    }

    /// The network's right by which the same things are read over all organisations, where there is one.
    pub const fn over_all(self) -> Option<Right> {
        match self {
            Right::OrganisationsRead => Some(Right::NetworkOrganisations),
            Right::TokensRead => Some(Right::NetworkTokens),
            Right::AuditRead => Some(Right::NetworkAudit),
            _ => None,
        }
    }

    /// What it means, in Arabic and in English.
    pub fn meaning(self) -> (&'static str, &'static str) {
        label("right", self.as_str())
    }

    const fn bit(self) -> u64 {
        1 << self as u64
    }
}

impl Role {
    /// All that the role may do.
    pub const fn rights(self) -> Rights {
        let mut rights = Rights::NONE;
        let mut step = 0;
        while step < LADDER.len() {
            rights = rights.union(Rights::of(LADDER[step].1));
            if LADDER[step].0 as u8 == self as u8 {
                break;
            }
            step += 1;
        }
        rights
    }

    /// What it is called, in Arabic and in English.
    pub fn meaning(self) -> (&'static str, &'static str) {
        label("role", self.as_str())
    }
}

fn label(family: &str, code: &'static str) -> (&'static str, &'static str) {
    labels::get(&format!("{family}.{code}")).unwrap_or((code, code))
}

/// The answer of `GET /v1/permissions`: `roles[]` {`code`, `name`, `permissions[]`} and `permissions[]`
/// {`code`, `meaning`, `roles[]`}, the texts in Arabic and English.
pub fn permissions_document() -> Value {
    let both = |(ar, en): (&str, &str)| json!({ "ar": ar, "en": en });
    let network = label("role", NETWORK_ADMIN);
    let roles: Vec<(&str, (&str, &str), Rights)> = Role::ALL
        .iter()
        .map(|role| (role.as_str(), role.meaning(), role.rights()))
        .chain([(NETWORK_ADMIN, network, Rights::NETWORK_ADMIN)])
        .collect();
    let holders =
        |right| roles.iter().filter(|role| role.2.contains(right)).map(|role| role.0).collect::<Vec<_>>();
    json!({
        "roles": roles.iter().map(|(code, name, rights)| json!({
            "code": code, "name": both(*name), "permissions": rights,
        })).collect::<Vec<_>>(),
        "permissions": Right::ALL.iter().map(|right| json!({
            "code": right.as_str(), "meaning": both(right.meaning()), "roles": holders(*right),
        })).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The domain's table once more, written as the document has it.
    const TABLE: &[(&str, &[&str])] = &[
        (
            "organisations:read members:read projects:read visits:read programmes:read",
            &["viewer", "contributor", "coordinator", "admin"],
        ),
        (
            "projects:write visits:write programmes:write communities:write",
            &["contributor", "coordinator", "admin"],
        ),
        (
            "visits:decide programmes:decide contributions:confirm receipts:write donors:read donors:write registrations:read",
            &["coordinator", "admin"],
        ),
        (
            "programmes:sign organisations:write members:write registrations:write tokens:read tokens:write \
             webhooks:read webhooks:write audit:read",
            &["admin"],
        ),
    ];

    #[test]
    fn each_role_holds_what_the_domain_says_and_no_more() {
        let mut seen = Rights::NONE;
        for (codes, holders) in TABLE {
            for code in codes.split_whitespace() {
                let right: Right = code.parse().unwrap();
                seen = seen.with(right);
                for role in Role::ALL {
                    assert_eq!(
                        role.rights().contains(right),
                        holders.contains(&role.as_str()),
                        "{role} {code}"
                    );
                }
            }
        }
        assert_eq!(seen, Role::Admin.rights());
        let all: Rights = Right::ALL.iter().copied().collect();
        assert_eq!(seen.union(Rights::NETWORK_ADMIN), all, "nothing but the network's is left over");
        assert!(seen.intersection(Rights::NETWORK_ADMIN).is_empty());
    }

    #[test]
    fn everything_has_a_meaning_in_both_languages() {
        for right in Right::ALL {
            assert!(labels::get(&format!("right.{}", right.as_str())).is_some(), "{right}");
        }
        for role in Role::ALL.iter().map(|role| role.as_str()).chain([NETWORK_ADMIN]) {
            assert!(labels::get(&format!("role.{role}")).is_some(), "{role}");
        }
    }

    #[test]
    fn the_document_says_both_ways() {
        let document = permissions_document();
        assert_eq!(document["roles"].as_array().unwrap().len(), 5);
        assert_eq!(document["permissions"].as_array().unwrap().len(), Right::ALL.len());
        assert_eq!(document["roles"][0]["name"]["ar"], "مطّلع");
        assert_eq!(document["permissions"][0]["code"], "organisations:read");
        assert_eq!(
            document["permissions"][0]["roles"],
            json!(["viewer", "contributor", "coordinator", "admin"])
        );
        assert_eq!(
            document["roles"][4]["permissions"],
            json!(["network:organisations", "network:tokens", "network:audit"])
        );
    }
}
