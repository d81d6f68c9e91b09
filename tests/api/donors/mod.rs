//! Donors: who may know of one, and how what nobody may read is kept.

mod changed;
mod contact;
mod kept;
mod keys;
mod matches;
mod seen;

use crate::support::*;

pub const DONORS: &str = "/v1/donors";

/// A donor that only its owner knows of, with all that it may have.
pub fn secret() -> Value {
    json!({
        "name": {"ar": "الحاج بشير الطيّب", "en": "Bashir al-Tayyib"}, "kind": "individual",
        "interests": {
            "sectors": ["education", "health"],
            "places": [{"name": {"ar": "الكسمبر"}, "country": "SD", "admin1_pcode": "SD15", "admin2_pcode": "SD15032",
                        "latitude": 14.9, "longitude": 33.1}],
            "minimum": {"amount": "100000", "currency": "SDG"}, "maximum": {"amount": "5000000", "currency": "SDG"},
        },
        "contact": {
            "persons": [{"name": {"ar": "حفيظة بشير"}, "title": {"ar": "ابنته"}}],
            "email": "hafiza.bashir@tayyib.example", "phone": "0912777333", "notes": {"ar": "يُتصل بعد المغرب"},
        },
    })
}

/// The same, known to the network.
pub fn known() -> Value {
    let mut body = secret();
    body["name"] = json!({"ar": "مؤسسة النخيل", "en": "Nakheel Foundation"});
    body["kind"] = json!("foundation");
    body["visibility"] = json!("network");
    body
}

/// Enters a donor; its path.
#[track_caller]
pub fn enter(client: &Client, body: Value) -> String {
    format!("{DONORS}/{}", client.post(DONORS, body).expect(201).id())
}
