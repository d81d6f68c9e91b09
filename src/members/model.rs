//! Public types of members.

use crate::access::Role;
use crate::db::schema::members;
use crate::http::cursor::Cursor;
use crate::http::decode::At;
use crate::text::{LocalizedText, Name};
use crate::types::{CalendarDate, Email, Instant, Json, MemberId, OrganisationId, Phone, UserId};
use crate::{body, view};

view! {
    /// A person of an organisation. Only its own people see them here.
    pub struct Member in members {
        /// Its id.
        pub id: MemberId,
        /// Raised by every change.
        pub version: i64,
        /// Whose person it is.
        pub organisation_id: OrganisationId,
        /// What they are called.
        pub name: Json<Name>,
        /// How they are addressed.
        pub honorific: Option<Json<Name>>,
        /// Their office.
        pub title: Option<Json<LocalizedText>>,
        /// Their e-mail address.
        pub email: Option<String>,
        /// Their telephone.
        pub phone: Option<String>,
        /// Whether they sit in the executive bureau.
        pub is_executive: bool,
        /// Since when they belong to it.
        pub joined_on: Option<CalendarDate>,
        /// Since when they don't any more; null for those who do.
        pub left_on: Option<CalendarDate>,
        /// What they may do; null for those known by name only.
        pub role: Option<Role>,
        /// With which account they sign in; null for those known by name only, and once erased.
        pub user_id: Option<UserId>,
        /// When name, honorific, e-mail and phone were erased; null for those who have them still.
        pub erased_at: Option<Instant>,
        /// When they were entered.
        pub created_at: Instant,
        /// When their entry was last changed.
        pub updated_at: Instant,
    }
}

impl Member {
    /// As it is answered: an entry that was erased leads to nobody.
    #[must_use]
    pub fn shown(self) -> Self {
        let user_id = self.user_id.filter(|_| self.erased_at.is_none());
        Self { user_id, ..self }
    }

    /// Its place in lists.
    pub fn place_in_list(&self) -> Cursor {
        Cursor { created_at: self.created_at.micros(), id: self.id.uuid() }
    }
}

body! {
    /// A person to be entered, known by name only: who is to sign in is invited.
    pub struct NewMember {
        /// The client's own id (UUID v4 or v7).
        pub id: Option<MemberId>,
        /// What they are called.
        pub name: Name,
        /// How they are addressed.
        pub honorific: Option<Name>,
        /// Their office.
        pub title: Option<LocalizedText>,
        /// Their e-mail address.
        pub email: Option<Email>,
        /// Their telephone.
        pub phone: Option<Phone>,
        /// Whether they sit in the executive bureau.
        pub is_executive: Option<bool>,
        /// Since when they belong to it.
        pub joined_on: Option<CalendarDate>,
    }
    where check = new_goes_together
}

body! {
    /// What of a member may be changed.
    pub struct MemberChanges {
        /// What they are called.
        pub name: Name,
        /// How they are addressed.
        pub honorific: Option<Name>,
        /// Their office.
        pub title: Option<LocalizedText>,
        /// Their e-mail address.
        pub email: Option<Email>,
        /// Their telephone.
        pub phone: Option<Phone>,
        /// Whether they sit in the executive bureau.
        pub is_executive: Option<bool>,
        /// Since when they belong to it.
        pub joined_on: Option<CalendarDate>,
        /// What they may do: of those who sign in.
        pub role: Option<Role>,
    }
}

body! {
    /// The end of a membership.
    pub struct MemberEnd {
        /// Since when they don't belong to it; today when not said.
        pub left_on: Option<CalendarDate>,
    }
}

impl NewMember {
    /// What a member holds, without what only its making asks.
    pub fn details(self) -> MemberChanges {
        MemberChanges {
            name: self.name,
            honorific: self.honorific,
            title: self.title,
            email: self.email,
            phone: self.phone,
            is_executive: self.is_executive,
            joined_on: self.joined_on,
            role: None,
        }
    }
}

fn new_goes_together(new: &NewMember, at: &mut At<'_>) {
    crate::types::id::check_client_made(new.id.map(MemberId::uuid), at);
}
