//! Slide 13: changed images.

use super::super::Context;
use super::super::content::{Block, Images, Picture, Slide};
use crate::config::{AugmentationConfig, Transformation};
use crate::data::{Augmentation, Workspace};
use crate::error::Result;
use crate::loading::Order;

/// Draws of each transformation.
const DRAWS: usize = 4;

/// The transformations of the slide itself.
const ON_THE_SLIDE: [Transformation; 3] = [Transformation::Flip, Transformation::Rotation, Transformation::Noise];

pub(super) fn slide(context: &Context) -> Result<Slide> {
    let slide = Slide::new(13, "Real-world Example: Image Classification with Data Augmentation").code(&[
        "flipped = np.fliplr(image)",
        "rotated = rotate_image(image, np.random.uniform(-15, 15))",
        "noisy = np.clip(image + np.random.normal(0, 0.1, image.shape), 0, 1)",
    ]);
    let Some(images) = images(context)? else {
        return Ok(slide.text(format!(
            "The rows of {} are not images, so there is nothing to flip or to rotate. Augmentation is for images: \
             `burn-mlp walkthrough --slide 13` shows it on the digits.",
            crate::format::without_directory(&context.data.source)
        )));
    };
    let config = &context.options.config.augmentation;
    Ok(slide
        .text(format!(
            "Small random changes keep the class and give the network more to learn from. The slide has three: a flip, a rotation \
             by up to {} degrees and noise with a deviation of {}. This program has {}, and by default changes each image \
             differently in every epoch. A flip is right for photographs and wrong for digits.",
            config.rotation,
            config.noise,
            Transformation::ALL.len()
        ))
        .with(Block::Images(images)))
}

/// An image, and what each transformation makes of it; `None` if rows are not images.
fn images(context: &Context) -> Result<Option<Images>> {
    let (data, options) = (context.data, context.options);
    let (Some(shape), Some(row)) = (data.image_shape, first_row(context)) else { return Ok(None) };
    let original = data.train.sample(row).features;
    let mut pictures = vec![Picture {
        label: format!("original, {}", super::row_name(data, row)),
        pixels: original.clone(),
        is_selected: true,
    }];
    for &transformation in Transformation::ALL {
        let config = only(&options.config.augmentation, transformation);
        let Some(augmentation) = Augmentation::new(&config, data, options.config.seed)? else { continue };
        // A flip has one result.
        let draws = if transformation == Transformation::Flip { 1 } else { DRAWS };
        for draw in 0..draws {
            let mut pixels = vec![0.0; original.len()];
            augmentation.online(&original, draw + 1, row, &mut Workspace::default(), &mut pixels);
            let on_slide = if ON_THE_SLIDE.contains(&transformation) { ", on the slide" } else { "" };
            pictures.push(Picture { label: format!("{transformation}{on_slide}"), pixels, is_selected: draw == 0 });
        }
    }
    let caption = "What each transformation makes of one training image".to_string();
    let (height, width, channels) = (shape.height, shape.width, shape.channels);
    Ok(Some(Images { caption, height, width, channels, images: pictures }))
}

/// The row that the first epoch begins with, which slide 2's batch begins with too.
fn first_row(context: &Context) -> Option<usize> {
    let train = &context.split.train;
    let order = Order::of(&context.options.config).indices(train.len(), 1);
    train.get(order.map_or(0, |order| order.first().copied().unwrap_or_default())).copied()
}

/// The configured strengths with one transformation, which always applies.
fn only(config: &AugmentationConfig, transformation: Transformation) -> AugmentationConfig {
    let probability = |which: Transformation| if which == transformation { 1.0 } else { 0.0 };
    AugmentationConfig {
        flip_probability: probability(Transformation::Flip),
        rotation_probability: probability(Transformation::Rotation),
        translation_probability: probability(Transformation::Translation),
        scaling_probability: probability(Transformation::Scaling),
        shear_probability: probability(Transformation::Shear),
        elastic_probability: probability(Transformation::Elastic),
        noise_probability: probability(Transformation::Noise),
        cutout_probability: probability(Transformation::Cutout),
        ..config.clone()
    }
}
