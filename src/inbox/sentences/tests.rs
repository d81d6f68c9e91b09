use std::collections::BTreeMap;

use super::*;
use crate::inbox::rules::is_masculine;
use crate::organisations::codes::LegalForm;
use crate::types::{Json, OrganisationId};

mod owed;

fn day(text: &str) -> CalendarDate {
    text.parse().unwrap()
}

const TODAY: &str = "2025-07-10";

fn called(ar: &str, en: &str) -> Called {
    Called { name: crate::text::Name::of([("ar", ar), ("en", en)]).unwrap(), masculine: false }
}

fn told(matter: &Matter, called: Option<&Called>) -> (String, String) {
    let text = sentence(matter, called, day(TODAY)).unwrap();
    (text.get("ar").unwrap().to_owned(), text.get("en").unwrap().to_owned())
}

fn visit(receives: bool, others: u64, stage: Stage, called: &Called) -> (String, String) {
    let trip = Trip { receives, first: OrganisationId(uuid::Uuid::nil()), others };
    told(&Matter::Visit(trip, stage), Some(called))
}

fn commitment(what: LocalizedText, due_on: &str) -> (String, String) {
    told(&Matter::Commitment(Json::new(&what).unwrap(), day(due_on)), None)
}

#[test]
fn every_stage_from_both_sides() {
    let (on, since) = (day("2025-07-04"), day("2025-07-07"));
    let wadi = called("جمعية الوادي", "Wadi Association");
    for (stage, [received, receiving], [visiting, going]) in [
        (
            Stage::AskedFor { on },
            [
                "تقترح جمعية الوادي زيارتكم يوم الجمعة 4 يوليو 2025، بانتظار ردّكم",
                "Wadi Association proposes to visit you on Friday 4 July 2025; your answer is awaited",
            ],
            [
                "تدعوكم جمعية الوادي إلى زيارة يوم الجمعة 4 يوليو 2025، بانتظار ردّكم",
                "Wadi Association invites you to a visit on Friday 4 July 2025; your answer is awaited",
            ],
        ),
        (
            Stage::Unanswered { on },
            [
                "زيارة جمعية الوادي إليكم يوم الجمعة 4 يوليو 2025، بانتظار ردّكم",
                "The visit of Wadi Association to you on Friday 4 July 2025; your answer is awaited",
            ],
            [
                "زيارتكم إلى جمعية الوادي يوم الجمعة 4 يوليو 2025، بانتظار ردّكم",
                "Your visit to Wadi Association on Friday 4 July 2025; your answer is awaited",
            ],
        ),
        (
            Stage::HeldUnanswered { on },
            [
                "زيارة جمعية الوادي إليكم يوم الجمعة 4 يوليو 2025 سُجّل أنها تمّت، بانتظار ردّكم",
                "The visit of Wadi Association to you on Friday 4 July 2025 was recorded as held; your answer is awaited",
            ],
            [
                "زيارتكم إلى جمعية الوادي يوم الجمعة 4 يوليو 2025 سُجّل أنها تمّت، بانتظار ردّكم",
                "Your visit to Wadi Association on Friday 4 July 2025 was recorded as held; your answer is awaited",
            ],
        ),
        (
            Stage::Come,
            [
                "حان موعد زيارة جمعية الوادي إليكم، بانتظار تسجيل أنها تمّت",
                "The day of the visit of Wadi Association to you has come; it is to be recorded as held",
            ],
            [
                "حان موعد زيارتكم إلى جمعية الوادي، بانتظار تسجيل أنها تمّت",
                "The day of your visit to Wadi Association has come; it is to be recorded as held",
            ],
        ),
        (
            Stage::Unreported { on },
            [
                "زيارة جمعية الوادي إليكم تمّت منذ 6 أيام، بانتظار رفع تقريرها",
                "The visit of Wadi Association to you was held 6 days ago; its report is awaited",
            ],
            [
                "زيارتكم إلى جمعية الوادي تمّت منذ 6 أيام، بانتظار رفع تقريرها",
                "Your visit to Wadi Association was held 6 days ago; its report is awaited",
            ],
        ),
        (
            Stage::Unapproved { since },
            [
                "تقرير زيارة جمعية الوادي إليكم بانتظار اعتمادكم منذ 3 أيام",
                "The report of the visit of Wadi Association to you has awaited your approval for 3 days",
            ],
            [
                "تقرير زيارتكم إلى جمعية الوادي بانتظار اعتمادكم منذ 3 أيام",
                "The report of your visit to Wadi Association has awaited your approval for 3 days",
            ],
        ),
        (
            Stage::Silent { since: day("2025-06-09") },
            [
                "تقرير زيارة جمعية الوادي إليكم بانتظار بقية الاعتمادات منذ 31 يومًا، ويمكنكم إقفال الزيارة",
                "The report of the visit of Wadi Association to you has awaited the other approvals for 31 days; you may \
                 conclude the visit",
            ],
            [
                "تقرير زيارتكم إلى جمعية الوادي بانتظار بقية الاعتمادات منذ 31 يومًا، ويمكنكم إقفال الزيارة",
                "The report of your visit to Wadi Association has awaited the other approvals for 31 days; you may conclude \
                 the visit",
            ],
        ),
        (
            Stage::ConcludedUnapproved,
            [
                "أُقفلت زيارة جمعية الوادي إليكم دون اعتمادكم تقريرها، ولا يزال بإمكانكم اعتماده",
                "The visit of Wadi Association to you was concluded without your approval of its report; you may still \
                 approve it",
            ],
            [
                "أُقفلت زيارتكم إلى جمعية الوادي دون اعتمادكم تقريرها، ولا يزال بإمكانكم اعتماده",
                "Your visit to Wadi Association was concluded without your approval of its report; you may still approve it",
            ],
        ),
    ] {
        assert_eq!(visit(true, 0, stage, &wadi), (received.into(), receiving.into()));
        assert_eq!(visit(false, 0, stage, &wadi), (visiting.into(), going.into()));
    }
}

