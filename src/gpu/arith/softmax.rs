//! Softmax and its kin, every operation rounded at its site.

use super::operands::inputs;
use super::parts;
use super::site::sites;
use super::tables::{Function as Table, TABLE, Tables};
use crate::arith::slices::Matrix;
use crate::arith::word32::Word32;
use crate::arith::{Exact, Site, Sites, Unary};
use crate::format::{Format, Subnormals};
use crate::gpu::launch::DISPATCH;
use crate::gpu::shader::{Access, Shader, part};
use crate::gpu::{Gpu, GpuError};
use crate::kernels::order::Order;
use crate::kernels::softmax::{
    ACCUMULATION, EXPONENTIAL, Function, INPUT, LAZY, LOG_2, LOG_2_REST, LOG2_E, LOGARITHM, OUTPUT,
    PAIR_MANTISSA, SITES, SUBTRACTION, Scaling, Softmax, Variant,
};
use crate::{Rounder, Rounding};

const STORAGE: &[Access] = &[
    Access::Write,
    Access::Write,
    Access::Write,
    Access::Write,
    Access::Read,
];

/// A variant's shader: what is common, the variant's own parts, orders and rows.
macro_rules! variant {
    ($name:literal, $($own:literal),*) => {
        Shader {
            name: $name,
            parts: parts!(
                functions,
                "arith/sites.wgsl",
                "kernels/softmax/common.wgsl",
                $($own,)*
                "kernels/softmax/state.wgsl",
                "kernels/softmax/orders.wgsl",
                "kernels/softmax/row.wgsl"
            ),
            storage: STORAGE,
            constants: &["COMPUTED"],
        }
    };
}

static NAIVE: Shader = variant!("softmax naive", "kernels/softmax/naive.wgsl");
static RECOMPUTE: Shader = variant!(
    "softmax three-pass-recompute",
    "kernels/softmax/three_pass.wgsl",
    "kernels/softmax/recompute.wgsl"
);
static RELOAD: Shader = variant!(
    "softmax three-pass-reload",
    "kernels/softmax/three_pass.wgsl",
    "kernels/softmax/reload.wgsl"
);
static TWO_PASS: Shader = variant!("softmax two-pass", "kernels/softmax/two_pass.wgsl");
static ONLINE: Shader = variant!("softmax online", "kernels/softmax/online.wgsl");

pub const SHADERS: &[&Shader] = &[&NAIVE, &RECOMPUTE, &RELOAD, &TWO_PASS, &ONLINE];

const fn shader(variant: Variant) -> &'static Shader {
    match variant {
        Variant::Naive => &NAIVE,
        Variant::ThreePassRecompute => &RECOMPUTE,
        Variant::ThreePassReload => &RELOAD,
        Variant::TwoPass => &TWO_PASS,
        Variant::Online | Variant::OnlineLazy => &ONLINE,
    }
}

/// Values of a row that go through all phases in one dispatch: Mesa's llvmpipe stops the loops of an
/// invocation after 65,535 turns in all, and a value takes up to seven.
const SEGMENT: usize = 1 << 12;
/// Words that a long row keeps between two dispatches: `state.wgsl` has the layout.
const STATE: usize = 10 + 5 + 1 + 3 * 33;
/// Phases, as `row.wgsl` numbers them: of the inputs, of what a variant prepares, of what it keeps, of
/// the sum, of the results.
const PHASES: [u32; 5] = [1, 2, 4, 8, 16];
/// Values of one dispatch at most, so that none takes seconds.
const WORK: u64 = 1 << 24;

