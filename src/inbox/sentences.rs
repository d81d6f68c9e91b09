//! What waits in words, in Arabic and English. No I/O.
//!
//! In Arabic a verb stands before the organisation that does it, so that it is singular however many
//! follow, and agrees in gender with the one that is named.

use super::model::{Ask, Called, Came, Given, Introduction, Matter, Owed, Stage, Token, Trip};
use crate::http::problem::{Problem, Result};
use crate::text::days::{counted, lasting, long, relative};
use crate::text::direction::isolated;
use crate::text::plural::Forms;
use crate::text::{Locale, LocalizedText, Name};
use crate::types::CalendarDate;

use Locale::{Ar, En};

/// How many characters of a commitment are told.
const TOLD: usize = 40;

/// Who else is on a side, as those who do something.
const OTHERS_DO: Forms =
    Forms::arabic(["", " وجهة أخرى", " وجهتان أخريان", " و# جهات أخرى", " و# جهة أخرى", " و# جهة أخرى"]);
/// The same after a preposition or a noun.
const OTHERS_AFTER: Forms =
    Forms::arabic(["", " وجهة أخرى", " وجهتين أخريين", " و# جهات أخرى", " و# جهة أخرى", " و# جهة أخرى"]);
const OTHERS_EN: Forms = Forms::english(" and 1 other organisation", " and # other organisations");

/// The sentence for a matter; `called` is the organisation that it names.
///
/// # Errors
/// `internal` when what is stored can't be read, or the organisation is missing.
pub fn sentence(matter: &Matter, called: Option<&Called>, today: CalendarDate) -> Result<LocalizedText> {
    let (ar, en) = match (matter, called) {
        (Matter::Visit(trip, stage), Some(called)) => {
            (visit_ar(*trip, *stage, called, today), visit_en(*trip, *stage, called, today))
        }
        (Matter::Visit(..), None) => {
            return Err(Problem::internal("a visit to an organisation that is not there"));
        }
        (Matter::Commitment(what, due_on), _) => {
            let what = what.get()?;
            (commitment_ar(&what, *due_on, today), commitment_en(&what, *due_on, today))
        }
        (Matter::Contribution(given, title), Some(called)) => {
            let title = title.get()?;
            (contribution_ar(*given, &title, called, today), contribution_en(*given, &title, called, today))
        }
        (Matter::Contribution(..), None) => {
            return Err(Problem::internal("a contribution of an organisation that is not there"));
        }
        (Matter::Programme(title, ask), _) => {
            let title = title.get()?;
            (programme_ar(&title, *ask, today), programme_en(&title, *ask, today))
        }
        (Matter::Introduction(_, asks), Some(called)) => {
            (introduction_ar(asks, called, today)?, introduction_en(asks, called, today)?)
        }
        (Matter::Disbursement(came), Some(called)) => {
            (disbursement_ar(*came, called, today), disbursement_en(*came, called, today))
        }
        (Matter::Introduction(..) | Matter::Disbursement(..), None) => {
            return Err(Problem::internal("a donor link with an organisation that is not there"));
        }
        (Matter::Registration(authority, until), _) => {
            let authority = authority.get()?;
            (registration_ar(&authority, *until, today), registration_en(&authority, *until, today))
        }
        (Matter::AccessToken(token), _) => (token_ar(token, today), token_en(token, today)),
        (Matter::Obligation(owed, authority), _) => {
            let authority = authority.get()?;
            (obligation_ar(owed, &authority, today)?, obligation_en(owed, &authority, today)?)
        }
    };
    Ok(LocalizedText::in_both(ar, en))
}