#[test]
fn days_are_said_as_people_say_them() {
    let wadi = called("جمعية الوادي", "Wadi");
    for (off, ar, en) in [
        (0, "اليوم", "today"),
        (-1, "أمس", "yesterday"),
        (-2, "منذ يومين", "2 days ago"),
        (-11, "منذ 11 يومًا", "11 days ago"),
        (-100, "منذ 100 يوم", "100 days ago"),
        // Where the visit's own zone is ahead of the network's.
        (1, "اليوم", "today"),
    ] {
        let held = Stage::Unreported { on: day(TODAY).plus_days(off).unwrap() };
        let (said_ar, said_en) = visit(false, 0, held, &wadi);
        assert_eq!(said_ar, format!("زيارتكم إلى جمعية الوادي تمّت {ar}، بانتظار رفع تقريرها"));
        assert_eq!(said_en, format!("Your visit to Wadi was held {en}; its report is awaited"));
    }
    for (off, ar, en) in [
        (0, "منذ اليوم", "since today"),
        (-1, "منذ يوم", "for 1 day"),
        (-2, "منذ يومين", "for 2 days"),
        (-12, "منذ 12 يومًا", "for 12 days"),
    ] {
        let asked = Stage::Unapproved { since: day(TODAY).plus_days(off).unwrap() };
        let (said_ar, said_en) = visit(false, 0, asked, &wadi);
        assert_eq!(said_ar, format!("تقرير زيارتكم إلى جمعية الوادي بانتظار اعتمادكم {ar}"));
        assert_eq!(said_en, format!("The report of your visit to Wadi has awaited your approval {en}"));
    }
}

