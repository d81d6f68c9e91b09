//! What an organisation owes to authorities, and to its own machines.

use super::*;

#[test]
fn what_a_registration_asks() {
    let authority = Json::new(&name("مفوضية العون الإنساني", "the Humanitarian Aid Commission")).unwrap();
    for (until, ar, en) in [
        (
            "2025-09-08",
            "تنتهي صلاحية تسجيلكم لدى مفوضية العون الإنساني بعد 60 يومًا، بانتظار تجديده",
            "Your registration with the Humanitarian Aid Commission expires in 60 days; it is to be renewed",
        ),
        (
            TODAY,
            "تنتهي صلاحية تسجيلكم لدى مفوضية العون الإنساني اليوم، بانتظار تجديده",
            "Your registration with the Humanitarian Aid Commission expires today; it is to be renewed",
        ),
        (
            "2025-07-09",
            "انتهت صلاحية تسجيلكم لدى مفوضية العون الإنساني أمس، بانتظار تجديده",
            "Your registration with the Humanitarian Aid Commission expired yesterday; it is to be renewed",
        ),
        (
            "2025-07-08",
            "انتهت صلاحية تسجيلكم لدى مفوضية العون الإنساني منذ يومين، بانتظار تجديده",
            "Your registration with the Humanitarian Aid Commission expired 2 days ago; it is to be renewed",
        ),
    ] {
        let matter = Matter::Registration(authority.clone(), day(until));
        assert_eq!(told(&matter, None), (ar.to_owned(), en.to_owned()));
    }
}

#[test]
fn what_is_owed_to_an_authority() {
    let authority = Json::new(&name("مسجّل الجمعيات", "the registrar")).unwrap();
    for (due_on, ar, en) in [
        (
            "2025-07-13",
            "استحقاق «التقرير السنوي» لدى مسجّل الجمعيات موعده بعد 3 أيام",
            "You owe the registrar “Annual report”, due in 3 days",
        ),
        (
            TODAY,
            "استحقاق «التقرير السنوي» لدى مسجّل الجمعيات موعده اليوم",
            "You owe the registrar “Annual report”, due today",
        ),
        (
            "2025-07-08",
            "استحقاق «التقرير السنوي» لدى مسجّل الجمعيات تجاوز موعده منذ يومين",
            "You owe the registrar “Annual report”, overdue by 2 days",
        ),
        (
            "2025-06-29",
            "استحقاق «التقرير السنوي» لدى مسجّل الجمعيات تجاوز موعده منذ 11 يومًا",
            "You owe the registrar “Annual report”, overdue by 11 days",
        ),
    ] {
        let what = Json::new(&name("التقرير السنوي", "Annual report")).unwrap();
        let registration = crate::types::RegistrationId(uuid::Uuid::nil());
        let owed = Owed { registration, what, due_on: day(due_on) };
        assert_eq!(told(&Matter::Obligation(owed, authority.clone()), None), (ar.to_owned(), en.to_owned()));
    }
}

#[test]
fn an_access_token_that_ends() {
    for (orphaned, until, ar, en) in [
        (
            true,
            "2025-07-13",
            "غادر المسؤول عن رمز الوصول «\u{2068}Kitchen scales\u{2069}»، ويتوقف الرمز بعد 3 أيام ما لم يتولَّه مشرف آخر",
            "Who answered for the access token “Kitchen scales” has left; it stops in 3 days unless another admin adopts it",
        ),
        (
            false,
            TODAY,
            "تنتهي صلاحية رمز الوصول «\u{2068}Kitchen scales\u{2069}» اليوم، ويلزم تجديده قبل ذلك",
            "The access token “Kitchen scales” expires today; it is to be renewed",
        ),
    ] {
        let token = Token { name: "Kitchen scales".to_owned(), orphaned, until: day(until) };
        assert_eq!(told(&Matter::AccessToken(token), None), (ar.to_owned(), en.to_owned()));
    }
}
