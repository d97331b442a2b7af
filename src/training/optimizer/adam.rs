use burn::optim::{
    AdamConfig, AdamState, AdamWConfig, AdamWState, AdaptiveMomentumState, Optimizer, decay::WeightDecayConfig,
};
use burn::tensor::{Device, Tensor};
use pulp::Simd;

use crate::config::OptimizerConfig;
use crate::kernels::{self, fits};

/// Adam (Kingma, Ba 2014, arXiv 1412.6980) with L2 added to the gradient: Burn's, in fewer passes over memory.
#[derive(Clone)]
pub(super) struct Adam {
    burn: burn::optim::Adam,
    moments: Moments,
    l2: f32,
}

/// Adam with decay decoupled from the gradient (Loshchilov, Hutter 2017, arXiv 1711.05101): Burn's, in fewer passes over
/// memory.
#[derive(Clone)]
pub(super) struct AdamW {
    burn: burn::optim::AdamW,
    moments: Moments,
    decay: f32,
}

impl Adam {
    /// With `l2` in place of the configuration's.
    pub fn new(config: &OptimizerConfig, l2: f64) -> Self {
        let moments = Moments::new(config);
        let burn = AdamConfig::new()
            .with_beta_1(moments.beta1)
            .with_beta_2(moments.beta2)
            .with_epsilon(moments.epsilon)
            .with_weight_decay((l2 > 0.0).then(|| WeightDecayConfig::new(l2 as f32)))
            .build();
        Self { burn, moments, l2: l2 as f32 }
    }
}

impl AdamW {
    /// With `decay` in place of the configuration's L2.
    pub fn new(config: &OptimizerConfig, decay: f64) -> Self {
        let moments = Moments::new(config);
        let burn = AdamWConfig::new()
            .with_beta_1(moments.beta1)
            .with_beta_2(moments.beta2)
            .with_epsilon(moments.epsilon)
            .with_weight_decay(decay as f32)
            .build();
        Self { burn, moments, decay: decay as f32 }
    }
}

impl Optimizer for Adam {
    type State<const D: usize> = AdamState<D>;

    fn step<const D: usize>(
        &self,
        rate: f64,
        weights: Tensor<D>,
        gradient: Tensor<D>,
        state: Option<AdamState<D>>,
    ) -> (Tensor<D>, Option<AdamState<D>>) {
        match state {
            Some(state) if fits(&gradient) && fits(&state.momentum.moment_1) => {
                let decay = Decay::Coupled(self.l2);
                let (weights, momentum) = self.moments.advance(rate, decay, weights, gradient, state.momentum);
                (weights, Some(AdamState::new(momentum)))
            }
            state => self.burn.step(rate, weights, gradient, state),
        }
    }

    fn to_device<const D: usize>(state: AdamState<D>, device: &Device) -> AdamState<D> {
        burn::optim::Adam::to_device(state, device)
    }
}

impl Optimizer for AdamW {
    type State<const D: usize> = AdamWState<D>;

    fn step<const D: usize>(
        &self,
        rate: f64,
        weights: Tensor<D>,
        gradient: Tensor<D>,
        state: Option<AdamWState<D>>,
    ) -> (Tensor<D>, Option<AdamWState<D>>) {
        match state {
            Some(state) if fits(&gradient) && fits(&state.momentum.moment_1) => {
                let decay = Decay::Decoupled((1.0 - rate * f64::from(self.decay)) as f32);
                let (weights, momentum) = self.moments.advance(rate, decay, weights, gradient, state.momentum);
                (weights, Some(AdamWState::new(momentum)))
            }
            state => self.burn.step(rate, weights, gradient, state),
        }
    }

    fn to_device<const D: usize>(state: AdamWState<D>, device: &Device) -> AdamWState<D> {
        burn::optim::AdamW::to_device(state, device)
    }
}

/// Running means of the gradient and of its square.
#[derive(Debug, Clone, Copy)]
struct Moments {
    beta1: f32,
    beta2: f32,
    epsilon: f32,
}

impl Moments {
    fn new(config: &OptimizerConfig) -> Self {
        Self { beta1: config.beta1 as f32, beta2: config.beta2 as f32, epsilon: config.epsilon as f32 }
    }

    /// The new weights and moments; the bias correction as in the paper's section 2, last paragraph.
    fn advance<const D: usize>(
        self,
        rate: f64,
        decay: Decay,
        weights: Tensor<D>,
        gradient: Tensor<D>,
        state: AdaptiveMomentumState<D>,
    ) -> (Tensor<D>, AdaptiveMomentumState<D>) {
        let time = state.time + 1;
        let correction1 = 1.0 - self.beta1.powi(time as i32);
        let correction2 = (1.0 - self.beta2.powi(time as i32)).sqrt();
        let step = Update {
            moments: self,
            decay,
            scale: correction2 / correction1,
            epsilon: self.epsilon * correction2,
            rate: rate as f32,
        };
        let moments = [state.moment_1, state.moment_2];
        let ([moment_1, moment_2], weights) = kernels::update(step, moments, gradient, weights);
        (weights, AdaptiveMomentumState::new(time, moment_1, moment_2))
    }
}

#[derive(Clone, Copy)]
enum Decay {
    /// This share of the weight is added to its gradient.
    Coupled(f32),
    /// The weight is multiplied by this.
    Decoupled(f32),
}

#[derive(Clone, Copy)]
struct Update {
    moments: Moments,
    decay: Decay,
    scale: f32,
    epsilon: f32,
    rate: f32,
}

impl kernels::Update<2> for Update {
    #[inline(always)]
    fn apply<S: Simd>(
        self,
        simd: S,
        [mean, square]: [S::f32s; 2],
        gradient: S::f32s,
        weight: S::f32s,
    ) -> ([S::f32s; 2], S::f32s) {
        let scaled = |vector, factor| simd.mul_f32s(vector, simd.splat_f32s(factor));
        let (gradient, weight) = match self.decay {
            Decay::Coupled(l2) => (simd.add_f32s(scaled(weight, l2), gradient), weight),
            Decay::Decoupled(kept) => (gradient, scaled(weight, kept)),
        };
        let Moments { beta1, beta2, .. } = self.moments;
        let average = |old, beta, new| simd.add_f32s(scaled(old, beta), scaled(new, 1.0 - beta));
        let mean = average(mean, beta1, gradient);
        let square = average(square, beta2, simd.mul_f32s(gradient, gradient));
        let length = simd.add_f32s(simd.sqrt_f32s(square), simd.splat_f32s(self.epsilon));
        let update = simd.div_f32s(scaled(mean, self.scale), length);
        ([mean, square], simd.sub_f32s(weight, scaled(update, self.rate)))
    }
}
