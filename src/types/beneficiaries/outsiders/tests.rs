//! What is left out by hand, and that nobody who reckons with what is shown finds a small number.

use proptest::prelude::*;

use super::*;

/// Women, men, girls, boys, unspecified; the total; households, with a disability, elderly.
type Cells = [Option<i64>; 9];

fn row(parts: [i64; 5], beside: [i64; 3]) -> Beneficiaries {
    said(parts.map(Some), beside.map(Some))
}

fn said([women, men, girls, boys, unspecified]: [Option<i64>; 5], beside: [Option<i64>; 3]) -> Beneficiaries {
    let [households, with_disability, elderly] = beside;
    Sums { women, men, girls, boys, unspecified, households, with_disability, elderly }.into()
}

fn cells(row: &Beneficiaries) -> Cells {
    let mut row = row.clone();
    let mut cells = row.cells_mut().map(|cell| *cell);
    std::array::from_fn(|_| cells.next().unwrap())
}

/// As a person writes it: `20 - 5 7 - | 32 | - - -`.
fn written(row: &Beneficiaries) -> String {
    let cells = cells(row).map(|cell| cell.map_or_else(|| "-".to_owned(), |number| number.to_string()));
    let (parts, rest) = cells.split_at(5);
    let (total, beside) = rest.split_at(1);
    format!("{} | {} | {}", parts.join(" "), total.join(" "), beside.join(" "))
}

#[test]
fn numbers_alone() {
    for (parts, beside, shown) in [
        // Nothing to hide.
        ([20, 10, 5, 7, 9], [40, 5, 6], "20 10 5 7 9 | 51 | 40 5 6"),
        // Zeros give nobody away, even where one can tell them.
        ([20, 0, 5, 0, 0], [0, 0, 0], "20 - 5 - - | 25 | - - -"),
        // One small number would be the rest: the smallest shown goes with it.
        ([20, 3, 8, 7, 0], [4, 5, 6], "20 - 8 - - | 38 | - 5 6"),
        ([20, 3, 0, 0, 0], [0, 0, 0], "- - - - - | 23 | - - -"),
        // Two are enough for each other when together they are five.
        ([20, 3, 2, 0, 0], [0, 0, 0], "20 - - - - | 25 | - - -"),
        ([20, 2, 2, 0, 6], [0, 0, 0], "20 - - - - | 30 | - - -"),
        ([3, 2, 0, 0, 0], [0, 0, 0], "- - - - - | 5 | - - -"),
        // A small total is itself not shown.
        ([1, 2, 1, 0, 0], [4, 4, 4], "- - - - - | - | - - -"),
        ([0, 0, 0, 0, 0], [0, 0, 0], "- - - - - | - | - - -"),
    ] {
        let row = row(parts, beside);
        assert_eq!(written(&alone_for_outsiders(&row)), shown, "{}", written(&row));
        let mut rows = [row];
        assert_eq!(written(&for_outsiders(&mut rows)), shown);
        assert_eq!(written(&rows[0]), shown, "a single row is its total");
    }
}

#[track_caller]
fn check(rows: &[([i64; 5], [i64; 3])], shown: &[&str]) {
    let mut rows: Vec<_> = rows.iter().map(|(parts, beside)| row(*parts, *beside)).collect();
    let totals = for_outsiders(&mut rows);
    let got: Vec<String> = rows.iter().chain([&totals]).map(written).collect();
    assert_eq!(got, shown);
}

const NONE: &str = "- - - - - | - | - - -";

#[test]
fn a_breakdown_without_small_numbers_stays() {
    let rows = [([20, 10, 0, 7, 9], [40, 5, 0]), ([0; 5], [0; 3]), ([5, 5, 5, 0, 0], [0, 0, 6])];
    check(&rows, &["20 10 - 7 9 | 46 | 40 5 -", NONE, "5 5 5 - - | 15 | - - 6", "25 15 5 7 9 | 61 | 40 5 6"]);
    let totals = for_outsiders(&mut []);
    assert_eq!(written(&totals), NONE);
}

