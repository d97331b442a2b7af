use super::problem::Problem;
use crate::inference::{Inversion, Preparation};

/// How an image is prepared, from `center=true&invert=auto`; nothing is done where nothing is said.
pub(super) fn preparation(query: Option<&str>) -> Result<Preparation, Problem> {
    let mut preparation = Preparation::default();
    for part in query.unwrap_or_default().split('&').filter(|part| !part.is_empty()) {
        match part {
            "center=true" => preparation.center = true,
            "center=false" => preparation.center = false,
            "invert=true" => preparation.inversion = Inversion::Always,
            "invert=false" => preparation.inversion = Inversion::Never,
            "invert=auto" => preparation.inversion = Inversion::WhereItLooksSo,
            _ => {
                let known = "center=true or false, invert=true, false or auto";
                return Err(Problem::bad_request(format!("{part:?} is no option of an image; there are {known}")));
            }
        }
    }
    Ok(preparation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_and_unknown_ones_refused() {
        let all = preparation(Some("invert=auto&center=true")).unwrap();
        assert_eq!(all, Preparation { inversion: Inversion::WhereItLooksSo, center: true });
        assert_eq!(preparation(None).unwrap(), Preparation::default());
        assert_eq!(preparation(Some("")).unwrap(), Preparation::default());
        assert!(preparation(Some("centre=true")).unwrap_err().sentence.contains("center=true or false"));
    }
}
