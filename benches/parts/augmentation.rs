//! Augments one image of 28 x 28 on one thread.

use burn_mlp::config::{AugmentationConfig, Layers};
use burn_mlp::data::{Augmentation, Workspace};

use crate::rows::{self, DIMENSION};
use crate::timer::Timer;

const CHANGES: [&[&str]; 6] =
    [&["flip"], &["rotation"], &["elastic"], &["noise"], &["cutout"], &["rotation", "translation", "elastic"]];

fn config(changes: &[&str]) -> AugmentationConfig {
    let set = |layers: Layers, change: &&str| layers.set(&format!("augmentation.{change}_probability=1"));
    changes.iter().fold(Layers::new(), set).resolve().expect("a valid configuration").augmentation
}

pub fn time(timer: &Timer) {
    let data = rows::data(1_000);
    let image = data.train.sample(0).features;
    for changes in CHANGES {
        let augmentation = Augmentation::new(&config(changes), &data, 0).expect("images").expect("a change");
        let (mut workspace, mut output, mut sample) = (Workspace::default(), vec![0.0; DIMENSION], 0);
        timer.time(&format!("augmentation/{}", changes.join("+")), (1, "images"), || {
            sample += 1;
            augmentation.online(&image, 1, sample, &mut workspace, &mut output);
        });
    }
}
