//! The table that is printed.

use std::fmt;

/// What is asked for.
#[derive(Clone, Copy)]
pub enum Bar {
    /// At least so many times the other's rate.
    Times(f64),
}

/// Rows in Markdown.
#[derive(Default)]
pub struct Table {
    rows: Vec<String>,
}

impl Table {
    /// A rate beside another's; what is missing was not measured.
    pub fn row(
        &mut self,
        work: &str,
        engine: &str,
        ours: Option<f64>,
        with: &str,
        theirs: Option<f64>,
        bar: Bar,
    ) {
        let Bar::Times(least) = bar;
        let rate = |rate: Option<f64>| rate.map_or_else(|| "not measured".to_owned(), thousands);
        let ratio = ours.zip(theirs).map(|(ours, theirs)| ours / theirs);
        let shown = ratio.map_or_else(|| "–".to_owned(), |ratio| format!("{ratio:.2}"));
        let met = ratio.map_or("–", |ratio| if ratio >= least { "yes" } else { "**no**" });
        let row = format!(
            "| {work} | {engine} | {} | {with}: {} | {shown} × | ≥ {least:.2} × | {met} |",
            rate(ours),
            rate(theirs)
        );
        self.push(row);
    }

    /// A quantity that is to stay below a bound.
    pub fn at_most(&mut self, what: &str, engine: &str, value: f64, bound: f64, unit: &str) {
        let met = if value <= bound { "yes" } else { "**no**" };
        self.push(format!("| {what} | {engine} | {value:.0} {unit} | – | – | ≤ {bound:.0} {unit} | {met} |"));
    }

    fn push(&mut self, row: String) {
        eprintln!("{row}");
        self.rows.push(row);
    }
}

impl fmt::Display for Table {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "| work | engine | Awasir, req/s | compared with, req/s | ratio | bar | met |")?;
        writeln!(out, "| --- | --- | --- | --- | --- | --- | --- |")?;
        self.rows.iter().try_for_each(|row| writeln!(out, "{row}"))
    }
}

/// `12,345`
fn thousands(rate: f64) -> String {
    let whole = format!("{rate:.0}");
    let mut text = String::new();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
