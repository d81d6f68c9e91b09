//! One form for one value: the JSON Canonicalization Scheme (RFC 8785), so that what was signed can be told
//! again, by anybody, years later.

use serde::Serialize;
use serde_json::{Number, Value};

use crate::access::codes::sha256;
use crate::http::problem::{Problem, Result};

/// The one text that a value has in RFC 8785: members in the order of the UTF-16 code units of their names, no
/// white space, numbers as ECMAScript writes them, no escapes but those that JSON asks for.
///
/// Texts stay as they are: neither normalised nor folded.
///
/// # Errors
/// `internal`: the value has no JSON form; or one of its whole numbers lies so far beyond 2⁵³ that no double is the same, so
/// that its form would be another number's.
pub fn canonical(value: &impl Serialize) -> Result<String> {
    // Through a value, so that JSON which is kept as text is put into the form as well.
    let value = serde_json::to_value(value).map_err(Problem::internal)?;
    if let Some(number) = without_form(&value) {
        return Err(Problem::internal(format!("the number {number} has no canonical form of its own")));
    }
    serde_json_canonicalizer::to_string(&value).map_err(Problem::internal)
}

/// SHA-256 of a text, in lower-case hexadecimal.
pub fn digest(text: &str) -> String {
    sha256(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The first whole number whose form would be another's: the form writes doubles only.
fn without_form(value: &Value) -> Option<&Number> {
    match value {
        Value::Number(number) if number.is_f64() => None,
        Value::Number(number) => {
            let form = serde_json_canonicalizer::to_string(number).ok();
            (form.as_deref() != Some(number.to_string().as_str())).then_some(number)
        }
        Value::Array(items) => items.iter().find_map(without_form),
        Value::Object(members) => members.values().find_map(without_form),
        Value::Null | Value::Bool(_) | Value::String(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Json;
    use proptest::prelude::*;
    use serde_json::json;

    fn of(json: &str) -> String {
        canonical(&serde_json::from_str::<Value>(json).unwrap()).unwrap()
    }

    #[test]
    fn the_example_of_the_standard() {
        // RFC 8785, section 3.2.2 and its result in 3.2.3.
        let input = r#"{
            "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
            "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
            "literals": [null, true, false]
        }"#;
        let expected = r#"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}"#;
        assert_eq!(of(input), expected);
    }

    #[test]
    fn members_stand_in_the_order_of_utf_16() {
        // Section 3.2.3: the supplementary 😀 (D83D DE00) stands before דּ (FB33), as it would not in UTF-8.
        let input = r#"{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh",
            "1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}"#;
        let expected = [
            "\\r\":\"Carriage Return\"",
            "1\":\"One\"",
            "\u{80}\":\"Control\"",
            "ö\":\"Latin Small Letter O With Diaeresis\"",
            "€\":\"Euro Sign\"",
            "😀\":\"Emoji: Grinning Face\"",
            "\u{fb33}\":\"Hebrew Letter Dalet With Dagesh\"",
        ];
        assert_eq!(of(input), format!("{{\"{}}}", expected.join(",\"")));
        let names = r#"{"ﷲ":1,"𞸀":2,"ي":3,"أ":4,"a":5,"ar-Latn":6,"ar":7,"Z":8}"#;
        assert_eq!(of(names), r#"{"Z":8,"a":5,"ar":7,"ar-Latn":6,"أ":4,"ي":3,"𞸀":2,"ﷲ":1}"#);
    }

    #[test]
    fn numbers_as_ecmascript_writes_them() {
        // RFC 8785, appendix B: the bits of a double and its text.
        for (bits, expected) in [
            (0x0000_0000_0000_0000, "0"),
            (0x8000_0000_0000_0000, "0"),
            (0x0000_0000_0000_0001, "5e-324"),
            (0x8000_0000_0000_0001, "-5e-324"),
            (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
            (0xffef_ffff_ffff_ffff, "-1.7976931348623157e+308"),
            (0x4340_0000_0000_0000, "9007199254740992"),
            (0xc340_0000_0000_0000, "-9007199254740992"),
            (0x4430_0000_0000_0000, "295147905179352830000"),
            (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
            (0x44b5_2d02_c7e1_4af6, "1e+23"),
            (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
            (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
            (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"),
            (0x444b_1ae4_d6e2_ef50, "1e+21"),
            (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
            (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
            (0x41b3_de43_5555_5553, "333333333.3333332"),
            (0x41b3_de43_5555_5554, "333333333.33333325"),
            (0x41b3_de43_5555_5555, "333333333.3333333"),
            (0x41b3_de43_5555_5556, "333333333.3333334"),
            (0x41b3_de43_5555_5557, "333333333.33333343"),
            (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
            (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
        ] {
            assert_eq!(canonical(&f64::from_bits(bits)).unwrap(), expected, "{bits:x}");
        }
    }

    #[test]
    fn whole_numbers_that_have_no_form_of_their_own_are_refused() {
        let most = (1_i64 << 53) - 1;
        assert_eq!(canonical(&[most, -most]).unwrap(), "[9007199254740991,-9007199254740991]");
        assert_eq!(canonical(&(most + 1)).unwrap(), "9007199254740992");
        assert!(canonical(&json!({"a": [most + 2]})).is_err());
        assert!(canonical(&(-most - 2)).is_err());
        assert!(canonical(&(1_i64 << 60)).is_err(), "a double, but written 1152921504606847000");
        assert!(canonical(&u64::MAX).is_err());
    }

    #[test]
    fn kept_json_is_put_into_the_form_too() {
        let kept: Json<Value> = Json::from_text(r#"{"b": 1.0,  "a":"نص"}"#.to_owned()).unwrap();
        assert_eq!(canonical(&json!({"kept": kept})).unwrap(), r#"{"kept":{"a":"نص","b":1}}"#);
        assert_eq!(canonical(&kept).unwrap(), r#"{"a":"نص","b":1}"#);
    }

    #[test]
    fn digests_are_those_of_the_standard() {
        // FIPS 180-2, appendix B, and the empty text.
        assert_eq!(digest("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(digest(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    /// Any JSON, its names from where UTF-8 and UTF-16 disagree too.
    fn any_json() -> impl Strategy<Value = Value> {
        let name =
            || prop_oneof!["[a-cA-C\"\\\\\n]{0,3}", "[ء-ي]{1,3}", "[\u{fb33}\u{ffee}😀𞸀]{1,3}", "\\PC{0,4}"];
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (-(1_i64 << 53)..=1 << 53).prop_map(Value::from),
            any::<f64>().prop_filter("JSON has no others", |number| number.is_finite()).prop_map(Value::from),
            name().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 6, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map(name(), inner, 0..6)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    /// Whether every object's members stand in order.
    fn ordered(value: &crate::http::decode::Value) -> bool {
        use crate::http::decode::Value;
        match value {
            Value::Object(members) => {
                let names: Vec<Vec<u16>> =
                    members.iter().map(|(name, _)| name.encode_utf16().collect()).collect();
                names.is_sorted_by(|one, next| one < next) && members.iter().all(|(_, value)| ordered(value))
            }
            Value::Array(items) => items.iter().all(ordered),
            _ => true,
        }
    }

    proptest! {
        #[test]
        fn the_form_is_its_own_form(value in any_json()) {
            let once = canonical(&value).unwrap();
            let again: Value = serde_json::from_str(&once).unwrap();
            prop_assert_eq!(canonical(&again).unwrap(), once.clone());
            prop_assert!(ordered(&crate::http::decode::parse(once.as_bytes()).unwrap()));
        }
    }
}
