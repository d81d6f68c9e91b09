//! Many at once: no receipt is lost from the sums, none is counted twice, none is left without its project.

use super::*;
use crate::races::at_once_by;

const WRITERS: usize = 32;

on_both_engines! {
    /// Thirty-two enter receipts, change and remove some: the sums are those of what is there.
    fn sums_under_many_writers(world: World) {
        let a = &world.a;
        let path = entered(a, json!({"budget": money("1000000", "SDG")}));
        let list = format!("{path}/receipts");
        a.coordinator.token();
        a.viewer.token();
        let replies = at_once_by(WRITERS, |n| {
            let n = n + 1;
            let made = a.coordinator.post(&list, cash(&n.to_string(), "SDG")).send();
            let receipt = format!("{list}/{}", made.id());
            // What is read in between is a sum of some of them.
            let seen = amounts(&a.viewer, &path);
            assert_eq!(seen[2], seen[3]);
            match n % 4 {
                0 => a.coordinator.delete(&receipt).version(1).expect(204),
                1 => a.coordinator.patch(&receipt, json!({"money": money(&n.to_string(), "USD")})).version(1).expect(200),
                _ => made,
            }
        });
        let of = |rest: &[usize]| (1..=WRITERS).filter(|n| rest.contains(&(n % 4))).sum::<usize>();
        let sums = json!([money(&format!("{}.00", of(&[2, 3])), "SDG"), money(&format!("{}.00", of(&[1])), "USD")]);
        let seen = amounts(&a.viewer, &path);
        assert_eq!((&seen[2], &seen[3]), (&sums, &sums), "{} answers", replies.len());
        assert_eq!(seen[4], money(&format!("{}.00", 1_000_000 - of(&[2, 3])), "SDG"));
        assert_eq!(a.viewer.get(&format!("{list}?limit=200")).expect(200).data().len(), WRITERS - WRITERS / 4);
    }

    /// A project is removed while a receipt, or an agenda that names it, is written: one of the two is refused.
    fn removed_meanwhile(world: World) {
        let a = &world.a;
        a.coordinator.token();
        let visit = a.contributor.post("/v1/visits", crate::visits::draft(&world)).expect(201).id();
        for _ in 0..6 {
            let path = entered(a, json!({}));
            let replies = at_once_by(3, |n| match n {
                0 => a.coordinator.delete(&path).version(1).send(),
                1 => a.coordinator.post(&format!("{path}/receipts"), cash("5", "SDG")).send(),
                _ => {
                    let item = json!({"kind": "presentation", "title": ar("عرض"), "project_ids": [id_of(&path)]});
                    a.coordinator.post(&format!("/v1/visits/{visit}/agenda"), item).send()
                }
            });
            let [removed, received, named] = [0, 1, 2].map(|n| replies[n].status);
            let there = a.viewer.get(&path).send().status == 200;
            assert_eq!(removed, if there { 409 } else { 204 });
            // Once it is gone, what came for it and what names it never was; what was refused found it gone.
            for (status, refused) in [(received, 404), (named, 422)] {
                assert!(status == refused || (there && status == 201), "{status}, and it is there: {there}");
            }
            assert!(!there || [received, named].contains(&201));
        }
    }
}
