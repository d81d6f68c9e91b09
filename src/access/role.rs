//! The roles that a member may hold in an organisation.

use crate::types::codes::codes;

codes! {
    /// What a member may do in an organisation; each role can do what the one before it can, and more.
    pub enum Role in "role" {
        /// Reads.
        Viewer = "viewer",
        /// Writes drafts, agendas, delegates, discussions, projects.
        Contributor = "contributor",
        /// Decides: proposes, accepts, approves.
        Coordinator = "coordinator",
        /// Signs, and manages people, tokens and the organisation itself.
        Admin = "admin",
    }
}

#[cfg(test)]
mod tests {
    use super::Role;

    #[test]
    fn roles_are_ordered_by_what_they_may() {
        assert!(Role::Viewer < Role::Contributor);
        assert!(Role::Contributor < Role::Coordinator);
        assert!(Role::Coordinator < Role::Admin);
        assert_eq!(Role::ALL.len(), 4);
    }
}
