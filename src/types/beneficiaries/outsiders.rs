//! Beneficiaries as those see them who are not partners: nobody shall be found in a group of less than [`LEAST`].
//!
//! What is shown is a row of totals and, beneath it, the rows that add up to it (by community, by activity, by
//! month). Every number under [`LEAST`] is left out, zero too, so that what is left out says nothing. That alone is
//! not enough: what is missing can be computed from what is shown. So more is left out, until of all that is left
//! out together, wherever a total gives it away, the sum is zero or [`LEAST`] and more. Then each number left out may,
//! for all that anybody can tell, be [`LEAST`] or more: any split of such a sum would look the same.
//!
//! 1. **The totals.** Of the five numbers that make up `total`: while those left out have a sum of 1 to 4, the
//!    smallest shown goes too. (A `total` under [`LEAST`] is itself left out, with all that is in it.)
//! 2. **The rows.** One in which any of the five is 1 to 4 goes whole. Of the rows that went, each column's sum must
//!    be zero or [`LEAST`] and more, and there must be two; until then the smallest goes that helps. Columns whose own total
//!    is not shown count as one: their sum follows from `total` and the columns that are shown. In the rows that stay
//!    all numbers are zero or [`LEAST`] and more, so that only zeros are left out there.
//! 3. **What is counted beside** (households, with a disability, elderly): each column by itself. To what went with the
//!    rows comes what is 1 to 4, and while the sum is 1 to 4 the smallest shown.
//!
//! What this cannot see: the same people broken down along a second line, or the same rows a month later. Of one
//! set of people outsiders may be shown one breakdown only.

use super::{Beneficiaries, Sums};

/// The smallest number that those outside see.
pub const LEAST: i64 = 5;

/// How many numbers make up the total.
const PARTS: usize = 5;
/// How many are counted beside it.
const BESIDE: usize = 3;

/// Leaves out of the rows of one breakdown what outsiders may not see; the row of their totals, as it may be shown
/// above them.
pub fn for_outsiders(rows: &mut [Beneficiaries]) -> Beneficiaries {
    let sums: Sums = rows.iter().map(Sums::from).sum();
    let totals = alone_for_outsiders(&Beneficiaries::from(sums));
    if let [only] = rows {
        *only = totals.clone();
        return totals;
    }
    let whole = rows_left_out(rows, &totals);
    let beside = beside_left_out(rows, &totals, &whole);
    for (i, row) in rows.iter_mut().enumerate() {
        let whole = whole.get(i).is_some_and(|whole| *whole);
        for (kind, cell) in row.beside_mut().into_iter().enumerate() {
            if beside.get(kind).and_then(|column| column.get(i)).is_some_and(|left_out| *left_out) {
                *cell = None;
            }
        }
        for cell in row.cells_mut() {
            *cell = cell.filter(|number| !whole && *number >= LEAST);
        }
    }
    totals
}

/// What outsiders see of numbers that no breakdown of is shown: one activity's target, a programme's totals.
pub fn alone_for_outsiders(all: &Beneficiaries) -> Beneficiaries {
    let mut shown = all.clone();
    let parts = all.parts();
    let mut left_out = parts.map(small);
    cover(&parts, &mut left_out);
    for (cell, left_out) in shown.parts_mut().into_iter().zip(left_out) {
        *cell = cell.filter(|_| !left_out);
    }
    for cell in shown.cells_mut() {
        *cell = cell.filter(|number| *number >= LEAST);
    }
    shown
}

/// A number by which somebody could be found. Zero is nobody; below it something was taken back.
fn small(number: i64) -> bool {
    number < LEAST && number != 0
}

/// Leaves out the smallest that is shown while the sum of those left out is small; the total of all is known.
fn cover(numbers: &[i64], left_out: &mut [bool]) {
    loop {
        let sum: i64 =
            numbers.iter().zip(&*left_out).map(|(number, out)| if *out { *number } else { 0 }).sum();
        let shown = numbers.iter().zip(left_out.iter_mut()).filter(|(number, out)| !**out && **number > 0);
        match shown.min_by_key(|(number, _)| **number) {
            Some((_, out)) if small(sum) => *out = true,
            _ => return,
        }
    }
}

