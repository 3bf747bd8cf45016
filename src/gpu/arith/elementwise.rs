//! Operations element by element.

use super::parts;
use super::site::site;
use super::tables::{Function, Tables};
use crate::Rounder;
use crate::arith::slices::{ShapeError, SliceError};
use crate::arith::{Binary, Ternary, Unary};
use crate::format::Format;
use crate::gpu::launch::DISPATCH;
use crate::gpu::shader::{Access, Shader, part};
use crate::gpu::{Gpu, GpuError};

static ELEMENTWISE: Shader = Shader {
    name: "elementwise",
    parts: parts!(functions, "kernels/elementwise.wgsl"),
    storage: &[
        Access::Write,
        Access::Write,
        Access::Read,
        Access::Read,
        Access::Read,
        Access::Read,
    ],
    constants: &["COMPUTED"],
};

pub const SHADERS: &[&Shader] = &[&ELEMENTWISE];

/// As the shader numbers them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operation {
    Convert = 0,
    Add = 1,
    Subtract = 2,
    Multiply = 3,
    Divide = 4,
    Sqrt = 5,
    Fma = 6,
    Scale = 7,
    Maximum = 8,
    Recip = 9,
    Negate = 10,
    Abs = 11,
    Function = 12,
    AddAll = 13,
}

/// Functions that are computed of any f32, as the shader numbers them.
fn computed(operation: Unary) -> Option<u32> {
    Some(match operation {
        Unary::Exp => 0,
        Unary::Log => 1,
        Unary::Cosh => 2,
        Unary::ArcSinh => 3,
        Unary::Softplus => 4,
        _ => return None,
    })
}

impl Gpu {
    /// out = operation(x), the bits of [`slices::unary`](crate::arith::slices::unary).
    ///
    /// The square root, the reciprocal, the sign's operations and conversion take any f32. Every other
    /// function takes values of `operand`: those of the rounder's own format, say. If that has 16 bits or
    /// fewer its results come from a table, made once a function and operand. Of wider ones exp, log, cosh,
    /// arsinh and softplus are computed.
    ///
    /// ```
    /// use roundoff::arith::Unary;
    /// use roundoff::gpu::Gpu;
    /// use roundoff::{Format, Rounder};
    /// let half = Rounder::new(Format::BINARY16);
    /// let mut out = [0f32; 2];
    /// match Gpu::new() {
    ///     Ok(gpu) => {
    ///         gpu.unary(Unary::Exp, &half, &Format::BINARY16, &[0.0, 1.0], &mut out)?;
    ///         assert_eq!(out, [1.0, 2.71875]);
    ///     }
    ///     Err(reason) => println!("{reason}"),
    /// }
    /// # Ok::<(), roundoff::gpu::GpuError>(())
    /// ```
    ///
    /// # Errors
    /// [`GpuError::Slice`] if lengths differ, [`GpuError::Word32`] for a format that 32-bit words do
    /// not serve, [`GpuError::Table`] if `operand` is too wide for the function, [`GpuError::NotAValue`] if an element
    /// is none of its values; or what went wrong on the GPU.
    pub fn unary(
        &self,
        operation: Unary,
        rounder: &Rounder,
        operand: &Format,
        x: &[f32],
        out: &mut [f32],
    ) -> Result<(), GpuError> {
        let by = match operation {
            Unary::Convert => Operation::Convert,
            Unary::Negate => Operation::Negate,
            Unary::Abs => Operation::Abs,
            Unary::Sqrt => Operation::Sqrt,
            Unary::Recip => Operation::Recip,
            _ => Operation::Function,
        };
        let mut tables = Tables::default();
        let mut number = 0;
        let table = match by {
            Operation::Function => {
                let function = Function::new(operation, operand, rounder.format());
                let table = tables.function(&function)?;
                if tables.is_computed() {
                    number = computed(operation).ok_or_else(|| function.refused())?;
                }
                table
            }
            _ => tables.none(),
        };
        let found = self.elementwise((by, number), rounder, [x, x, x], out, (&table, tables))?;
        match found {
            Some(index) => Err(GpuError::NotAValue {
                value: x.get(index).copied().unwrap_or(f32::NAN),
                index,
                format: operand.to_string(),
            }),
            None => Ok(()),
        }
    }

    /// out = operation(x, y) for `+ - * /`, scaling and the maximum: the bits of
    /// [`slices::binary`](crate::arith::slices::binary).
    ///
    /// # Errors
    /// As [`Gpu::unary`]; [`GpuError::Unsupported`] for other operations.
    pub fn binary(
        &self,
        operation: Binary,
        rounder: &Rounder,
        x: &[f32],
        y: &[f32],
        out: &mut [f32],
    ) -> Result<(), GpuError> {
        let by = match operation {
            Binary::Add => Operation::Add,
            Binary::Subtract => Operation::Subtract,
            Binary::Multiply => Operation::Multiply,
            Binary::Divide => Operation::Divide,
            Binary::Scale => Operation::Scale,
            Binary::Maximum => Operation::Maximum,
            _ => return Err(unsupported(operation)),
        };
        let tables = Tables::default();
        let table = tables.none();
        self.elementwise((by, 0), rounder, [x, y, x], out, (&table, tables))?;
        Ok(())
    }

