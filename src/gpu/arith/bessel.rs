//! log I_v(x) and log K_v(x), every operation rounded at its site.

use super::operands::inputs;
use super::parts;
use super::site::sites;
use super::tables::{Function, Tables};
use crate::arith::slices::{ShapeError, SliceError};
use crate::arith::{Exact, Site, Sites, Unary};
use crate::gpu::shader::{Access, Shader, part};
use crate::gpu::{Gpu, GpuError};
use crate::kernels::bessel::emulated::{
    DEBYE, EXPONENTIAL, Expansion, INPUT, Kind, LEADING, LOGARITHM, NODES, OUTPUT, RECURRENCE,
    Rule, SITES, SUM, TERM, count, end, factor, steps,
};

/// A shader for points by some of the expansions.
macro_rules! family {
    ($name:literal, $($own:literal),*) => {
        Shader {
            name: $name,
            parts: parts!(
                functions,
                "arith/sites.wgsl",
                $($own,)*
                "kernels/bessel/point.wgsl"
            ),
            storage: &[
                Access::Write,
                Access::Read,
                Access::Read,
                Access::Read,
                Access::Read,
            ],
            constants: &["COMPUTED"],
        }
    };
}

static ASYMPTOTIC: Shader = family!(
    "log-bessel asymptotic",
    "kernels/bessel/asymptotic.wgsl",
    "kernels/bessel/by_asymptotic.wgsl"
);
static SUMS: Shader = family!(
    "log-bessel sums",
    "kernels/bessel/sums.wgsl",
    "kernels/bessel/by_sums.wgsl"
);
static DOWN: Shader = family!(
    "log-bessel recurrence down",
    "kernels/bessel/asymptotic.wgsl",
    "kernels/bessel/recurrence.wgsl",
    "kernels/bessel/recurrence_down.wgsl"
);
static UP: Shader = family!(
    "log-bessel recurrence up",
    "kernels/bessel/sums.wgsl",
    "kernels/bessel/recurrence.wgsl",
    "kernels/bessel/recurrence_up.wgsl"
);

pub const SHADERS: &[&Shader] = &[&ASYMPTOTIC, &SUMS, &DOWN, &UP];

/// Points of one dispatch at most.
const POINTS: u64 = 1 << 20;
/// Terms, nodes and steps at most, but for the series, which has up to 20,000 terms: the squares of odd
/// numbers up to there fit in a word, and no point takes seconds.
const MOST: usize = 1000;

impl Gpu {
    /// The logarithms at the points (v_i, x_i), the bits of
    /// [`evaluate`](crate::kernels::bessel::emulated::evaluate) for each.
    ///
    /// Orders and arguments are f32s, or f64s that f32s hold once `input` has rounded them; the rule is asked
    /// before they are. One invocation a point. In a stochastic mode the operations of point i take the random words of
    /// their site's stream from index 2^32 i on.
    ///
    /// Functions of results of 16 bits or fewer are looked up, of wider ones computed.
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
    /// where the rule picks more than 1,000 terms, nodes or steps, [`GpuError::Word32`] or
    /// [`GpuError::Table`] for formats that the GPU does not serve; or what went wrong on the GPU.
    pub fn log_bessel<S: Sites<Arith = Exact>, R: Rule + ?Sized, T: Copy + Into<f64>>(
        &self,
        at: &S,
        rule: &R,
        kind: Kind,
        v: &[T],
        x: &[T],
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
        let mut needs = Needs::default();
        let mut ways = Vec::with_capacity(WAY * v.len());
        for (v, x) in v.iter().zip(x) {
            ways.extend(way(rule, kind, (*v).into(), (*x).into(), &mut needs)?);
        }
        let (told, tables) = told(at, kind, &needs)?;
        if result.is_empty() {
            return Ok(());
        }
        let pipelines = (needs.shaders().into_iter())
            .map(|shader| self.pipeline(shader, &tables.constants()))
            .collect::<Result<Vec<_>, GpuError>>()?;
        let tables = self.tables(tables)?;
        let most = self.values_at_most(POINTS) as usize;
        let input = at.at(INPUT).rounder();
        for (number, result) in result.chunks_mut(most).enumerate() {
            let first = number * most;
            let range = first..first + result.len();
            let mut orders = Vec::with_capacity(result.len());
            let mut arguments = Vec::with_capacity(result.len());
            for i in range.clone() {
                // Where there is no function no shader looks.
                let point = match ways[WAY * i] {
                    0 => vec![0.0; 2],
                    _ => inputs(&input, &[v[i], x[i]], (i as u64) << 32)?,
                };
                orders.push(point[0].to_bits());
                arguments.push(point[1].to_bits());
            }
            let orders = self.upload(&orders)?;
            let arguments = self.upload(&arguments)?;
            let ways = &ways[WAY * range.start..WAY * range.end];
            let expansions = self.upload(ways)?;
            let results = self.storage(4 * result.len() as u64)?;
            let mut call = vec![first as u32];
            call.extend(&told);
            let mut encoder = self.encoder()?;
            for pipeline in &pipelines {
                self.dispatch(
                    &mut encoder,
                    pipeline,
                    &call,
                    &[
                        results.as_entire_buffer_binding(),
                        orders.as_entire_buffer_binding(),
                        arguments.as_entire_buffer_binding(),
                        expansions.as_entire_buffer_binding(),
                        tables.as_entire_buffer_binding(),
                    ],
                    result.len() as u32,
                )?;
            }
            let got = self.read_after(encoder, &results, result.len())?;
            for ((y, word), way) in result.iter_mut().zip(got).zip(ways.chunks(WAY)) {
                // Where there is no function no shader has written.
                *y = match way[0] {
                    0 => f32::NAN,
                    _ => f32::from_bits(word),
                };
            }
        }
        Ok(())
    }
}