impl Gpu {
    /// A variant over the rows of a matrix, the bits of [`Softmax::evaluate`] for each row. Results
    /// stand row after row, [`Function::values`] of each.
    ///
    /// Values are f32s, or f64s that f32s hold once `input` has rounded them. One invocation a row. In a stochastic mode the operations of row r take the random words of
    /// their site's stream from index 2^32 r on: as [`Exact::set_operations`] would have it.
    ///
    /// The exponential and the logarithm are looked up where their operands' format has 16 bits or fewer,
    /// and computed else.
    ///
    /// ```
    /// use roundoff::arith::slices::Matrix;
    /// use roundoff::arith::{Exact, PerSite};
    /// use roundoff::gpu::Gpu;
    /// use roundoff::kernels::softmax::{SITES, Softmax, Variant};
    /// use roundoff::{Format, Rounder};
    /// let sites = PerSite::rounders(SITES)
    ///     .with_rounder("accumulation", &Rounder::new(Format::BINARY32))?
    ///     .with_rounders(&Rounder::new(Format::BINARY16))
    ///     .build()?;
    /// let softmax = Softmax::new(Variant::Online);
    /// let scores = [1.0f32, 2.0, 3.0, 3.0];
    /// let mut out = [0f32; 4];
    /// match Gpu::new() {
    ///     Ok(gpu) => {
    ///         gpu.softmax(&softmax, &sites, Matrix::new(&scores, 2, 2)?, &mut out)?;
    ///         assert_eq!(out[2..], [0.5, 0.5]);
    ///     }
    ///     Err(reason) => println!("{reason}"),
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`GpuError::Room`] if `result` is not as long as the results, [`GpuError::Word32`] or
    /// [`GpuError::Table`] for formats that the GPU does not serve, [`GpuError::TooLarge`] for a row
    /// longer than a binding holds, [`GpuError::Unsupported`] for values that no f32 holds; or what went wrong on the GPU.
    pub fn softmax<S: Sites<Arith = Exact>, T: Copy + Default + Into<f64>>(
        &self,
        softmax: &Softmax,
        at: &S,
        rows: Matrix<'_, T>,
        result: &mut [f32],
    ) -> Result<(), GpuError> {
        let (count, columns) = (rows.rows(), rows.columns());
        let each = softmax.function.values(columns);
        if count.checked_mul(each) != Some(result.len()) {
            return Err(GpuError::Room {
                wanted: count.saturating_mul(each),
                room: result.len(),
            });
        }
        let told = Told::new(softmax, at, columns)?;
        if columns == 0 {
            // log-sum-exp of nothing.
            result.fill(at.at(OUTPUT).exactly().num(f64::NEG_INFINITY, 0) as f32);
            return Ok(());
        }
        if 4 * columns as u64 > self.adapter().largest_binding || columns > u32::MAX as usize {
            return Err(GpuError::TooLarge {
                adapter: self.adapter().name.clone(),
                bytes: 4 * columns as u64,
                limit: self.adapter().largest_binding,
            });
        }
        if count == 0 {
            return Ok(());
        }
        let pipeline = self.pipeline(shader(softmax.variant), &told.tables.constants())?;
        let tables = self.tables(told.tables)?;
        let most = (self.values_at_most(WORK) / columns as u64).clamp(1, DISPATCH) as usize;
        let input = at.at(INPUT).rounder();
        let mut row = vec![T::default(); columns];
        for (number, result) in result.chunks_mut(most * each).enumerate() {
            let first = number * most;
            let part = result.len() / each;
            let mut words = Vec::with_capacity(part * columns);
            for i in first..first + part {
                rows.copy_row(i, 0, &mut row);
                let row = inputs(&input, &row, (i as u64) << 32)?;
                words.extend(row.iter().map(|x| x.to_bits()));
            }
            let scores = self.upload(&words)?;
            let keeps = matches!(softmax.variant, Variant::Naive | Variant::ThreePassReload);
            let kept = self.storage(if keeps { 4 * words.len() as u64 } else { 4 })?;
            let results = self.storage(4 * result.len() as u64)?;
            let long = columns > SEGMENT;
            let state = self.storage(if long { (4 * STATE * part) as u64 } else { 4 })?;
            let mut encoder = self.encoder()?;
            let segments = segments(softmax, columns);
            for (n, (phases, begin, end)) in segments.iter().enumerate() {
                let mut call = vec![first as u32];
                call.extend(&told.call[..7]);
                call.extend([*phases, *begin, *end]);
                call.extend([n > 0, n + 1 < segments.len()].map(u32::from));
                call.push(0);
                call.extend(&told.call[7..]);
                self.dispatch(
                    &mut encoder,
                    &pipeline,
                    &call,
                    &[
                        results.as_entire_buffer_binding(),
                        scores.as_entire_buffer_binding(),
                        kept.as_entire_buffer_binding(),
                        state.as_entire_buffer_binding(),
                        tables.as_entire_buffer_binding(),
                    ],
                    part as u32,
                )?;
            }
            let got = self.read_after(encoder, &results, result.len())?;
            for (y, word) in result.iter_mut().zip(got) {
                *y = f32::from_bits(word);
            }
        }
        Ok(())
    }
}

