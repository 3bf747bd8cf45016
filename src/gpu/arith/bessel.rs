//! log I_v(x) and log K_v(x), every operation rounded at its site.

use super::parts;
use super::site::sites;
use super::tables::{Function, Tables};
use crate::arith::slices::{ShapeError, SliceError};
use crate::arith::{Exact, Site, Sites, Unary};
use crate::gpu::shader::{Access, Shader, part};
use crate::gpu::{Gpu, GpuError};
use crate::kernels::bessel::emulated::{
    DEBYE, Expansion, Kind, LEADING, LOGARITHM, OUTPUT, Rule, SITES, SUM, factor,
};

static BESSEL: Shader = Shader {
    name: "log-bessel",
    parts: parts!(
        "arith/table.wgsl",
        "arith/sites.wgsl",
        "kernels/bessel/point.wgsl"
    ),
    storage: &[
        Access::Write,
        Access::Read,
        Access::Read,
        Access::Read,
        Access::Read,
    ],
    constants: &[],
};

pub const SHADERS: &[&Shader] = &[&BESSEL];

/// Points of one dispatch at most.
const POINTS: u64 = 1 << 20;
/// Terms of the expansion for large arguments at most: the squares of odd numbers up to there, and so
/// many roundings a point.
const TERMS: usize = 1000;

impl Gpu {
    /// The logarithms at the points (v_i, x_i), the bits of
    /// [`evaluate`](crate::kernels::bessel::emulated::evaluate) for each.
    ///
    /// One invocation a point, for the rule's picks among the expansions for large arguments and the
    /// uniform ones. In a stochastic mode the operations of point i take the random words of their
    /// site's stream from index 2^32 i on.
    ///
    /// The formats of `leading` and `sum`, whose results logarithms are taken of, have 16 bits or
    /// fewer.
    ///
    /// ```
    /// use roundoff::arith::Exact;
    /// use roundoff::gpu::Gpu;
    /// use roundoff::kernels::bessel::emulated::{Expansion, Kind, evaluate};
    /// use roundoff::{Format, Rounder};
    /// let half = Exact::new(&Rounder::new(Format::BINARY16));
    /// let rule = Expansion::Uniform { terms: 4 };
    /// let mut out = [0f32];
    /// match Gpu::new() {
    ///     Ok(gpu) => {
    ///         gpu.log_bessel(&half, &rule, Kind::K, &[20.0], &[50.0], &mut out)?;
    ///         assert_eq!(f64::from(out[0]), evaluate(&half, &rule, Kind::K, 20.0, 50.0));
    ///     }
    ///     Err(reason) => println!("{reason}"),
    /// }
    /// # Ok::<(), roundoff::gpu::GpuError>(())
    /// ```
    ///
    /// # Errors
    /// [`GpuError::Slice`] if the slices are not as long as each other, [`GpuError::Unsupported`]
    /// where the rule picks another expansion or more than 1,000 terms, [`GpuError::Word32`] or
    /// [`GpuError::Table`] for formats that the GPU does not serve; or what went wrong on the GPU.
    pub fn log_bessel<S: Sites<Arith = Exact>, R: Rule + ?Sized>(
        &self,
        at: &S,
        rule: &R,
        kind: Kind,
        v: &[f32],
        x: &[f32],
        result: &mut [f32],
    ) -> Result<(), GpuError> {
        for length in [v.len(), x.len()] {
            if length != result.len() {
                return Err(GpuError::Slice(SliceError::Shape(ShapeError::Lengths {
                    x: length,
                    y: result.len(),
                })));
            }
        }
        let ways = v
            .iter()
            .zip(x)
            .map(|(v, x)| way(rule, kind, f64::from(*v), f64::from(*x)))
            .collect::<Result<Vec<u32>, GpuError>>()?;
        let (told, tables) = told(at, kind)?;
        if result.is_empty() {
            return Ok(());
        }
        let pipeline = self.pipeline(&BESSEL, &[])?;
        let tables = self.upload(&tables)?;
        let most = self.values_at_most(POINTS) as usize;
        for (number, result) in result.chunks_mut(most).enumerate() {
            let first = number * most;
            let range = first..first + result.len();
            let words = |x: &[f32]| -> Vec<u32> { x.iter().map(|x| x.to_bits()).collect() };
            let orders = self.upload(&words(&v[range.clone()]))?;
            let arguments = self.upload(&words(&x[range.clone()]))?;
            let ways = self.upload(&ways[range])?;
            let results = self.storage(4 * result.len() as u64)?;
            let mut call = vec![first as u32];
            call.extend(&told);
            let mut encoder = self.encoder()?;
            self.dispatch(
                &mut encoder,
                &pipeline,
                &call,
                &[
                    results.as_entire_buffer_binding(),
                    orders.as_entire_buffer_binding(),
                    arguments.as_entire_buffer_binding(),
                    ways.as_entire_buffer_binding(),
                    tables.as_entire_buffer_binding(),
                ],
                result.len() as u32,
            )?;
            let got = self.read_after(encoder, &results, result.len())?;
            for (y, word) in result.iter_mut().zip(got) {
                *y = f32::from_bits(word);
            }
        }
        Ok(())
    }
}

/// By which expansion, and 4 times its terms: `point.wgsl` has the codes.
fn way<R: Rule + ?Sized>(rule: &R, kind: Kind, v: f64, x: f64) -> Result<u32, GpuError> {
    if !(v >= 0.0 && v.is_finite() && x > 0.0 && x.is_finite()) {
        return Ok(0);
    }
    let expansion = rule.pick(kind, v, x);
    match expansion {
        _ if !expansion.applies(kind) => Ok(0),
        Expansion::LargeArgument { terms } if terms <= TERMS => Ok(1 | (terms as u32) << 2),
        Expansion::Uniform { terms } => Ok(2 | (terms.min(DEBYE.len() - 1) as u32) << 2),
        _ => Err(GpuError::Unsupported {
            what: format!("the expansion {expansion} of a Bessel function"),
        }),
    }
}

/// The words of `Call` from `is_k` on, and the tables.
fn told<S: Sites<Arith = Exact>>(at: &S, kind: Kind) -> Result<(Vec<u32>, Vec<u32>), GpuError> {
    let mut tables = Tables::default();
    let mut table = |operation: Unary, operand: Site, of: Site| {
        let format = |site| at.at(site).exactly().format();
        tables.function(&Function::new(operation, format(operand), format(of)))
    };
    let log_leading = table(Unary::Log, LEADING, LEADING)?;
    let arcsinh = table(Unary::ArcSinh, LEADING, LEADING)?;
    let log_sum = table(Unary::Log, SUM, LOGARITHM)?;
    let factor = tables.number(factor(kind));
    let debye = tables.number(1.0);
    for c in DEBYE.iter().skip(1).flatten() {
        tables.number(*c);
    }
    let mut call = vec![u32::from(kind == Kind::K), debye, factor, 0, 0];
    call.extend(sites(at, SITES)?);
    call.extend(log_leading);
    call.extend(arcsinh);
    call.extend(log_sum);
    // The sites that the shader has no constants for.
    debug_assert_eq!(OUTPUT.index() + 1, SITES.len());
    Ok((call, tables.words()))
}
