//! What is carried out in a programme: helpers for the lists below it.

use super::*;

impl Three {
    /// Led by A, with B, C an outsider; under way.
    #[track_caller]
    pub fn active(&self) -> Plan {
        Plan::active(&[self.a(), self.b()], self.draft())
    }

    /// Led by A, with B and C; under way.
    #[track_caller]
    pub fn active_of_three(&self) -> Plan {
        let body = draft(&[(self.a(), "lead"), (self.b(), "implementing"), (&self.c, "funding")]);
        Plan::active(&[self.a(), self.b(), &self.c], body)
    }
}

impl Plan {
    pub fn below(&self, list: &str) -> String {
        format!("{}/{list}", self.path)
    }

    /// Adds an activity that B carries out, with more said of it; its path.
    #[track_caller]
    pub fn activity(&self, three: &Three, more: Value) -> String {
        let id =
            three.b().contributor.post(&self.below("activities"), activity(three.b(), more)).expect(201).id();
        format!("{}/{id}", self.below("activities"))
    }

    /// Its lead moves it on.
    #[track_caller]
    pub fn move_to(&self, lead: &Organisation, action: &str) {
        self.act(&lead.coordinator, action, json!({})).expect(200);
    }
}

/// The body of an activity that this partner carries out, with more.
pub fn activity(led_by: &Organisation, more: Value) -> Value {
    let body = json!({"title": ar("يوم علاجي"), "sector": "health", "led_by_organisation_id": led_by.id});
    with(body, more)
}

/// The body of a progress entry: so many women, in January 2026, not counted before.
pub fn women(count: i64) -> Value {
    json!({"period": january(), "reached": {"women": count}, "counting": "new_people"})
}

pub fn january() -> Value {
    json!({"starts_on": "2026-01-01", "ends_on": "2026-01-31"})
}

/// The body of a contribution in money.
pub fn cash(amount: &str, currency: &str) -> Value {
    json!({"kind": "cash", "money": {"amount": amount, "currency": currency}})
}

/// The same body with these members besides, or instead.
pub fn with(mut body: Value, more: Value) -> Value {
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

/// Whoever may not know that there are items gets 404 of all that can be done with one.
#[track_caller]
pub fn nothing_to_see(client: &Client, list: &str, item: &str) {
    client.get(list).problem("not-found").expect(404);
    client.get(item).problem("not-found").expect(404);
    client.post(list, json!({})).problem("not-found").expect(404);
}
