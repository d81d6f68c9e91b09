//! What the mails say, letter by letter where it matters.

use super::*;

fn network() -> Network<'static> {
    Network { name: "Awasir", zone: "Africa/Khartoum".parse().unwrap() }
}

fn name(ar: &str, en: &str) -> Option<Name> {
    Name::of([("ar", ar), ("en", en)])
}

fn invited(locale: Option<Locale>) -> Invited {
    Invited {
        greeting: Greeting { name: name("آمنة بشير", "Amna Bashir"), locale },
        organisation: name("جمعية الوادي", "Wadi Association"),
        inviter: name("حسن", "Hassan"),
        role: Some(Role::Contributor),
        has_account: false,
        link: "https://net.example/invitations/accept#token=awasir_it_abc".to_owned(),
        until: "2025-07-04T15:05:00Z".parse().unwrap(),
    }
}

#[test]
fn one_without_an_account_is_spoken_to_in_both_languages() {
    let letter = invitation(&network(), &invited(None));
    assert_eq!(letter.subject, "دعوة للانضمام إلى جمعية الوادي · An invitation to join Wadi Association");
    let (ar, en) = letter.text.split_once("——————————").unwrap();
    assert!(ar.starts_with("السلام عليكم يا آمنة بشير،\n"), "{ar}");
    assert!(
        ar.contains(
            "وصلتك دعوة من حسن للانضمام إلى جمعية الوادي ضمن \u{2068}Awasir\u{2069}، والدور المقترح لك: محرّر."
        ),
        "{ar}"
    );
    assert!(
        ar.contains(
            "حتى \u{2068}الجمعة 4 يوليو 2025، الساعة 17:05 بتوقيت \u{2068}Africa/Khartoum\u{2069}\u{2069}."
        ),
        "{ar}"
    );
    assert!(en.trim_start().starts_with("Dear Amna Bashir,\n"), "{en}");
    assert!(en.contains("until Friday 4 July 2025, 17:05 (Africa/Khartoum time)."), "{en}");
    for part in [ar, en] {
        assert_eq!(part.matches("\nhttps://net.example/invitations/accept#token=awasir_it_abc\n").count(), 1);
        assert!(!part.contains(['{', '}']), "{part}");
    }
    assert!(letter.html.starts_with("<!doctype html>\n<html lang=\"ar\" dir=\"rtl\">"));
    let (ar, en) = (
        letter.html.find("<div lang=\"ar\" dir=\"rtl\"").unwrap(),
        letter.html.find("<div lang=\"en\" dir=\"ltr\"").unwrap(),
    );
    assert!(ar < en);
    assert!(letter.html.contains("<bdi>Awasir</bdi>"));
    assert_eq!(letter.html.matches("href=").count(), 2);
    for foreign in ["src=", "<img", "<script", "@import", "url(", "http://"] {
        assert!(!letter.html.contains(foreign), "{foreign}");
    }
}

#[test]
fn one_with_an_account_is_spoken_to_in_its_language() {
    let letter = invitation(&network(), &Invited { has_account: true, ..invited(Some(Locale::En)) });
    assert_eq!(letter.subject, "An invitation to join Wadi Association");
    assert!(letter.html.contains("<html lang=\"en\" dir=\"ltr\">") && !letter.html.contains("rtl"));
    assert!(letter.text.contains("the password of the account that you have already"), "{}", letter.text);
    let letter = invitation(&network(), &invited(Some(Locale::Ar)));
    assert_eq!(letter.subject, "دعوة للانضمام إلى جمعية الوادي");
    assert!(!letter.html.contains("dir=\"ltr\" style=\"max"));
}

#[test]
fn who_is_not_known_is_not_named() {
    let nobody = Greeting { name: None, locale: Some(Locale::Ar) };
    let letter = invitation(&network(), &Invited { greeting: nobody, inviter: None, ..invited(None) });
    assert!(
        letter.text.starts_with("السلام عليكم،\n\nوصلتك دعوة للانضمام إلى جمعية الوادي "),
        "{}",
        letter.text
    );
    let letter =
        invitation(&network(), &Invited { organisation: None, role: None, ..invited(Some(Locale::Ar)) });
    assert_eq!(letter.subject, "دعوة للمشاركة في إدارة \u{2068}Awasir\u{2069}");
    assert!(letter.text.contains("مشرف الشبكة"), "{}", letter.text);
}

#[test]
fn names_are_text_and_nothing_else() {
    let evil = name("<b>ع</b>&\"", "<img src=x onerror=alert(1)>{link}");
    let letter =
        invitation(&network(), &Invited { organisation: evil.clone(), inviter: evil, ..invited(None) });
    assert!(letter.html.contains("<bdi>&lt;img src=x onerror=alert(1)&gt;{link}</bdi>"), "{}", letter.html);
    assert!(letter.html.contains("<bdi>&lt;b&gt;ع&lt;/b&gt;&amp;&quot;</bdi>"), "{}", letter.html);
    assert!(!letter.html.contains("<img") && !letter.html.contains("<b>"));
    assert!(letter.text.contains("<img src=x onerror=alert(1)>{link} invites you"), "{}", letter.text);
}

#[test]
fn a_new_password() {
    let reset = |locale| Reset {
        greeting: Greeting { name: name("آمنة", "Amna"), locale: Some(locale) },
        link: "https://net.example/password-reset#code=awasir_pr_abc".to_owned(),
        until: "2025-07-04T22:10:00Z".parse().unwrap(),
    };
    let ar = password_reset(&network(), &reset(Locale::Ar));
    assert_eq!(ar.subject, "كلمة مرور جديدة لحسابك في \u{2068}Awasir\u{2069}");
    assert!(ar.text.contains("السبت 5 يوليو 2025، الساعة 00:10"), "{}", ar.text);
    assert!(ar.text.contains("\n\nhttps://net.example/password-reset#code=awasir_pr_abc\n\n"));
    let en = password_reset(&network(), &reset(Locale::En));
    assert_eq!(en.subject, "A new password for your account in Awasir");
    assert!(en.text.starts_with("Dear Amna,\n\nSomebody asked for a new password"), "{}", en.text);
}

#[test]
fn an_address_is_told_that_it_was_changed() {
    let letter = email_changed(&network(), "2025-07-04T15:05:00Z".parse().unwrap());
    assert_eq!(
        letter.subject,
        "تغيّر عنوان البريد الإلكتروني لحسابك في \u{2068}Awasir\u{2069} · The e-mail address of your account in Awasir was changed"
    );
    let (ar, en) = letter.text.split_once("——————————").unwrap();
    assert!(ar.starts_with("السلام عليكم،\n") && ar.contains("الجمعة 4 يوليو 2025، الساعة 17:05"), "{ar}");
    assert!(en.trim_start().starts_with("Hello,\n"), "{en}");
    for said in
        ["on Friday 4 July 2025, 17:05", "change your password", "end the other sessions", "a reset code"]
    {
        assert!(en.contains(said), "{en}");
    }
    for said in ["تغيير كلمة المرور", "إنهاء الجلسات", "مشرف الجهة"] {
        assert!(ar.contains(said) && letter.html.contains(said), "{ar}");
    }
    // Nothing to open: who expects links in such mails follows those of others too.
    assert!(!letter.text.contains("://") && !letter.html.contains("href") && !letter.html.contains("<a "));
    assert!(!letter.text.contains(['{', '}']), "{}", letter.text);
}
