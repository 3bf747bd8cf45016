//! Any bytes as a safetensors file. A header that is read is written so that it reads back, and the
//! tensors are rounded.
#![no_main]

use libfuzzer_sys::fuzz_target;
use roundoff::{Format, Rounder};
use roundoff_cli::files::Order;
use roundoff_cli::files::safetensors::Header;
use roundoff_cli::place::Place;
use roundoff_cli::stream::{Array, Form, Source, chop};

fuzz_target!(|file: &[u8]| {
    let Ok((header, data)) = Header::read(file) else {
        return;
    };
    let mut again = header.to_bytes().expect("what was read can be written");
    again.extend(data);
    let (second, same) = Header::read(&again).expect("our own file");
    assert_eq!(second.to_bytes().unwrap(), header.to_bytes().unwrap());
    assert_eq!(same, data);
    let rounder = Rounder::new(Format::BINARY16);
    for tensor in &header.tensors {
        let (start, end) = tensor.info.data_offsets;
        let Some(element) = tensor.floats() else {
            continue;
        };
        let array = Array {
            element,
            order: Order::Little,
            form: Form::Value,
            fortran_order: false,
        };
        let source = Source::Bytes(&data[start..end]);
        let mut written = Vec::new();
        chop(
            &rounder,
            &Place::default(),
            array,
            source,
            Some(&mut written),
            &mut |_| true,
        )
        .expect("the bytes are there");
        assert_eq!(written.len(), end - start);
    }
});
