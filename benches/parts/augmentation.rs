//! Changing one image of 28 x 28 on one thread.

use burn_mlp::config::{AugmentationConfig, Layers};
use burn_mlp::data::{Augmentation, Workspace};
use criterion::{BatchSize, Criterion};

use crate::rows::{self, DIMENSION};

const CHANGES: [&[&str]; 6] =
    [&["flip"], &["rotation"], &["elastic"], &["noise"], &["cutout"], &["rotation", "translation", "elastic"]];

fn config(changes: &[&str]) -> AugmentationConfig {
    let set = |layers: Layers, change: &&str| layers.set(&format!("augmentation.{change}_probability=1"));
    changes.iter().fold(Layers::new(), set).resolve().expect("a configuration").augmentation
}

pub fn measure(criterion: &mut Criterion) {
    let data = rows::data(1_000);
    let image = data.train.sample(0).features;
    let mut group = criterion.benchmark_group("augmentation");
    for changes in CHANGES {
        let augmentation = Augmentation::new(&config(changes), &data, 0).expect("images").expect("a change");
        let (mut workspace, mut output, mut sample) = (Workspace::default(), vec![0.0; DIMENSION], 0);
        group.bench_function(changes.join(", "), |bench| {
            let next = || {
                sample += 1;
                sample
            };
            bench.iter_batched(
                next,
                |sample| augmentation.online(&image, 1, sample, &mut workspace, &mut output),
                BatchSize::SmallInput,
            );
        });
    }
}