    /// out = operation(x, y, z) for fma and faa: the bits of
    /// [`slices::ternary`](crate::arith::slices::ternary).
    ///
    /// # Errors
    /// As [`Gpu::binary`].
    pub fn ternary(
        &self,
        operation: Ternary,
        rounder: &Rounder,
        x: &[f32],
        y: &[f32],
        z: &[f32],
        out: &mut [f32],
    ) -> Result<(), GpuError> {
        let by = match operation {
            Ternary::Fma => Operation::Fma,
            Ternary::Faa => Operation::AddAll,
            _ => return Err(unsupported(operation)),
        };
        let tables = Tables::default();
        let table = tables.none();
        self.elementwise((by, 0), rounder, [x, y, z], out, (&table, tables))?;
        Ok(())
    }

    /// The first element that the table is not for, if there is one.
    fn elementwise(
        &self,
        (operation, function): (Operation, u32),
        rounder: &Rounder,
        operands: [&[f32]; 3],
        out: &mut [f32],
        (table, tables): (&[u32], Tables),
    ) -> Result<Option<usize>, GpuError> {
        for operand in operands {
            if operand.len() != out.len() {
                return Err(GpuError::Slice(SliceError::Shape(ShapeError::Lengths {
                    x: operand.len(),
                    y: out.len(),
                })));
            }
        }
        let mut head = vec![0, 0, operation as u32, function, 0, 0];
        head.extend(site(rounder)?);
        head.extend(table);
        if out.is_empty() {
            return Ok(None);
        }
        let pipeline = self.pipeline(&ELEMENTWISE, &tables.constants())?;
        let tables = self.tables(tables)?;
        let most = self.values_at_most(DISPATCH) as usize;
        let count = out.len();
        for (number, out) in out.chunks_mut(most).enumerate() {
            let begin = number * most;
            let end = begin + out.len();
            let words =
                |x: &[f32]| -> Vec<u32> { x[begin..end].iter().map(|x| x.to_bits()).collect() };
            let first = self.upload(&words(operands[0]))?;
            let others = [1, 2].map(|n| {
                // The same buffer where the operand is the same slice.
                match std::ptr::eq(operands[n], operands[0]) {
                    true => Ok(first.clone()),
                    false => self.upload(&words(operands[n])),
                }
            });
            let [second, third] = others;
            let (second, third) = (second?, third?);
            // The results, and after them what is found: one read-back.
            let bytes = 4 * out.len() as u64;
            let results = self.storage(bytes)?;
            let bad = self.upload(&[u32::MAX])?;
            let index = begin as u64;
            head[0] = (index >> 32) as u32;
            head[1] = index as u32;
            let mut encoder = self.encoder()?;
            self.dispatch(
                &mut encoder,
                &pipeline,
                &head,
                &[
                    results.as_entire_buffer_binding(),
                    bad.as_entire_buffer_binding(),
                    first.as_entire_buffer_binding(),
                    second.as_entire_buffer_binding(),
                    third.as_entire_buffer_binding(),
                    tables.as_entire_buffer_binding(),
                ],
                out.len() as u32,
            )?;
            let got = self.read_both(encoder, (&results, out.len()), &bad)?;
            let (&found, values) = got.split_last().unwrap_or((&u32::MAX, &[]));
            if found != u32::MAX {
                return Ok(Some((begin + found as usize).min(count - 1)));
            }
            for (out, word) in out.iter_mut().zip(values) {
                *out = f32::from_bits(*word);
            }
        }
        Ok(None)
    }

    /// Values of one dispatch at most: no more than `most`, nor than a chunk holds.
    pub(super) fn values_at_most(&self, most: u64) -> u64 {
        most.min(self.chunk / 4).max(1)
    }

    /// The first words of a buffer, and one of another.
    fn read_both(
        &self,
        mut encoder: wgpu::CommandEncoder,
        (results, count): (&wgpu::Buffer, usize),
        bad: &wgpu::Buffer,
    ) -> Result<Vec<u32>, GpuError> {
        let bytes = 4 * count as u64;
        let both = self.storage(bytes + 4)?;
        self.guarded(|_| {
            encoder.copy_buffer_to_buffer(results, 0, &both, 0, bytes);
            encoder.copy_buffer_to_buffer(bad, 0, &both, bytes, 4);
        })?;
        self.read_after(encoder, &both, count + 1)
    }
}

fn unsupported(operation: impl std::fmt::Display) -> GpuError {
    GpuError::Unsupported {
        what: format!("{operation} element by element"),
    }
}
