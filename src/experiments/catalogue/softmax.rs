//! The softmax family: three functions by six algorithms.

#[cfg(feature = "gpu")]
use super::body;
use super::body::{Body, Run, Values};
use super::normalisation::{ROWS, rows};
use super::{Array, Card, Choice, Inputs, Slot, Subject, SubjectError, Theorem, bounds};
use crate::arith::Sites;
#[cfg(feature = "gpu")]
use crate::arith::{Exact, PerSite, slices::Matrix};
#[cfg(feature = "gpu")]
use crate::gpu::{Gpu, GpuError};
use crate::kernels::inputs::uniform;
use crate::kernels::order::Order;
use crate::kernels::softmax::{self, Function, Rows, Softmax, Variant};
use crate::measure::vector::Truth;

pub(super) fn add(all: &mut Vec<&'static dyn Subject>) {
    all.extend(FAMILY.iter().map(|member| member as &dyn Subject));
}

/// A function by an algorithm.
#[derive(Debug)]
struct Member {
    card: Card,
    softmax: Softmax,
}

const RANGE: Choice<f64> = Choice::new("inputs are uniform in [-c, c)", 8.0, [0.0, 1e300]);

const fn member(name: &'static str, about: &'static str, of: Function, by: Variant) -> Member {
    Member {
        card: Card {
            accumulation: &[softmax::ACCUMULATION],
            ordered: true,
            condition: Some(RANGE),
            maps: true,
            ..Card::new(
                (name, about),
                softmax::SITES,
                Choice::new(ROWS, 128, [0, 1 << 26]),
                const { &[Slot::new("x", "rows of numbers")] },
            )
        },
        softmax: Softmax {
            variant: by,
            function: of,
            order: Order::Sequential,
            scaling: softmax::Scaling::Reciprocal,
        },
    }
}

/// One function by every algorithm; names are those of the enums (a test holds them to it).
macro_rules! family {
    ($($function:ident $name:literal $about:literal)*) => {
        static FAMILY: [Member; 18] = [$(
            member(concat!($name, "-three-pass-recompute"), concat!($about, ", in three passes, exponentials twice"), Function::$function, Variant::ThreePassRecompute),
            member(concat!($name, "-three-pass-reload"), concat!($about, ", in three passes, exponentials kept"), Function::$function, Variant::ThreePassReload),
            member(concat!($name, "-two-pass"), concat!($about, ", in two passes, exponentials as pairs"), Function::$function, Variant::TwoPass),
            member(concat!($name, "-online"), concat!($about, ", the maximum so far"), Function::$function, Variant::Online),
            member(concat!($name, "-online-lazy"), concat!($about, ", the maximum so far, rescaled seldom"), Function::$function, Variant::OnlineLazy),
            member(concat!($name, "-naive"), concat!($about, ", no maximum subtracted"), Function::$function, Variant::Naive),
        )*];
    };
}

family! {
    Softmax "softmax" "e^x_i / sum e^x_j"
    LogSoftmax "log-softmax" "x_i - log sum e^x_j"
    LogSumExp "log-sum-exp" "log sum e^x_j"
}

impl Body for Member {
    fn card(&self) -> &Card {
        &self.card
    }

    fn generate(&self, size: usize, condition: f64, seed: u64) -> Result<Inputs, SubjectError> {
        let rows = rows(size);
        let value = |index| (2.0 * uniform(seed, index) - 1.0) * condition;
        let values = (0..(rows * size) as u64).map(value).collect();
        Ok(Inputs::new(vec![Array::new("x", rows, size, values)?]))
    }

    fn values<S: Sites>(&self, run: Run<'_, S>) -> Values {
        let (sites, order, inputs) = run.parts();
        let softmax = self.softmax.with_order(order);
        let mut all = Vec::new();
        for row in inputs.array("x")?.each_row() {
            let from = all.len();
            all.resize(from + softmax.function.values(row.len()), 0.0);
            // The room is as long as the function wants it.
            let told = |error: softmax::RoomError| SubjectError::Breakdown(error.to_string());
            softmax
                .evaluate(sites, row, &mut all[from..])
                .map_err(told)?;
        }
        Ok(all)
    }

    #[cfg(feature = "gpu")]
    fn on_gpu(&self, gpu: &Gpu, run: Run<'_, PerSite<Exact>>) -> Values {
        let (sites, order, inputs) = run.parts();
        let softmax = self.softmax.with_order(order);
        let x = inputs.array("x")?;
        // A shader's rows begin at words of their own, the kernel's go on.
        body::one_part(sites, "rows", x.rows())?;
        let rows = Matrix::new(x.values(), x.rows(), x.columns())
            .map_err(|error| GpuError::Slice(error.into()))?;
        let mut results = vec![0f32; x.rows() * softmax.function.values(x.columns())];
        gpu.softmax(&softmax, sites, rows, &mut results)?;
        Ok(results.into_iter().map(f64::from).collect())
    }

    fn operations(&self, inputs: &Inputs) -> u64 {
        5 * inputs.count()
    }

    fn reference(&self, inputs: &Inputs) -> Result<Truth, SubjectError> {
        let (mut high, mut low) = (Vec::new(), Vec::new());
        for row in inputs.array("x")?.each_row() {
            let pairs = softmax::reference_pairs(self.softmax.function, row);
            high.extend(pairs.high);
            low.extend(pairs.low);
        }
        Ok(Truth::new(high, low))
    }

    fn rows(&self, inputs: &Inputs, truth: &Truth, result: &[f64]) -> Option<Rows> {
        let function = self.softmax.function;
        let each = function.values(inputs.array("x").ok()?.columns()).max(1);
        let rows = truth.high().chunks(each).zip(result.chunks(each));
        let rows = rows.map(|(reference, result)| Rows::of(function, reference, result));
        rows.reduce(Rows::and)
    }

    fn theorem(&self, inputs: &Inputs, truth: &Truth) -> Option<Theorem> {
        let rows = inputs.array("x").ok()?.each_row();
        bounds::softmax::theorem(self.softmax, rows, truth.magnitude())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_enums() {
        for member in &FAMILY {
            let Softmax {
                function, variant, ..
            } = member.softmax;
            assert_eq!(member.card.name, format!("{function}-{variant}"));
        }
        assert_eq!(FAMILY.len(), Function::ALL.len() * Variant::ALL.len());
    }
}