fn visit_ar(trip: Trip, stage: Stage, called: &Called, today: CalendarDate) -> String {
    let name = isolated(called.name.best(Ar), Ar);
    let others = format!("{name}{}", OTHERS_AFTER.with(trip.others));
    let visit = if trip.receives {
        format!("زيارة {others} إليكم")
    } else {
        format!("زيارتكم إلى {others}")
    };
    match stage {
        Stage::AskedFor { on } => {
            let they = format!("{name}{}", OTHERS_DO.with(trip.others));
            let day = long(on, Ar);
            let proposes = if called.masculine { "يقترح" } else { "تقترح" };
            let invites = if called.masculine { "يدعوكم" } else { "تدعوكم" };
            if trip.receives {
                format!("{proposes} {they} زيارتكم يوم {day}، بانتظار ردّكم")
            } else {
                format!("{invites} {they} إلى زيارة يوم {day}، بانتظار ردّكم")
            }
        }
        Stage::Unanswered { on } => format!("{visit} يوم {}، بانتظار ردّكم", long(on, Ar)),
        Stage::HeldUnanswered { on } => {
            format!("{visit} يوم {} سُجّل أنها تمّت، بانتظار ردّكم", long(on, Ar))
        }
        Stage::Come => format!("حان موعد {visit}، بانتظار تسجيل أنها تمّت"),
        Stage::Unreported { on } => {
            format!("{visit} تمّت {}، بانتظار رفع تقريرها", relative(on.min(today), today, Ar))
        }
        Stage::Unapproved { since } => {
            format!("تقرير {visit} بانتظار اعتمادكم {}", lasting(since, today, Ar))
        }
        Stage::Silent { since } => format!(
            "تقرير {visit} بانتظار بقية الاعتمادات {}، ويمكنكم إقفال الزيارة",
            lasting(since, today, Ar)
        ),
        Stage::ConcludedUnapproved => {
            format!("أُقفلت {visit} دون اعتمادكم تقريرها، ولا يزال بإمكانكم اعتماده")
        }
    }
}

fn visit_en(trip: Trip, stage: Stage, called: &Called, today: CalendarDate) -> String {
    let name = isolated(called.name.best(En), En);
    let others = if trip.others == 0 { String::new() } else { OTHERS_EN.with(trip.others) };
    let (they, s) = (format!("{name}{others}"), if trip.others == 0 { "s" } else { "" });
    let (begun, visit) = if trip.receives {
        (format!("The visit of {they} to you"), format!("the visit of {they} to you"))
    } else {
        (format!("Your visit to {they}"), format!("your visit to {they}"))
    };
    match stage {
        Stage::AskedFor { on } if trip.receives => {
            format!("{they} propose{s} to visit you on {}; your answer is awaited", long(on, En))
        }
        Stage::AskedFor { on } => {
            format!("{they} invite{s} you to a visit on {}; your answer is awaited", long(on, En))
        }
        Stage::Unanswered { on } => format!("{begun} on {}; your answer is awaited", long(on, En)),
        Stage::HeldUnanswered { on } => {
            format!("{begun} on {} was recorded as held; your answer is awaited", long(on, En))
        }
        Stage::Come => format!("The day of {visit} has come; it is to be recorded as held"),
        Stage::Unreported { on } => {
            format!("{begun} was held {}; its report is awaited", relative(on.min(today), today, En))
        }
        Stage::Unapproved { since } => {
            format!("The report of {visit} has awaited your approval {}", lasting(since, today, En))
        }
        Stage::Silent { since } => format!(
            "The report of {visit} has awaited the other approvals {}; you may conclude the visit",
            lasting(since, today, En)
        ),
        Stage::ConcludedUnapproved => {
            format!("{begun} was concluded without your approval of its report; you may still approve it")
        }
    }
}

fn commitment_ar(what: &LocalizedText, due_on: CalendarDate, today: CalendarDate) -> String {
    let what = shortened(what.best(Ar));
    let what = isolated(&what, Ar);
    if due_on < today {
        format!("التزمتم بـ«{what}» وتجاوز موعده {}", lasting(due_on, today, Ar))
    } else {
        format!("التزمتم بـ«{what}» وموعده {}", relative(due_on, today, Ar))
    }
}

fn commitment_en(what: &LocalizedText, due_on: CalendarDate, today: CalendarDate) -> String {
    let what = shortened(what.best(En));
    let what = isolated(&what, En);
    if due_on < today {
        let days = today.days_since_2000() - due_on.days_since_2000();
        format!("You committed to “{what}”, overdue by {}", counted(u64::from(days.unsigned_abs()), En))
    } else {
        format!("You committed to “{what}”, due {}", relative(due_on, today, En))
    }
}