#[test]
fn a_row_with_a_small_number_goes_and_takes_the_smallest_that_covers_it() {
    let rows = [
        ([20, 3, 0, 0, 0], [9, 0, 0]),
        ([30, 6, 0, 0, 0], [9, 0, 0]),
        ([40, 5, 0, 0, 0], [9, 0, 0]),
        // Smaller, but no help: it has no men.
        ([5, 0, 0, 0, 0], [9, 0, 0]),
    ];
    check(
        &rows,
        &[NONE, NONE, "40 5 - - - | 45 | 9 - -", "5 - - - - | 5 | 9 - -", "95 14 - - - | 109 | 36 - -"],
    );
}

#[test]
fn rows_with_small_numbers_cover_each_other() {
    let rows = [([4, 6, 0, 0, 0], [0; 3]), ([8, 2, 0, 0, 0], [0; 3]), ([5, 5, 0, 0, 0], [0; 3])];
    check(&rows, &[NONE, NONE, "5 5 - - - | 10 | - - -", "17 13 - - - | 30 | - - -"]);
}

#[test]
fn where_a_columns_total_is_small_the_columns_left_out_count_as_one() {
    // Girls 3 and women 110 are left out of the totals; their sum 113 is known.
    let rows = [([0, 0, 3, 0, 0], [0; 3]), ([50, 0, 0, 0, 0], [0; 3]), ([60, 0, 0, 0, 0], [0; 3])];
    check(&rows, &[NONE, NONE, "60 - - - - | 60 | - - -", "- - - - - | 113 | - - -"]);
}

#[test]
fn what_is_counted_beside_is_covered_by_itself() {
    let rows =
        [([50, 50, 0, 0, 0], [9, 2, 0]), ([60, 60, 0, 0, 0], [9, 7, 0]), ([70, 70, 0, 0, 0], [9, 6, 3])];
    check(
        &rows,
        &[
            "50 50 - - - | 100 | 9 - -",
            "60 60 - - - | 120 | 9 7 -",
            "70 70 - - - | 140 | 9 - -",
            "180 180 - - - | 360 | 27 15 -",
        ],
    );
}

#[test]
fn the_last_two_rows_go_together() {
    let rows = [([100, 1, 0, 0, 0], [0; 3]), ([50, 50, 0, 0, 0], [0; 3])];
    check(&rows, &[NONE, NONE, "150 51 - - - | 201 | - - -"]);
    // Only one row has people: it goes, and is no more than the totals.
    let rows = [([100, 1, 0, 0, 0], [0; 3]), ([0; 5], [0; 3])];
    check(&rows, &[NONE, NONE, "- - - - - | 101 | - - -"]);
}

/// Somebody who knows how the numbers hang together and reckons with those that are shown.
struct Attacker {
    /// What each unknown can be, at least and at most.
    bounds: Vec<(f64, f64)>,
    /// Sums of unknowns that are known: the coefficient of each, and the sum.
    equations: Vec<(Vec<f64>, f64)>,
    /// Unknowns that are no more than another, or than a number that is shown.
    below: Vec<(usize, Term)>,
    /// Which unknown a cell is, by row (the totals last) and column; none where it is shown.
    unknowns: Vec<[Option<usize>; 9]>,
}

#[derive(Clone, Copy)]
enum Term {
    Shown(f64),
    Unknown(usize),
}

impl Attacker {
    fn new(table: &[Cells]) -> Self {
        let mut count = 0;
        let mut number = |cell: Option<i64>| match cell {
            Some(_) => None,
            None => {
                count += 1;
                Some(count - 1)
            }
        };
        let unknowns: Vec<[Option<usize>; 9]> = table.iter().map(|row| row.map(&mut number)).collect();
        let mut attacker =
            Self { bounds: vec![(0.0, 1e9); count], equations: Vec::new(), below: Vec::new(), unknowns };
        let term = |attacker: &Self, row: usize, column: usize| match attacker.unknowns[row][column] {
            Some(unknown) => Term::Unknown(unknown),
            None => Term::Shown(table[row][column].unwrap() as f64),
        };
        let last = table.len() - 1;
        for row in 0..=last {
            let parts: Vec<Term> = (0..5).map(|column| term(&attacker, row, column)).collect();
            let total = term(&attacker, row, 5);
            attacker.learn(&parts, total);
            for column in [7, 8] {
                if let Some(unknown) = attacker.unknowns[row][column] {
                    attacker.below.push((unknown, total));
                }
            }
        }
        for column in 0..9 {
            let parts: Vec<Term> = (0..last).map(|row| term(&attacker, row, column)).collect();
            let total = term(&attacker, last, column);
            attacker.learn(&parts, total);
        }
        attacker.eliminate();
        attacker.narrow();
        attacker
    }

