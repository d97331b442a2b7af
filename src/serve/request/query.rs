//! The options of `POST /predict`, in its query or as fields of a form.

use crate::serve::http::http_error::HttpError;
use crate::text::quoted;
use burn_mlp_infer::image::{Invert, Preparation};

/// Parses how to prepare an image, as in `center=true&invert=auto`. By default it is neither
/// centred nor inverted. A model that does not take images has no options.
pub(in crate::serve) fn preparation(query: Option<&str>, takes_images: bool) -> Result<Preparation, HttpError> {
    let mut preparation = Preparation::default();
    let mut options = query.unwrap_or_default().split('&').filter(|option| !option.is_empty());
    options.try_for_each(|option| set(&mut preparation, option, takes_images))?;
    Ok(preparation)
}

/// Sets one option, such as `center=true`.
pub(in crate::serve) fn set(preparation: &mut Preparation, option: &str, takes_images: bool) -> Result<(), HttpError> {
    if !takes_images {
        let problem =
            "this model takes rows, which have no options; leave it out, and send the rows as the body or as a file";
        return Err(HttpError::bad_request(format!("{} is not an option: {problem}", quoted(option))));
    }
    match option {
        "center=true" => preparation.center = true,
        "center=false" => preparation.center = false,
        "invert=true" => preparation.invert = Invert::Always,
        "invert=false" => preparation.invert = Invert::Never,
        "invert=auto" => preparation.invert = Invert::Auto,
        _ => {
            let known = "center=true or false, invert=true, false or auto";
            let message = format!("{} is not an image option; the options are {known}", quoted(option));
            return Err(HttpError::bad_request(message));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_parsed_and_unknown_ones_refused() {
        let all = preparation(Some("invert=auto&center=true"), true).unwrap();
        assert_eq!(all, Preparation { invert: Invert::Auto, center: true });
        assert_eq!(preparation(None, true).unwrap(), Preparation::default());
        assert_eq!(preparation(Some(""), false).unwrap(), Preparation::default());
        assert!(preparation(Some("centre=true"), true).unwrap_err().message.contains("center=true or false"));
        let of_rows = preparation(Some("delimiter=tab"), false).unwrap_err().message;
        assert!(of_rows.starts_with("\"delimiter=tab\" is not an option: this model takes rows"), "{of_rows}");
    }
}