fn programme_ar(title: &Name, ask: Ask, today: CalendarDate) -> String {
    let title = shortened(title.best(Ar));
    let programme = format!("برنامج «{}»", isolated(&title, Ar));
    match ask {
        Ask::Terms { since } => format!("بنود {programme} بانتظار توقيعكم {}", lasting(since, today, Ar)),
        Ask::Amendment { since } => {
            format!("تعديل بنود {programme} بانتظار توقيعكم {}", lasting(since, today, Ar))
        }
        Ask::Removal { until } => {
            format!("إخراج شريك من {programme} بانتظار توقيعكم، ومهلته حتى {}", long(until, Ar))
        }
        Ask::Lead => format!("عُرضت عليكم قيادة {programme}، بانتظار ردّكم"),
    }
}

fn programme_en(title: &Name, ask: Ask, today: CalendarDate) -> String {
    let title = shortened(title.best(En));
    let programme = format!("the programme “{}”", isolated(&title, En));
    match ask {
        Ask::Terms { since } => {
            format!("The terms of {programme} have awaited your signature {}", lasting(since, today, En))
        }
        Ask::Amendment { since } => {
            format!("The amendment of {programme} has awaited your signature {}", lasting(since, today, En))
        }
        Ask::Removal { until } => format!(
            "The removal of a partner from {programme} awaits your signature; its notice runs until {}",
            long(until, En)
        ),
        Ask::Lead => format!("You were offered the lead of {programme}; your answer is awaited"),
    }
}

fn contribution_ar(given: Given, title: &Name, called: &Called, today: CalendarDate) -> String {
    let (giver, title) = (isolated(called.name.best(Ar), Ar), shortened(title.best(Ar)));
    let programme = format!("برنامج «{}»", isolated(&title, Ar));
    let pledged = if called.masculine { "تعهّد بها" } else { "تعهّدت بها" };
    format!(
        "مساهمة {pledged} {giver} في {programme} {}، بانتظار تأكيد استلامها",
        relative(given.on.min(today), today, Ar)
    )
}

fn contribution_en(given: Given, title: &Name, called: &Called, today: CalendarDate) -> String {
    let (giver, title) = (isolated(called.name.best(En), En), shortened(title.best(En)));
    let programme = format!("the programme “{}”", isolated(&title, En));
    let on = relative(given.on.min(today), today, En);
    format!("{giver} pledged a contribution to {programme} {on}; its receipt is to be confirmed")
}

fn introduction_ar(asks: &Introduction, called: &Called, today: CalendarDate) -> Result<String> {
    let name = isolated(called.name.best(Ar), Ar);
    Ok(match asks {
        Introduction::Offered(title, project) => {
            let title = shortened(title.get()?.best(Ar));
            let purpose = if *project { "لمشروع" } else { "لبرنامج" };
            let offers = if called.masculine { "يعرض" } else { "تعرض" };
            format!("{offers} {name} ربطكم بداعم {purpose} «{}»، بانتظار ردّكم", isolated(&title, Ar))
        }
        Introduction::Accepted if called.masculine => {
            format!("قبل {name} عرضكم ربطه بداعم، بانتظار أن تعرّفوه به")
        }
        Introduction::Accepted => format!("قبلت {name} عرضكم ربطها بداعم، بانتظار أن تعرّفوها به"),
        Introduction::Step(what, due_on, own) => {
            let what = shortened(what.best(Ar));
            let with = if *own {
                "مع داعمكم".to_owned()
            } else {
                format!("في الربط بداعم مع {name}")
            };
            let step = format!("الخطوة التالية {with}: «{}»", isolated(&what, Ar));
            if *due_on < today {
                format!("{step}، وتجاوز موعدها {}", lasting(*due_on, today, Ar))
            } else {
                format!("{step}، وموعدها {}", relative(*due_on, today, Ar))
            }
        }
    })
}

fn introduction_en(asks: &Introduction, called: &Called, today: CalendarDate) -> Result<String> {
    let name = isolated(called.name.best(En), En);
    Ok(match asks {
        Introduction::Offered(title, project) => {
            let title = shortened(title.get()?.best(En));
            let purpose = if *project { "project" } else { "programme" };
            let title = isolated(&title, En);
            format!("{name} offers you a donor for the {purpose} “{title}”; your answer is awaited")
        }
        Introduction::Accepted => {
            format!("{name} accepted the donor whom you offered; your introduction is awaited")
        }
        Introduction::Step(what, due_on, own) => {
            let what = shortened(what.best(En));
            let with =
                if *own { "your donor".to_owned() } else { format!("the donor whom you share with {name}") };
            let step = format!("The next step with {with}: “{}”", isolated(&what, En));
            if *due_on < today {
                let days = today.days_since_2000() - due_on.days_since_2000();
                format!("{step}, overdue by {}", counted(u64::from(days.unsigned_abs()), En))
            } else {
                format!("{step}, due {}", relative(*due_on, today, En))
            }
        }
    })
}