    fn learn(&mut self, parts: &[Term], total: Term) {
        let mut coefficients = vec![0.0; self.bounds.len()];
        let mut sum = 0.0;
        for (term, sign) in parts.iter().map(|part| (*part, 1.0)).chain([(total, -1.0)]) {
            match term {
                Term::Unknown(unknown) => coefficients[unknown] += sign,
                Term::Shown(number) => sum -= sign * number,
            }
        }
        self.equations.push((coefficients, sum));
    }

    /// Gauss and Jordan: whatever follows from adding and subtracting totals stands in a line of its own.
    fn eliminate(&mut self) {
        let mut solved = self.equations.clone();
        let mut pivot = 0;
        for unknown in 0..self.bounds.len() {
            let Some(found) = (pivot..solved.len()).find(|i| solved[*i].0[unknown].abs() > 1e-6) else {
                continue;
            };
            solved.swap(pivot, found);
            let divisor = solved[pivot].0[unknown];
            let (line, sum) = solved[pivot].clone();
            let line: Vec<f64> = line.iter().map(|coefficient| coefficient / divisor).collect();
            let sum = sum / divisor;
            for (i, (other, other_sum)) in solved.iter_mut().enumerate() {
                let factor = other[unknown];
                if i != pivot && factor.abs() > 1e-6 {
                    other.iter_mut().zip(&line).for_each(|(to, from)| *to -= factor * from);
                    *other_sum -= factor * sum;
                }
            }
            solved[pivot] = (line, sum);
            pivot += 1;
        }
        self.equations.extend(solved);
    }

    /// Narrows what each can be by what the others of a sum can be, until nothing more follows.
    fn narrow(&mut self) {
        for _ in 0..100 {
            let before = self.bounds.clone();
            for (coefficients, sum) in &self.equations {
                let terms: Vec<(usize, f64)> =
                    coefficients.iter().copied().enumerate().filter(|(_, c)| c.abs() > 1e-6).collect();
                for &(unknown, coefficient) in &terms {
                    let (mut low, mut high) = (*sum, *sum);
                    for &(other, c) in terms.iter().filter(|(other, _)| *other != unknown) {
                        let (least, most) = self.bounds[other];
                        low -= if c > 0.0 { c * most } else { c * least };
                        high -= if c > 0.0 { c * least } else { c * most };
                    }
                    let (one, other) = (low / coefficient, high / coefficient);
                    let bounds = &mut self.bounds[unknown];
                    bounds.0 = bounds.0.max((one.min(other) - 1e-6).ceil());
                    bounds.1 = bounds.1.min((one.max(other) + 1e-6).floor());
                }
            }
            for &(unknown, term) in &self.below {
                let most = match term {
                    Term::Shown(number) => number,
                    Term::Unknown(total) => {
                        self.bounds[total].0 = self.bounds[total].0.max(self.bounds[unknown].0);
                        self.bounds[total].1
                    }
                };
                self.bounds[unknown].1 = self.bounds[unknown].1.min(most);
            }
            if before == self.bounds {
                return;
            }
        }
    }
}

