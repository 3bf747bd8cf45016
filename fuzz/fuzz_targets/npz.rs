//! Any bytes as an npz file: every member is read, the arrays rounded, up to a mebibyte each.
#![no_main]

use std::io::Cursor;

use libfuzzer_sys::fuzz_target;
use roundoff::{Format, Rounder};
use roundoff_cli::files::npz::{Archive, NpzError};
use roundoff_cli::place::Place;
use roundoff_cli::stream::{Array, Form, Source, chop};

fuzz_target!(|file: &[u8]| {
    let Ok(mut archive) = Archive::open(Cursor::new(file)) else {
        return;
    };
    let rounder = Rounder::new(Format::BFLOAT16);
    for index in 0..archive.len() {
        let _ = archive.member(index, |member, values| {
            let floats = member
                .header
                .as_ref()
                .and_then(|header| header.floats().ok());
            if let Some((element, order)) = floats.filter(|_| member.length <= 1 << 20) {
                let array = Array {
                    element,
                    order,
                    form: Form::Value,
                    fortran_order: false,
                };
                let source = Source::Reader(values, member.length);
                let _ = chop(
                    &rounder,
                    &Place::default(),
                    array,
                    source,
                    None,
                    &mut |_| true,
                );
            }
            Ok::<(), NpzError>(())
        });
    }
});