#[test]
fn the_others_are_counted() {
    let (on, wadi) = (day("2025-07-04"), called("جمعية الوادي", "Wadi"));
    for (others, does, after, en) in [
        (1, "جمعية الوادي وجهة أخرى", "جمعية الوادي وجهة أخرى", "Wadi and 1 other organisation"),
        (2, "جمعية الوادي وجهتان أخريان", "جمعية الوادي وجهتين أخريين", "Wadi and 2 other organisations"),
        (3, "جمعية الوادي و3 جهات أخرى", "جمعية الوادي و3 جهات أخرى", "Wadi and 3 other organisations"),
        (10, "جمعية الوادي و10 جهات أخرى", "جمعية الوادي و10 جهات أخرى", "Wadi and 10 other organisations"),
        (11, "جمعية الوادي و11 جهة أخرى", "جمعية الوادي و11 جهة أخرى", "Wadi and 11 other organisations"),
        (100, "جمعية الوادي و100 جهة أخرى", "جمعية الوادي و100 جهة أخرى", "Wadi and 100 other organisations"),
    ] {
        let (said_ar, said_en) = visit(true, others, Stage::AskedFor { on }, &wadi);
        assert_eq!(said_ar, format!("تقترح {does} زيارتكم يوم الجمعة 4 يوليو 2025، بانتظار ردّكم"));
        assert_eq!(
            said_en,
            format!("{en} propose to visit you on Friday 4 July 2025; your answer is awaited")
        );
        let (said_ar, said_en) = visit(false, others, Stage::AskedFor { on }, &wadi);
        assert_eq!(said_ar, format!("تدعوكم {does} إلى زيارة يوم الجمعة 4 يوليو 2025، بانتظار ردّكم"));
        assert!(said_en.starts_with(&format!("{en} invite you to a visit on ")), "{said_en}");
        let (said_ar, said_en) = visit(false, others, Stage::Unanswered { on }, &wadi);
        assert_eq!(said_ar, format!("زيارتكم إلى {after} يوم الجمعة 4 يوليو 2025، بانتظار ردّكم"));
        assert!(said_en.starts_with(&format!("Your visit to {en} on ")), "{said_en}");
        let (said_ar, _) = visit(true, others, Stage::Unanswered { on }, &wadi);
        assert_eq!(said_ar, format!("زيارة {after} إليكم يوم الجمعة 4 يوليو 2025، بانتظار ردّكم"));
        // What agrees here agrees with the visit and its report, however many came.
        let (said_ar, said_en) = visit(true, others, Stage::ConcludedUnapproved, &wadi);
        let late = "دون اعتمادكم تقريرها، ولا يزال بإمكانكم اعتماده";
        assert_eq!(said_ar, format!("أُقفلت زيارة {after} إليكم {late}"));
        assert!(
            said_en.starts_with(&format!("The visit of {en} to you was concluded without your approval"))
        );
    }
}

#[test]
fn verbs_agree_with_the_form_of_who_does_it() {
    let stage = Stage::AskedFor { on: day("2025-07-04") };
    let verbs: BTreeMap<LegalForm, [String; 2]> = LegalForm::ALL
        .iter()
        .map(|form| {
            let who = Called { masculine: is_masculine(*form), ..called("الوادي", "Wadi") };
            let verb = |receives, others| {
                let (said, _) = visit(receives, others, stage, &who);
                said.split_once(' ').unwrap().0.to_owned()
            };
            // The verb stands before them, so how many follow doesn't change it.
            assert_eq!((verb(true, 0), verb(false, 0)), (verb(true, 2), verb(false, 2)));
            (*form, [verb(true, 0), verb(false, 0)])
        })
        .collect();
    for (form, verbs) in verbs {
        let expected = if form == LegalForm::Endowment {
            ["يقترح", "يدعوكم"]
        } else {
            ["تقترح", "تدعوكم"]
        };
        assert_eq!(verbs, expected, "{form}");
    }
}

#[test]
fn a_name_of_the_other_direction_is_set_apart() {
    let on = day("2025-07-04");
    let only = |tag: &str, name: &str| Called {
        name: crate::text::Name::of([(tag, name)]).unwrap(),
        masculine: false,
    };
    let (ar, en) = visit(false, 1, Stage::Unanswered { on }, &only("en", "Wadi Aid"));
    assert_eq!(ar, "زيارتكم إلى \u{2068}Wadi Aid\u{2069} وجهة أخرى يوم الجمعة 4 يوليو 2025، بانتظار ردّكم");
    assert_eq!(
        en,
        "Your visit to Wadi Aid and 1 other organisation on Friday 4 July 2025; your answer is awaited"
    );
    let (ar, en) = visit(false, 0, Stage::Unanswered { on }, &only("ar", "جمعية الوادي"));
    assert_eq!(ar, "زيارتكم إلى جمعية الوادي يوم الجمعة 4 يوليو 2025، بانتظار ردّكم");
    assert_eq!(
        en,
        "Your visit to \u{2068}جمعية الوادي\u{2069} on Friday 4 July 2025; your answer is awaited"
    );
    let (_, en) = visit(false, 0, Stage::Unanswered { on }, &only("ar-Latn", "Jam'iyat al-Wadi"));
    assert_eq!(en, "Your visit to Jam'iyat al-Wadi on Friday 4 July 2025; your answer is awaited");
}

