//! What can go wrong on the way to a GPU.

use thiserror::Error;

use crate::format::CodeError;

/// Why the GPU did not do it. The CPU always can.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum GpuError {
    /// No adapter is there, or none is what was asked for.
    #[error("no GPU adapter {wanted}: {remedy}")]
    NoAdapter {
        /// What was asked for.
        wanted: String,
        /// What to do.
        remedy: String,
    },
    /// The adapter gives no device.
    #[error("{adapter} gives no device: {reason}; update its driver or name another adapter")]
    NoDevice {
        /// The adapter.
        adapter: String,
        /// What the driver says.
        reason: String,
    },
    /// The device is gone: unplugged, reset by the system, or destroyed.
    #[error("{adapter} was lost ({reason}): open it again, or go on on the CPU")]
    Lost {
        /// The adapter.
        adapter: String,
        /// What the driver says.
        reason: String,
    },
    /// No memory left there.
    #[error("{adapter} is out of memory: free some of its buffers, use smaller chunks, or the CPU")]
    OutOfMemory {
        /// The adapter.
        adapter: String,
    },
    /// More bytes than a buffer or a binding of this adapter has.
    #[error("{bytes} bytes in one buffer, of which {adapter} takes {limit}: use slices, or parts")]
    TooLarge {
        /// The adapter.
        adapter: String,
        /// What was asked for.
        bytes: u64,
        /// What there is.
        limit: u64,
    },
    /// A buffer that cannot be used as asked.
    #[error("the buffer {reason}")]
    Buffer {
        /// Why, and what to do.
        reason: String,
    },
    /// Something that the shaders do not do.
    #[error("{what}: not on the GPU; use the CPU")]
    Unsupported {
        /// What.
        what: String,
    },
    /// wgpu or the driver refused what a shader or a dispatch should do: a defect of this crate or
    /// of the driver.
    #[error("{adapter} refused a shader or a dispatch ({reason}): please report it")]
    Refused {
        /// The adapter.
        adapter: String,
        /// What was said.
        reason: String,
    },
    /// Codes, with the CPU's errors.
    #[error(transparent)]
    Code(#[from] CodeError),
    /// A format or rounding that 32-bit words do not serve.
    #[error(transparent)]
    Word32(#[from] crate::arith::word32::Word32Error),
    /// Shapes or lengths that do not fit.
    #[error(transparent)]
    Slice(#[from] crate::arith::slices::SliceError),
    /// A function of values of a format that is too wide for a table.
    #[error(
        "{operation} of values of {format}: on the GPU functions are looked up, for formats of 16 bits \
         or fewer, and of wider ones only exp, log, cosh, arsinh and softplus are computed; round the \
         operand to a narrower format, or compute on the CPU"
    )]
    Table {
        /// The function.
        operation: crate::arith::Unary,
        /// The operand's format.
        format: String,
    },
    /// An operand that is no value of the format that was named.
    #[error("{value} at index {index} is not a value of {format}: round to the format first")]
    NotAValue {
        /// The operand.
        value: f32,
        /// Where in the slice, from 0.
        index: usize,
        /// The format.
        format: String,
    },
    /// Room of the wrong length for the results.
    #[error("{wanted} results and room for {room}: make the room as long")]
    Room {
        /// Results.
        wanted: usize,
        /// Room there is.
        room: usize,
    },
    /// Blocks, with the CPU's errors.
    #[error(transparent)]
    Block(#[from] crate::block::BlockError),
    /// Two slices that should be as long.
    #[error(transparent)]
    Length(#[from] crate::chop::LengthError),
}
