//! How a donor is reached, and who may know.

use super::*;

on_both_engines! {
    fn it_is_the_owner_s_alone(world: World) {
        let (a, b) = (&world.a, &world.b);
        for body in [secret(), known()] {
            let path = format!("{}/contact", enter(&a.coordinator, body));
            let read = a.coordinator.get(&path).expect(200);
            assert_eq!(read.json()["email"], "hafiza.bashir@tayyib.example");
            assert_eq!(read.json()["phone"], "+249912777333");
            assert_eq!(read.json()["persons"][0]["title"]["ar"], "ابنته");
            b.admin.get(&path).problem("not-found").expect(404);
            b.admin.patch(&path, json!({"phone": null})).if_match("*").problem("not-found").expect(404);
            world.network_admin.get(&path).problem("forbidden").expect(403);
        }
    }
}
