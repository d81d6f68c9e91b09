//! Who knows of a donor, and what leaks nowhere.

use super::*;

on_both_engines! {
    fn one_that_nobody_else_knows_of(world: World) {
        let (a, b) = (&world.a, &world.b);
        let made = a.coordinator.post(DONORS, secret()).expect(201);
        let path = format!("{DONORS}/{}", made.id());
        assert_eq!(made.header("location"), Some(path.as_str()));
        let donor = made.json();
        assert_eq!((&donor["visibility"], &donor["version"]), (&json!("owner"), &json!(1)));
        assert_eq!(donor["organisation_id"], a.id.to_string());
        assert_eq!(donor["name"]["ar"], "الحاج بشير الطيّب");
        assert_eq!(donor["interests"]["maximum"], json!({"amount": "5000000.00", "currency": "SDG"}));
        assert!(donor.get("contact").is_none(), "{donor}");
        assert_eq!(a.admin.get(&path).expect(200).json(), donor);
        assert_eq!(a.admin.get(DONORS).expect(200).data(), [donor]);
        for other in [&b.coordinator, &b.admin] {
            other.get(&path).problem("not-found").expect(404);
            assert!(other.get(DONORS).expect(200).data().is_empty());
        }
        for unable in [&a.viewer, &a.contributor, &world.network_admin] {
            unable.get(&path).problem("forbidden").expect(403);
            unable.get(DONORS).problem("forbidden").expect(403);
        }
    }
}
