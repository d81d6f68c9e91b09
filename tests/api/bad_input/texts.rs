//! Good and bad strings. What a shared type (a date, a phone number) takes and refuses is known here once, not by
//! field; lengths come from the document.

use awasir::http::decode::ONE_LINE;

use super::shape::Text;

/// Stands for any code of the catalogue: of a type that is not known here only the pointer is.
pub const ANY: &str = "*";

/// What no text takes, but a password: NUL, other controls, what turns the direction of what follows, noncharacters.
const FORBIDDEN: [&str; 9] =
    ["\0", "\u{1}", "\u{1b}", "\u{7f}", "\u{85}", "\u{202e}", "\u{202a}", "\u{2066}", "\u{fdd0}"];

/// What breaks a line, or widens it.
const BREAKS: [&str; 4] = ["\n", "\r", "\t", "\u{2028}"];

/// What looks like nothing is nothing.
const NOTHING: [&str; 4] = ["", "  ", "\u{a0}", "\u{200b}\u{200f}"];

/// A shared type: by the name or format of its schema.
struct Known {
    name: &'static str,
    good: &'static str,
    code: &'static str,
    bad: &'static [&'static str],
}

const KNOWN: &[Known] = &[
    Known {
        name: "uuid",
        good: "01890a5d-ac96-774b-bcce-b302099a8057",
        code: "invalid-id",
        bad: &[
            "",
            "x",
            "01890a5dac96774bbcceb302099a8057",
            "{01890a5d-ac96-774b-bcce-b302099a805}",
            "urn:uuid:01890a5d-ac96-774b-bcce-b302099a8057",
            "01890a5d-ac96-774b-bcce-b302099a805\0",
            "01890a5d-ac96-774b-bcce-b302099\u{202e}",
            "٠1890a5d-ac96-774b-bcce-b302099a805",
        ],
    },
    Known {
        name: "date",
        good: "2030-01-02",
        code: "invalid-date",
        bad: &[
            "",
            "x",
            "2025-02-30",
            "2025-13-01",
            "04-07-2025",
            "2025-7-4",
            "2025-07-04T00:00:00Z",
            "٢٠٢٥-٠٧-٠٤",
            "2025-07-04\0",
            "\u{202e}2025-07-04",
        ],
    },
    Known {
        name: "date-time",
        good: "2030-01-02T03:04:05Z",
        code: "invalid-instant",
        bad: &["", "x", "2025-02-30T00:00:00Z", "2025-07-04", "1751587200", "2025-07-04T00:00:00Z\0"],
    },
    Known {
        name: "email",
        good: "amna@example.org",
        code: "invalid-email",
        bad: &[
            "",
            "x",
            "@example.org",
            "a@",
            "a@b",
            "a b@example.org",
            "a@example.org\0",
            "a@exa\u{202e}mple.org",
        ],
    },
    Known {
        name: "Phone",
        good: "+249912345678",
        code: "invalid-phone",
        bad: &[
            "",
            "x",
            "912345678",
            "+0912345678",
            "+1234567890123456",
            "+249912345678\0",
            "+24991\u{7}2345678",
        ],
    },
    Known {
        name: "TimeOfDay",
        good: "09:30",
        code: "invalid-time",
        bad: &["", "x", "24:00", "09:60", "9:30", "09:30:00", "٠٩:٣٠", "09:30\0", "\u{202e}09:30"],
    },
    Known {
        name: "TimeZoneName",
        good: "Africa/Khartoum",
        code: "unknown-time-zone",
        bad: &["", "Mars/Base", "../../etc/passwd", "Africa/Khartoum\0", "\u{202e}Africa/Khartoum"],
    },
    Known {
        name: "CountryCode",
        good: "SD",
        code: "unknown-country",
        bad: &["", "sd", "XX", "SDN", "S\0", "\u{202e}SD"],
    },
    Known {
        name: "Admin1Code",
        good: "SD01",
        code: "unknown-pcode",
        bad: &["", "SD99", "sd01", "SD01003", "SD01\0", "\u{202e}SD01"],
    },
    Known {
        name: "Admin2Code",
        good: "SD01003",
        code: "unknown-pcode",
        bad: &["", "SD99999", "sd01003", "SD01", "SD01003\0", "\u{202e}SD01003"],
    },
    Known {
        name: "Decimal",
        good: "12",
        code: "invalid-format",
        bad: &["", "x", "1,250", "1 250", "1e3", "+5", ".5", "5.", "NaN", "12\0", "1\u{202e}2", "1\u{7}2"],
    },
    Known {
        name: "Quantity",
        good: "12.5",
        code: "invalid-format",
        bad: &["", "x", "1,250", "1 250", "1e3", "+5", ".5", "5.", "NaN", "12\0", "1\u{202e}2", "1\u{7}2"],
    },
    Known {
        name: "RateValue",
        good: "2500.5",
        code: "invalid-format",
        bad: &["", "x", "1,250", "1 250", "1e3", "+5", ".5", "5.", "NaN", "12\0", "1\u{202e}2", "1\u{7}2"],
    },
    Known {
        name: "CurrencyCode",
        good: "SDG",
        code: "unknown-currency",
        bad: &["", "sdg", "SDP", "US", "USDT", "SD\0", "\u{202e}SDG"],
    },
];

/// Days that are in the calendar and not in the 301 years that dates are taken from.
const TOO_FAR: [&str; 2] = ["1899-12-31", "2201-01-01"];

fn known(text: &Text) -> Option<&'static Known> {
    let is = |name: &Option<String>, known: &Known| name.as_deref() == Some(known.name);
    KNOWN.iter().find(|known| is(&text.name, known) || is(&text.format, known))
}

/// A string that is taken here, as far as one string by itself can be judged.
pub fn good(text: &Text) -> String {
    match known(text) {
        Some(known) => known.good.to_owned(),
        None => "x".repeat(text.min.max(1)),
    }
}

/// Strings that are not taken here, and the code that says why.
pub fn bad(text: &Text) -> Vec<(String, &'static str)> {
    let long = "x".repeat(5_000);
    if let Some(known) = known(text) {
        let mut bad: Vec<_> = known.bad.iter().map(|bad| ((*bad).to_owned(), known.code)).collect();
        if known.name == "date" {
            bad.extend(TOO_FAR.map(|bad| (bad.to_owned(), "out-of-range")));
        }
        bad.push((long, known.code));
        return bad;
    }
    let one_line = text.pattern.as_deref() == Some(ONE_LINE);
    if text.pattern.is_some() && !one_line {
        return vec![("!".to_owned(), ANY), (long, ANY)];
    }
    let mut bad = Vec::new();
    // What is typed as a password is taken as it is; of other texts, what cannot be seen is nothing.
    let password = text.format.as_deref() == Some("password");
    if let Some(max) = text.max {
        bad.push(("x".repeat(max + 1), "too-long"));
        bad.push(("م".repeat(max + 1), "too-long"));
    }
    if text.min > 0 {
        let nothing = NOTHING.iter().take(if password { 1 } else { NOTHING.len() });
        bad.extend(nothing.map(|nothing| ((*nothing).to_owned(), "too-short")));
        bad.extend((text.min > 1).then(|| ("x".repeat(text.min - 1), "too-short")));
    }
    if !password {
        bad.extend(FORBIDDEN.map(|character| (format!("أ{character}ب"), "forbidden-character")));
    }
    if one_line {
        bad.extend(BREAKS.map(|character| (format!("أ{character}ب"), "forbidden-character")));
    }
    bad
}