/// The dispatches of a row: phases, first column, column past the last one.
fn segments(softmax: &Softmax, columns: usize) -> Vec<(u32, u32, u32)> {
    if columns <= SEGMENT {
        return vec![(PHASES.iter().sum(), 0, columns as u32)];
    }
    let mut all = Vec::new();
    for phase in PHASES {
        // log-sum-exp has one result.
        let once = phase == 16 && softmax.function == Function::LogSumExp;
        let columns = if once { 1 } else { columns };
        for begin in (0..columns).step_by(SEGMENT) {
            let end = columns.min(begin + SEGMENT);
            all.push((phase, begin as u32, end as u32));
        }
    }
    all
}

/// What the shader is told.
struct Told {
    /// The words of `Call` from `columns` on, without the phases and what belongs to them.
    call: Vec<u32>,
    tables: Tables,
}

impl Told {
    fn new<S: Sites<Arith = Exact>>(
        softmax: &Softmax,
        at: &S,
        columns: usize,
    ) -> Result<Self, GpuError> {
        let format = |site: Site| at.at(site).exactly().format();
        let mut tables = Tables::default();
        let (operand, of) = match softmax.variant {
            Variant::Naive => (INPUT, EXPONENTIAL),
            Variant::TwoPass => (SUBTRACTION, PAIR_MANTISSA),
            _ => (SUBTRACTION, EXPONENTIAL),
        };
        let exp = tables.function(&Table::new(Unary::Exp, format(operand), format(of)))?;
        let log: [u32; TABLE] = match softmax.function {
            Function::Softmax => tables.none(),
            _ => {
                let operand = format(ACCUMULATION);
                tables.function(&Table::new(Unary::Log, operand, format(LOGARITHM)))?
            }
        };
        let constants = match softmax.variant {
            Variant::TwoPass => two_pass_constants(at, &mut tables),
            _ => 0,
        };
        let slack = match softmax.variant {
            Variant::OnlineLazy => at_most(LAZY),
            _ => 0.0,
        };
        let columns = columns as u32;
        let (block, pairwise) = match softmax.order {
            Order::Sequential => (columns, false),
            Order::Blocked { k } => (u32::try_from(k.max(1)).unwrap_or(u32::MAX), false),
            Order::Pairwise => (columns, true),
        };
        let mut call = vec![
            columns,
            block,
            u32::from(pairwise),
            u32::from(softmax.scaling == Scaling::Divide),
            match softmax.function {
                Function::Softmax => 0,
                Function::LogSoftmax => 1,
                Function::LogSumExp => 2,
            },
            slack.to_bits(),
            constants,
        ];
        call.extend(sites(at, SITES)?);
        call.extend(exp);
        call.extend(log);
        call.extend(integers()?.words());
        Ok(Self { call, tables })
    }
}

/// Rounding to the nearest integer is rounding to a format whose steps are 1: that of integers of
/// up to 24 digits, which every greater f32 is anyway.
fn integers() -> Result<Word32, GpuError> {
    let unrefused = |_| GpuError::Unsupported {
        what: "the format of integers".to_owned(),
    };
    let format = Format::custom(24, 23, 127, Subnormals::Kept).map_err(unrefused)?;
    let rounder = Rounder::new(format).with_rounding(Rounding::NearestTiesToEven);
    Ok(Word32::new(&rounder)?)
}

/// The greatest f32 that is not above x > 0: an f32 is above the one if it is above the other.
fn at_most(x: f64) -> f32 {
    let near = x as f32;
    match f64::from(near) > x {
        true => near.next_down(),
        false => near,
    }
}

/// The constants of `two_pass.wgsl`, in its order. What is left of log 2 depends on what it is rounded
/// to: one of two numbers, which the least and the greatest random word give.
fn two_pass_constants<S: Sites<Arith = Exact>>(at: &S, tables: &mut Tables) -> u32 {
    let constants = tables.number(LOG2_E);
    tables.number(LOG_2);
    for site in [SUBTRACTION, LOGARITHM] {
        let exactly = at.at(site).exactly();
        let [high, other] = [0, u64::MAX].map(|random| exactly.num(LOG_2, random));
        tables.word((high as f32).to_bits());
        for high in [high, other] {
            tables.number((LOG_2 - high) + LOG_2_REST);
        }
    }
    constants
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slack_keeps_its_comparisons() {
        let slack = at_most(LAZY);
        assert!(f64::from(slack) <= LAZY && f64::from(slack.next_up()) > LAZY);
        assert_eq!(at_most(0.5), 0.5);
    }
}
