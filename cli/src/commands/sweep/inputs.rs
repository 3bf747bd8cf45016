//! The user's arrays, from npy files.

use std::path::Path;

use roundoff::experiments::Subject;
use roundoff::experiments::catalogue::{Array, Inputs};
use roundoff::experiments::plan::Given;

use super::usage;
use crate::commands::softmax::Rows;
use crate::failure::Failure;

/// Arrays of a kernel: `FILE` is its first, `NAME=FILE` the one of that name.
/// And the first file, for its type and shape.
pub fn arrays(files: &[String], kernel: &dyn Subject) -> Result<(Vec<Array>, Rows), Failure> {
    let card = kernel.card();
    let mut arrays: Vec<Array> = Vec::new();
    let mut first = None;
    for text in files {
        let is_slot = |name: &str| card.slots.iter().any(|slot| slot.name == name);
        let (name, file) = match text.split_once('=') {
            Some((name, file)) if is_slot(name) => (name, file),
            // A file whose name has a sign of equality is a file.
            Some((name, _)) if !Path::new(text).exists() => {
                return Err(Failure::Usage(format!(
                    "{} takes no array \"{name}\": it takes {}",
                    card.name,
                    slots(kernel)
                )));
            }
            _ => (
                card.slots.first().map_or("x", |slot| slot.name),
                text.as_str(),
            ),
        };
        if arrays.iter().any(|array| array.name() == name) {
            return Err(Failure::Usage(format!(
                "array \"{name}\" of {} is given twice; write NAME=FILE for each of {}",
                card.name,
                slots(kernel)
            )));
        }
        let mut rows = Rows::read(Path::new(file))?;
        let length = rows.length;
        let values = std::mem::take(&mut rows.values);
        let count = values.len() / length.max(1);
        arrays.push(Array::new(name, count, length, values).map_err(usage)?);
        first.get_or_insert(rows);
    }
    let missing = card
        .slots
        .iter()
        .find(|slot| arrays.iter().all(|array| array.name() != slot.name));
    match (missing, first) {
        (None, Some(first)) => Ok((arrays, first)),
        (None, None) => Err(Failure::Usage(
            "no input is given; name one with --input".to_owned(),
        )),
        (Some(slot), _) => Err(Failure::Usage(format!(
            "{} needs an array \"{}\" ({}); give it with --input {}=FILE.npy",
            card.name, slot.name, slot.about, slot.name
        ))),
    }
}

fn slots(kernel: &dyn Subject) -> String {
    let slots = kernel.card().slots.iter();
    slots.map(|slot| slot.name).collect::<Vec<_>>().join(", ")
}

/// Inputs for all kernels of a plan, which must take the same arrays.
pub fn given(files: &[String], kernels: &[&'static dyn Subject]) -> Result<Given, Failure> {
    let Some(first) = kernels.first() else {
        return Err(Failure::Usage("no kernel takes the inputs".to_owned()));
    };
    if let Some(other) = kernels
        .iter()
        .find(|kernel| slots(**kernel) != slots(*first))
    {
        return Err(Failure::Usage(format!(
            "{} takes {} and {} takes {}: sweep them one by one where inputs are given",
            first.name(),
            slots(*first),
            other.name(),
            slots(*other)
        )));
    }
    let (arrays, _) = arrays(files, *first)?;
    Ok(Given::new(&files.join(" "), Inputs::new(arrays)))
}
