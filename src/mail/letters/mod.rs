//! The words of mails: in the language of whoever has an account, else in Arabic and then in English.
//!
//! - [`form`]: how a part of a mail is written, as text and as HTML;
//! - this: what the mails say. Arabic addresses people without telling their gender.

mod form;

use form::{Fill, Link, Part, When};

use crate::access::Role;
use crate::text::{Locale, Name, labels};
use crate::types::{Instant, TimeZoneName};

/// What a mail says.
pub struct Letter {
    /// Its subject.
    pub subject: String,
    /// It as text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// From where it comes.
pub struct Network<'a> {
    /// What the network is called.
    pub name: &'a str,
    /// In which time zone its hours are told.
    pub zone: TimeZoneName,
}

/// To whom it speaks.
pub struct Greeting {
    /// What they are called.
    pub name: Option<Name>,
    /// Their language; both where it isn't known.
    pub locale: Option<Locale>,
}

impl Greeting {
    fn locales(&self) -> &[Locale] {
        match self.locale {
            Some(Locale::Ar) => &[Locale::Ar],
            Some(Locale::En) => &[Locale::En],
            None => Locale::ALL,
        }
    }

    fn line(&self, locale: Locale) -> &'static str {
        match self.name {
            Some(_) => locale.pick("السلام عليكم يا {name}،", "Dear {name},"),
            None => locale.pick("السلام عليكم،", "Hello,"),
        }
    }

    fn named(&self, locale: Locale) -> String {
        self.name.as_ref().map(|name| name.best(locale).to_owned()).unwrap_or_default()
    }
}

/// An invitation.
pub struct Invited {
    /// To whom.
    pub greeting: Greeting,
    /// What the organisation is called; none: the network itself.
    pub organisation: Option<Name>,
    /// Who invites; none where they are gone, or the operator did.
    pub inviter: Option<Name>,
    /// What they may do in the organisation.
    pub role: Option<Role>,
    /// Whether somebody signs in with the address already.
    pub has_account: bool,
    /// Where it is accepted.
    pub link: String,
    /// Until when.
    pub until: Instant,
}

/// The mail that brings an invitation.
pub fn invitation(network: &Network<'_>, invited: &Invited) -> Letter {
    let parts = invited.greeting.locales().iter().map(|locale| invitation_in(*locale, network, invited));
    form::letter(parts.collect())
}

fn invitation_in(locale: Locale, network: &Network<'_>, invited: &Invited) -> Part {
    let best = |name: &Option<Name>| name.as_ref().map(|name| name.best(locale).to_owned());
    let role = invited.role.map_or("network_admin", Role::as_str);
    let fill = Fill::new(locale)
        .with("name", invited.greeting.named(locale))
        .with("organisation", best(&invited.organisation).unwrap_or_default())
        .with("inviter", best(&invited.inviter).unwrap_or_default())
        .with("network", network.name.to_owned())
        .with("role", labels::of("role", role, locale).unwrap_or(role).to_owned())
        .with("until", When { at: invited.until, zone: &network.zone, locale }.to_string());
    let (subject, what) = invited_to(locale, invited);
    let how = if invited.has_account {
        locale.pick(
            "لقبول الدعوة يُرجى فتح الرابط التالي وتأكيد القبول بكلمة المرور التي تدخل بها إلى حسابك:",
            "To accept, open this link and confirm with the password of the account that you have already:",
        )
    } else {
        locale.pick(
            "لقبول الدعوة يُرجى فتح الرابط التالي واختيار كلمة مرور:",
            "To accept, open this link and choose a password:",
        )
    };
    Part {
        subject: fill.line(subject),
        before: vec![fill.both(invited.greeting.line(locale)), fill.both(what), fill.both(how)],
        link: Some(Link {
            button: locale.pick("قبول الدعوة", "Accept the invitation"),
            address: invited.link.clone(),
        }),
        after: vec![
            fill.both(locale.pick(
                "الرابط صالح لمرة واحدة، حتى {until}. وهو لك وحدك: من يصل إليه يمكنه قبول الدعوة بدلًا منك.",
                "The link works once, until {until}. It is for you alone: whoever has it could accept in your place.",
            )),
            fill.both(locale.pick(
                "إن لم تكن هذه الدعوة متوقعة فيمكن تجاهل هذه الرسالة، ولن يحدث شيء ما لم تُقبل الدعوة.",
                "If you did not expect this, you may ignore this mail: nothing happens unless the invitation is accepted.",
            )),
        ],
        locale,
    }
}

/// The subject, and what somebody is invited to.
fn invited_to(locale: Locale, invited: &Invited) -> (&'static str, &'static str) {
    match (&invited.organisation, &invited.inviter) {
        (Some(_), Some(_)) => (
            locale.pick("دعوة للانضمام إلى {organisation}", "An invitation to join {organisation}"),
            locale.pick(
                "وصلتك دعوة من {inviter} للانضمام إلى {organisation} ضمن {network}، والدور المقترح لك: {role}.",
                "{inviter} invites you to join {organisation} in {network}. Your role there: {role}.",
            ),
        ),
        (Some(_), None) => (
            locale.pick("دعوة للانضمام إلى {organisation}", "An invitation to join {organisation}"),
            locale.pick(
                "وصلتك دعوة للانضمام إلى {organisation} ضمن {network}، والدور المقترح لك: {role}.",
                "You are invited to join {organisation} in {network}. Your role there: {role}.",
            ),
        ),
        (None, _) => (
            locale.pick("دعوة للمشاركة في إدارة {network}", "An invitation to administer {network}"),
            locale.pick(
                "وصلتك دعوة للمشاركة في إدارة {network}، والدور المقترح لك: {role}.",
                "You are invited to take part in administering {network}. Your role there: {role}.",
            ),
        ),
    }
}