fn disbursement_ar(came: Came, called: &Called, today: CalendarDate) -> String {
    let name = isolated(called.name.best(Ar), Ar);
    let recorded = if called.masculine { "سجّل" } else { "سجّلت" };
    let on = relative(came.on.min(today), today, Ar);
    format!("{recorded} {name} دفعة وصلت من داعمكم {on}، بانتظار إقراركم بها")
}

fn disbursement_en(came: Came, called: &Called, today: CalendarDate) -> String {
    let name = isolated(called.name.best(En), En);
    let on = relative(came.on.min(today), today, En);
    format!("{name} recorded what came from your donor {on}; your acknowledgement is awaited")
}

fn registration_ar(authority: &Name, until: CalendarDate, today: CalendarDate) -> String {
    let (authority, on) = (shortened(authority.best(Ar)), relative(until, today, Ar));
    let authority = isolated(&authority, Ar);
    let expires = if until < today { "انتهت" } else { "تنتهي" };
    format!("{expires} صلاحية تسجيلكم لدى {authority} {on}، بانتظار تجديده")
}

fn registration_en(authority: &Name, until: CalendarDate, today: CalendarDate) -> String {
    let (authority, on) = (shortened(authority.best(En)), relative(until, today, En));
    let authority = isolated(&authority, En);
    let expires = if until < today { "expired" } else { "expires" };
    format!("Your registration with {authority} {expires} {on}; it is to be renewed")
}

fn obligation_ar(owed: &Owed, authority: &Name, today: CalendarDate) -> Result<String> {
    let (what, authority) = (shortened(owed.what.get()?.best(Ar)), shortened(authority.best(Ar)));
    let owed_is = format!("استحقاق «{}» لدى {}", isolated(&what, Ar), isolated(&authority, Ar));
    Ok(if owed.due_on < today {
        format!("{owed_is} تجاوز موعده {}", lasting(owed.due_on, today, Ar))
    } else {
        format!("{owed_is} موعده {}", relative(owed.due_on, today, Ar))
    })
}

fn obligation_en(owed: &Owed, authority: &Name, today: CalendarDate) -> Result<String> {
    let (what, authority) = (shortened(owed.what.get()?.best(En)), shortened(authority.best(En)));
    let owes = format!("You owe {} “{}”", isolated(&authority, En), isolated(&what, En));
    Ok(if owed.due_on < today {
        let days = today.days_since_2000() - owed.due_on.days_since_2000();
        format!("{owes}, overdue by {}", counted(u64::from(days.unsigned_abs()), En))
    } else {
        format!("{owes}, due {}", relative(owed.due_on, today, En))
    })
}

fn token_ar(token: &Token, today: CalendarDate) -> String {
    let (name, on) = (shortened(&token.name), relative(token.until, today, Ar));
    let name = isolated(&name, Ar);
    if token.orphaned {
        format!("غادر المسؤول عن رمز الوصول «{name}»، ويتوقف الرمز {on} ما لم يتولَّه مشرف آخر")
    } else {
        format!("تنتهي صلاحية رمز الوصول «{name}» {on}، ويلزم تجديده قبل ذلك")
    }
}

fn token_en(token: &Token, today: CalendarDate) -> String {
    let (name, on) = (shortened(&token.name), relative(token.until, today, En));
    let name = isolated(&name, En);
    if token.orphaned {
        format!(
            "Who answered for the access token “{name}” has left; it stops {on} unless another admin adopts it"
        )
    } else {
        format!("The access token “{name}” expires {on}; it is to be renewed")
    }
}

/// The beginning of a text, on one line, ended between words where it has to be.
fn shortened(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some((end, _)) = text.char_indices().nth(TOLD) else { return text };
    let (begun, rest) = text.split_at(end);
    let whole =
        if rest.starts_with(' ') { begun } else { begun.rsplit_once(' ').map_or(begun, |(whole, _)| whole) };
    format!("{}…", whole.trim_end_matches(['،', ',', '.', ':', '؛', ';']))
}

#[cfg(test)]
mod tests;