/// Words of `expansions` a point.
const WAY: usize = 5;

/// What the picks of a rule need: tables of functions, by what is looked up, and shaders.
#[derive(Debug, Default)]
struct Needs {
    leading: bool,
    series: bool,
    integral: bool,
    powers: bool,
    recurrence: bool,
    shaders: [bool; SHADERS.len()],
}

impl Needs {
    fn shaders(&self) -> Vec<&'static Shader> {
        let all = SHADERS.iter().copied().zip(self.shaders);
        all.filter_map(|(shader, needed)| needed.then_some(shader))
            .collect()
    }
}

/// By which expansion, with how many terms, and the widths of the integrals' rules: `point.wgsl` has the
/// codes.
fn way<R: Rule + ?Sized>(
    rule: &R,
    kind: Kind,
    v: f64,
    x: f64,
    needs: &mut Needs,
) -> Result<[u32; WAY], GpuError> {
    if !(v >= 0.0 && v.is_finite() && x > 0.0 && x.is_finite()) {
        return Ok([0; WAY]);
    }
    let expansion = rule.pick(kind, v, x);
    if !expansion.applies(kind) {
        return Ok([0; WAY]);
    }
    let width = |v: f64, nodes: usize| end(v, x) / nodes.max(1) as f64;
    let uniform = |terms: usize| terms.min(DEBYE.len() - 1);
    let (code, terms, widths): (u32, _, _) = match expansion {
        Expansion::LargeArgument { terms } => {
            needs.leading = true;
            (1, terms, [1.0; 2])
        }
        Expansion::Uniform { terms } => {
            needs.leading = true;
            (2, uniform(terms), [1.0; 2])
        }
        Expansion::Series => {
            (needs.series, needs.powers) = (true, true);
            (3, count(v, x), [1.0; 2])
        }
        Expansion::Integral { nodes } => {
            (needs.integral, needs.powers) = (true, true);
            (4, nodes, [width(v, nodes), 1.0])
        }
        Expansion::Recurrence { terms } => {
            (needs.recurrence, needs.powers) = (true, true);
            match kind {
                Kind::I => {
                    needs.leading = true;
                    (5, uniform(terms), [1.0; 2])
                }
                Kind::K => {
                    needs.integral = true;
                    let (steps, low) = steps(v);
                    (6, steps, [width(low.abs(), NODES), width(low + 1.0, NODES)])
                }
            }
        }
    };
    if code != 3 && terms > MOST {
        return Err(GpuError::Unsupported {
            what: format!("{terms} terms, nodes or steps of a Bessel function, more than {MOST}"),
        });
    }
    // In the order of SHADERS; point.wgsl has the codes.
    needs.shaders[[0, 0, 0, 1, 1, 2, 3][code as usize]] = true;
    let halves = |x: f64| [(x.to_bits() >> 32) as u32, x.to_bits() as u32];
    let [[a, b], [c, d]] = widths.map(halves);
    Ok([code | (terms as u32) << 3, a, b, c, d])
}

/// The words of `Call` from `is_k` on, and the tables.
fn told<S: Sites<Arith = Exact>>(
    at: &S,
    kind: Kind,
    needs: &Needs,
) -> Result<(Vec<u32>, Tables), GpuError> {
    let mut tables = Tables::default();
    let format = |site: Site| at.at(site).exactly().format();
    let mut functions = Vec::new();
    for (needed, operation, operand, of) in [
        (needs.leading, Unary::Log, LEADING, LEADING),
        (needs.leading, Unary::ArcSinh, LEADING, LEADING),
        (needs.series, Unary::Log, TERM, TERM),
        (needs.series, Unary::LogGamma, TERM, TERM),
        (needs.integral, Unary::Softplus, TERM, TERM),
        (needs.integral, Unary::Cosh, TERM, TERM),
        (needs.powers, Unary::Exp, EXPONENTIAL, EXPONENTIAL),
        // Every expansion ends with it.
        (true, Unary::Log, SUM, LOGARITHM),
        (needs.integral, Unary::Log, OUTPUT, OUTPUT),
        (needs.recurrence, Unary::Log, RECURRENCE, RECURRENCE),
    ] {
        functions.extend(match needed {
            true => tables.function(&Function::new(operation, format(operand), format(of)))?,
            false => tables.none(),
        });
    }
    let factor = tables.number(factor(kind));
    let log_two = tables.number(std::f64::consts::LN_2);
    let debye = tables.number(1.0);
    for c in DEBYE.iter().skip(1).flatten() {
        tables.number(*c);
    }
    let mut call = vec![u32::from(kind == Kind::K), debye, factor, log_two, 0];
    call.extend(sites(at, SITES)?);
    call.extend(functions);
    Ok((call, tables))
}