#[test]
fn commitments_say_how_far_their_day_is() {
    let what = LocalizedText::of([("ar", "تجهيز فصلين"), ("en", "Two classrooms")]).unwrap();
    for (due_on, ar, en) in [
        ("2025-07-24", "وموعده بعد 14 يومًا", ", due in 14 days"),
        ("2025-07-13", "وموعده بعد 3 أيام", ", due in 3 days"),
        ("2025-07-12", "وموعده بعد يومين", ", due in 2 days"),
        ("2025-07-11", "وموعده غدًا", ", due tomorrow"),
        ("2025-07-10", "وموعده اليوم", ", due today"),
        ("2025-07-09", "وتجاوز موعده منذ يوم", ", overdue by 1 day"),
        ("2025-07-08", "وتجاوز موعده منذ يومين", ", overdue by 2 days"),
        ("2025-07-07", "وتجاوز موعده منذ 3 أيام", ", overdue by 3 days"),
        ("2025-06-29", "وتجاوز موعده منذ 11 يومًا", ", overdue by 11 days"),
        ("2025-04-01", "وتجاوز موعده منذ 100 يوم", ", overdue by 100 days"),
    ] {
        let expected =
            (format!("التزمتم بـ«تجهيز فصلين» {ar}"), format!("You committed to “Two classrooms”{en}"));
        assert_eq!(commitment(what.clone(), due_on), expected);
    }
}

#[test]
fn a_long_commitment_is_told_by_its_beginning() {
    let long = "توريد مئتي بطانية\nومئة حصيرة إلى مركز الإيواء، ومتابعة توزيعها على الأسر النازحة في القرية";
    let what = LocalizedText::of([("ar", long)]).unwrap();
    let (ar, en) = commitment(what, TODAY);
    assert_eq!(ar, "التزمتم بـ«توريد مئتي بطانية ومئة حصيرة إلى مركز…» وموعده اليوم");
    assert_eq!(en, "You committed to “\u{2068}توريد مئتي بطانية ومئة حصيرة إلى مركز…\u{2069}”, due today");
    assert_eq!(shortened(&"أ".repeat(41)), format!("{}…", "أ".repeat(40)));
    assert_eq!(shortened(&"أ".repeat(40)), "أ".repeat(40));
    let latin = LocalizedText::of([("en", "Solar pump")]).unwrap();
    assert_eq!(commitment(latin, TODAY).0, "التزمتم بـ«\u{2068}Solar pump\u{2069}» وموعده اليوم");
}

#[test]
fn programmes_say_what_they_ask() {
    let title = crate::text::Name::of([("ar", "كفالة الأيتام"), ("en", "Orphans")]).unwrap();
    let (since, until, today) = (day("2025-07-07"), day("2025-08-09"), day(TODAY));
    for (ask, ar, en) in [
        (
            Ask::Terms { since },
            "بنود برنامج «كفالة الأيتام» بانتظار توقيعكم منذ 3 أيام",
            "The terms of the programme “Orphans” have awaited your signature for 3 days",
        ),
        (
            Ask::Amendment { since },
            "تعديل بنود برنامج «كفالة الأيتام» بانتظار توقيعكم منذ 3 أيام",
            "The amendment of the programme “Orphans” has awaited your signature for 3 days",
        ),
        (
            Ask::Removal { until },
            "إخراج شريك من برنامج «كفالة الأيتام» بانتظار توقيعكم، ومهلته حتى السبت 9 أغسطس 2025",
            "The removal of a partner from the programme “Orphans” awaits your signature; its notice runs until \
             Saturday 9 August 2025",
        ),
        (
            Ask::Lead,
            "عُرضت عليكم قيادة برنامج «كفالة الأيتام»، بانتظار ردّكم",
            "You were offered the lead of the programme “Orphans”; your answer is awaited",
        ),
    ] {
        assert_eq!(
            (programme_ar(&title, ask, today), programme_en(&title, ask, today)),
            (ar.to_owned(), en.to_owned())
        );
    }
}

#[test]
fn a_contribution_agrees_with_its_giver() {
    let title = crate::text::Name::of([("ar", "كفالة الأيتام"), ("en", "Orphans")]).unwrap();
    let nobody = uuid::Uuid::nil();
    let given = Given { programme: nobody.into(), by: OrganisationId(nobody), on: day("2025-07-08") };
    for (masculine, verb) in [(false, "تعهّدت"), (true, "تعهّد")] {
        let giver = Called { masculine, ..called("جمعية الوادي", "Wadi") };
        assert_eq!(
            contribution_ar(given, &title, &giver, day(TODAY)),
            format!(
                "مساهمة {verb} بها جمعية الوادي في برنامج «كفالة الأيتام» منذ يومين، بانتظار تأكيد استلامها"
            )
        );
    }
    assert_eq!(
        contribution_en(given, &title, &called("جمعية الوادي", "Wadi"), day(TODAY)),
        "Wadi pledged a contribution to the programme “Orphans” 2 days ago; its receipt is to be confirmed"
    );
}

fn name(ar: &str, en: &str) -> Name {
    Name::of([("ar", ar), ("en", en)]).unwrap()
}