/// Somebody asked for a new password.
pub struct Reset {
    /// Who.
    pub greeting: Greeting,
    /// Where it is chosen.
    pub link: String,
    /// Until when.
    pub until: Instant,
}

/// The mail with which a new password is chosen.
pub fn password_reset(network: &Network<'_>, reset: &Reset) -> Letter {
    let parts = reset.greeting.locales().iter().map(|locale| password_reset_in(*locale, network, reset));
    form::letter(parts.collect())
}

fn password_reset_in(locale: Locale, network: &Network<'_>, reset: &Reset) -> Part {
    let fill = Fill::new(locale)
        .with("name", reset.greeting.named(locale))
        .with("network", network.name.to_owned())
        .with("until", When { at: reset.until, zone: &network.zone, locale }.to_string());
    Part {
        subject: fill.line(locale.pick("كلمة مرور جديدة لحسابك في {network}", "A new password for your account in {network}")),
        before: vec![
            fill.both(reset.greeting.line(locale)),
            fill.both(locale.pick(
                "وصلنا طلب لاختيار كلمة مرور جديدة لحسابك في {network}. لاختيارها يُرجى فتح الرابط التالي:",
                "Somebody asked for a new password for your account in {network}. To choose one, open this link:",
            )),
        ],
        link: Some(Link {
            button: locale.pick("اختيار كلمة مرور جديدة", "Choose a new password"),
            address: reset.link.clone(),
        }),
        after: vec![
            fill.both(locale.pick(
                "الرابط صالح لمرة واحدة، حتى {until}. وبعد اختيار كلمة المرور يلزم تسجيل الدخول من جديد على كل الأجهزة.",
                "The link works once, until {until}. Afterwards you sign in anew on every device.",
            )),
            fill.both(locale.pick(
                "إن لم يكن هذا الطلب منك فلا يلزمك شيء، وتبقى كلمة المرور الحالية كما هي. ويُرجى ألا يُعطى هذا الرابط لأحد.",
                "If it was not you, there is nothing to do: your password stays as it is. Give this link to nobody.",
            )),
        ],
        locale,
    }
}

/// The mail that tells an address that it is an account's no more, since that moment. In both languages and without a name:
/// whoever changed the address could have changed those as well, and had their own words sent.
pub fn email_changed(network: &Network<'_>, at: Instant) -> Letter {
    let greeting = Greeting { name: None, locale: None };
    let parts = greeting.locales().iter().map(|locale| email_changed_in(*locale, network, &greeting, at));
    form::letter(parts.collect())
}

fn email_changed_in(locale: Locale, network: &Network<'_>, greeting: &Greeting, at: Instant) -> Part {
    let fill = Fill::new(locale)
        .with("network", network.name.to_owned())
        .with("at", When { at, zone: &network.zone, locale }.to_string());
    Part {
        subject: fill.line(locale.pick(
            "تغيّر عنوان البريد الإلكتروني لحسابك في {network}",
            "The e-mail address of your account in {network} was changed",
        )),
        before: vec![
            fill.both(greeting.line(locale)),
            fill.both(locale.pick(
                "تغيّر عنوان البريد الإلكتروني لحسابك في {network} أو حُذف يوم {at}. تصل هذه الرسالة إلى هذا العنوان لأن الحساب كان يحمله من قبل.",
                "The e-mail address of your account in {network} was changed or removed on {at}. This mail goes to an address that the account had before.",
            )),
            fill.both(locale.pick("إن كان هذا التغيير منك فلا يلزمك شيء.", "If it was you, there is nothing to do.")),
            fill.both(locale.pick(
                "إن لم يكن منك فقد يكون حسابك مفتوحًا على جهاز في يد غيرك. يُرجى على جهاز ما زال حسابك مفتوحًا عليه تغيير كلمة المرور، وإنهاء الجلسات الأخرى، ثم تصحيح عنوان البريد الإلكتروني.",
                "If it was not you, somebody else may be using your account. On a device where you are still signed in, change your password, end the other sessions, and set the e-mail address right.",
            )),
            fill.both(locale.pick(
                "وإن لم يكن حسابك مفتوحًا على أي جهاز فيُرجى أن يُطلب فورًا رمز لكلمة مرور جديدة من مشرف الجهة.",
                "If you are signed in nowhere, ask an admin of your organisation at once for a reset code.",
            )),
            fill.both(locale.pick(
                "لا يُرسل رابط لكلمة مرور جديدة إلى عنوان جديد إلا بعد سبعة أيام من تغييره.",
                "A new password is mailed to a new address only after seven days.",
            )),
        ],
        link: None,
        after: Vec::new(),
        locale,
    }
}

#[cfg(test)]
mod tests;
