//! Any bytes as an npy file. A header that is read is written so that it reads back, and the values
//! that follow it are rounded.
#![no_main]

use libfuzzer_sys::fuzz_target;
use roundoff::{Format, Rounder, Rounding};
use roundoff_cli::files::npy::Header;
use roundoff_cli::place::Place;
use roundoff_cli::stream::{Array, Form, Source, chop};

fuzz_target!(|file: &[u8]| {
    let mut values = file;
    let Ok(header) = Header::read(&mut values) else {
        return;
    };
    let again = Header::read(&mut header.to_bytes().as_slice()).expect("our own header");
    assert_eq!(again, header);
    let Ok((element, order)) = header.floats() else {
        return;
    };
    if header.count * element.size() as u64 != values.len() as u64 {
        return;
    }
    let rounder = Rounder::new(Format::OCP_E4M3).with_rounding(Rounding::STOCHASTIC);
    for form in [Form::Value, Form::Code(1)] {
        let array = Array {
            element,
            order,
            form,
            fortran_order: false,
        };
        let mut written = Vec::new();
        let summary = chop(
            &rounder,
            &Place::default(),
            array,
            Source::Bytes(values),
            Some(&mut written),
            &mut |_| true,
        )
        .expect("e4m3 has a NaN, and the bytes are there");
        assert_eq!(summary.count, header.count);
        assert_eq!(written.len(), form.bytes(element, header.count as usize));
    }
});