/// Which rows go whole.
fn rows_left_out(rows: &[Beneficiaries], totals: &Beneficiaries) -> Vec<bool> {
    let lines: Vec<[i64; PARTS + 1]> = rows.iter().map(|row| lines(row, totals)).collect();
    let mut left_out: Vec<bool> = rows.iter().map(|row| row.parts().into_iter().any(small)).collect();
    if !left_out.contains(&true) {
        return left_out;
    }
    loop {
        let mut sums = [0; PARTS + 1];
        for (line, _) in lines.iter().zip(&left_out).filter(|(_, out)| **out) {
            sums.iter_mut().zip(line).for_each(|(sum, number)| *sum += number);
        }
        let short = sums.into_iter().position(small);
        let alone = left_out.iter().filter(|out| **out).count() < 2;
        let helps = |line: &[i64; PARTS + 1]| match short {
            Some(column) => line.get(column).is_some_and(|number| *number > 0),
            None => alone && line.iter().any(|number| *number > 0),
        };
        let shown = lines.iter().zip(left_out.iter_mut()).filter(|(line, out)| !**out && helps(line));
        match shown.min_by_key(|(line, _)| line.iter().sum::<i64>()) {
            Some((_, out)) => *out = true,
            None => return left_out,
        }
    }
}

/// A row's numbers in the columns whose total is shown, and the sum of those in the others.
fn lines(row: &Beneficiaries, totals: &Beneficiaries) -> [i64; PARTS + 1] {
    let mut lines = [0; PARTS + 1];
    let (columns, others) = lines.split_at_mut(PARTS);
    let known = totals.clone().parts_mut().map(|total| total.is_some());
    for ((column, number), known) in columns.iter_mut().zip(row.parts()).zip(known) {
        if known {
            *column = number;
        } else {
            others.iter_mut().for_each(|others| *others += number);
        }
    }
    lines
}

/// Of each kind that is counted beside: in which rows it is left out.
fn beside_left_out(rows: &[Beneficiaries], totals: &Beneficiaries, whole: &[bool]) -> [Vec<bool>; BESIDE] {
    let known = totals.clone().beside_mut().map(|total| total.is_some());
    let mut kind = 0;
    known.map(|known| {
        let numbers: Vec<i64> =
            rows.iter().map(|row| row.beside().get(kind).copied().unwrap_or_default()).collect();
        kind += 1;
        let mut left_out: Vec<bool> =
            numbers.iter().zip(whole).map(|(number, whole)| *whole || small(*number)).collect();
        if known {
            cover(&numbers, &mut left_out);
        }
        left_out
    })
}

impl Beneficiaries {
    /// What makes up the total; nothing where nothing is said.
    fn parts(&self) -> [i64; PARTS] {
        [self.women, self.men, self.girls, self.boys, self.unspecified].map(Option::unwrap_or_default)
    }

    fn beside(&self) -> [i64; BESIDE] {
        [self.households, self.with_disability, self.elderly].map(Option::unwrap_or_default)
    }

    fn parts_mut(&mut self) -> [&mut Option<i64>; PARTS] {
        [&mut self.women, &mut self.men, &mut self.girls, &mut self.boys, &mut self.unspecified]
    }

    fn beside_mut(&mut self) -> [&mut Option<i64>; BESIDE] {
        [&mut self.households, &mut self.with_disability, &mut self.elderly]
    }

    fn cells_mut(&mut self) -> impl Iterator<Item = &mut Option<i64>> {
        let Self { women, men, girls, boys, unspecified, total, households, with_disability, elderly } = self;
        [women, men, girls, boys, unspecified, total, households, with_disability, elderly].into_iter()
    }
}

#[cfg(test)]
mod tests;
