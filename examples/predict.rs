//! Classifies an image with a trained run: `cargo run --example predict --
//! artifacts/digits-flex-001 digit.png`.

use burn_mlp::data::DecodedImage;
use burn_mlp::infer::image::{Invert, Preparation};
use burn_mlp::infer::most_probable;
use burn_mlp::inference::Predictor;
use burn_mlp::{Error, backend};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(run), Some(file)) = (arguments.next(), arguments.next()) else {
        return Err("usage: predict RUN IMAGE".into());
    };
    // A run directory has everything its model needs, and any backend can load it.
    let device = backend::open("flex".parse()?)?.device;
    let predictor = Predictor::load(&run, &device)?;
    let metadata = predictor.metadata();

    // Dark digits on white paper, of any size, as the model's own training images were.
    let picture = DecodedImage::decode(&std::fs::read(&file)?).map_err(|problem| Error::data(&file, problem))?;
    let preparation = Preparation { invert: Invert::Auto, center: metadata.centering_stats().is_some() };
    let seen = metadata.preprocess(&picture, preparation).map_err(|problem| Error::data(&file, problem))?;

    let probabilities = predictor.predict_normalized(&seen.features)?;
    for ranked in most_probable(&probabilities, 3) {
        println!("{:<12} {:>7.2} %", metadata.class_names()[ranked.class], 100.0 * ranked.probability);
    }
    Ok(())
}