#[test]
fn the_attacker_finds_what_is_left_open() {
    let open = |rows: &[[i64; 5]], hide: &[(usize, usize)]| {
        let rows: Vec<_> = rows.iter().map(|parts| row(*parts, [9, 9, 9])).collect();
        let totals: Sums = rows.iter().map(Sums::from).sum();
        let mut table: Vec<Cells> = rows.iter().map(cells).chain([cells(&totals.into())]).collect();
        hide.iter().for_each(|(row, column)| table[*row][*column] = None);
        let attacker = Attacker::new(&table);
        hide.iter()
            .map(|(row, column)| attacker.bounds[attacker.unknowns[*row][*column].unwrap()])
            .collect::<Vec<_>>()
    };
    // By its row, and by its column.
    assert_eq!(open(&[[20, 3, 9, 9, 9], [9, 9, 9, 9, 9]], &[(0, 1)]), [(3.0, 3.0)]);
    assert_eq!(open(&[[20, 3, 9, 9, 9], [9, 9, 9, 9, 9]], &[(0, 1), (0, 2)]), [(3.0, 3.0), (9.0, 9.0)]);
    // By rows and columns together.
    let hide = [(0, 0), (0, 1), (1, 0), (1, 1), (2, 1), (2, 2)];
    assert_eq!(open(&[[9, 3, 9, 9, 9], [9, 9, 9, 9, 9], [9, 2, 9, 9, 9]], &hide)[4], (2.0, 2.0));
    // Not at all.
    let hide = [(0, 0), (0, 1), (1, 0), (1, 1)];
    assert!(open(&[[9, 3, 9, 9, 9], [9, 9, 9, 9, 9]], &hide).iter().all(|(low, high)| low < high));
}

/// Numbers that are small, near to it, zero, unsaid, or large.
fn number() -> impl Strategy<Value = Option<i64>> {
    prop_oneof![2 => Just(None), 2 => Just(Some(0)), 3 => (1i64..5).prop_map(Some), 4 => (5i64..12).prop_map(Some),
        4 => (12i64..200).prop_map(Some)]
}

fn any_row() -> impl Strategy<Value = Beneficiaries> {
    (prop::array::uniform5(number()), prop::array::uniform3(number())).prop_map(|(parts, beside)| {
        let total = parts.into_iter().flatten().sum::<i64>();
        let [households, with_disability, elderly] = beside;
        let within = |part: Option<i64>| part.map(|part| part.min(total));
        said(parts, [households, within(with_disability), within(elderly)])
    })
}

/// Rows of which most have nothing small, so that something is left to show.
fn any_rows() -> impl Strategy<Value = Vec<Beneficiaries>> {
    let large = (prop::array::uniform5(prop_oneof![Just(0), 5i64..100]), prop::array::uniform3(0i64..9));
    let large = large.prop_map(|(parts, [households, with_disability, elderly])| {
        let total = parts.iter().sum::<i64>();
        row(parts, [households, with_disability.min(total), elderly.min(total)])
    });
    prop::collection::vec(prop_oneof![1 => any_row(), 2 => large], 0..7)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_small_number_can_be_told(rows in any_rows()) {
        let mut shown = rows.clone();
        let totals = for_outsiders(&mut shown);
        let sums: Sums = rows.iter().map(Sums::from).sum();
        let truth: Vec<Cells> = rows.iter().map(cells).chain([cells(&sums.into())]).collect();
        let table: Vec<Cells> = shown.iter().chain([&totals]).map(cells).collect();
        let attacker = Attacker::new(&table);
        for (row, (true_cells, seen_cells)) in truth.iter().zip(&table).enumerate() {
            for (column, (truth, seen)) in true_cells.iter().zip(seen_cells).enumerate() {
                if let Some(seen) = seen {
                    prop_assert!(*seen >= LEAST && Some(*seen) == *truth, "{} {}", row, column);
                    continue;
                }
                let truth = truth.unwrap_or_default();
                let (low, high) = attacker.bounds[attacker.unknowns[row][column].unwrap()];
                prop_assert!(low <= truth as f64 && truth as f64 <= high, "the attacker reckons wrongly");
                let told = high < LEAST as f64;
                prop_assert!(!(small(truth) && told), "{} {}: {} in {}..={}", row, column, truth, low, high);
            }
        }
    }

    #[test]
    fn where_nothing_is_small_only_zeros_are_left_out(rows in prop::collection::vec(any_row(), 0..5)) {
        let large = |number: Option<i64>| number.map(|number| number * LEAST);
        let rows: Vec<Beneficiaries> = rows.iter().map(|row| {
            let [women, men, girls, boys, unspecified, _, households, with_disability, elderly] = cells(row);
            said([women, men, girls, boys, unspecified].map(large), [households, with_disability, elderly].map(large))
        }).collect();
        let mut shown = rows.clone();
        for_outsiders(&mut shown);
        for (before, after) in rows.iter().zip(&shown) {
            prop_assert_eq!(cells(before).map(|cell| cell.filter(|number| *number > 0)), cells(after));
        }
    }
}
