//! The public library, used as its users do.

use burn_dataset::{Dataset, DatasetError};
use burn_mlp::backend;
use burn_mlp::config::Layers;
use burn_mlp::data::{self, Sample};
use burn_mlp::inference::Predictor;
use burn_mlp::loading::samples_from_dataset;
use burn_mlp::pipeline::{self, FoldRun, FoldsObserver, PipelineObserver, RunLocation, Session};
use burn_mlp::run_directory::{GroupRecord, GroupRun, RunDirectory, RunRecord, Status};
use burn_mlp::training::{Ending, EpochProgress, EpochSummary, Observer, StopSignal};

#[allow(dead_code)]
#[path = "../examples/own_dataset.rs"]
mod own_dataset;

#[allow(dead_code)]
#[path = "../examples/custom_module.rs"]
mod custom_module;

#[test]
fn the_custom_module_example_trains_and_saves_checkpoints() {
    let directory = tempfile::tempdir().unwrap();
    assert!(custom_module::train(directory.path(), 8).unwrap() > 0.9);
    let run = RunDirectory::open(&directory.path().join("residual-001")).unwrap();
    assert_eq!(run.read_metrics().unwrap().len(), 8);
    assert_eq!(run.newest_checkpoint().unwrap().unwrap().epoch(), 8);
}

#[test]
fn the_own_dataset_example_trains_saves_and_predicts() {
    let directory = tempfile::tempdir().unwrap();
    let completed = own_dataset::train(directory.path()).unwrap();
    assert!(completed.record.test.unwrap().accuracy.unwrap() > 0.95, "{:?}", completed.record.test);
    // A quarter turn, at a distance of an eighth of the angle, is on the first arm; its mirror
    // image on the second.
    let on_first = [0.0, std::f32::consts::FRAC_PI_2 / 8.0];
    let probability = |point| own_dataset::predict(completed.run.path(), point).unwrap();
    assert!(probability(on_first) < 0.2 && probability(on_first.map(|x| -x)) > 0.8);
}

/// Points in the plane, of two classes: both coordinates have the same sign, or not.
struct Quadrants {
    rows: usize,
}

impl Dataset<Sample> for Quadrants {
    fn get(&self, index: usize) -> Result<Sample, DatasetError> {
        let x = (index * 37 % 101) as f32 / 50.0 - 1.01;
        let y = (index * 53 % 97) as f32 / 48.0 - 1.01;
        Ok(Sample { features: vec![x, y], label: usize::from((x > 0.0) == (y > 0.0)) })
    }

    fn len(&self) -> usize {
        self.rows
    }
}

fn quadrants() -> burn_mlp::Result<data::Dataset> {
    let class_names = vec!["different".to_string(), "same".to_string()];
    let train = samples_from_dataset(&Quadrants { rows: 2000 })?;
    let test = samples_from_dataset(&Quadrants { rows: 500 })?;
    data::Dataset::new("quadrants", train, Some(test), class_names, None)
}

fn location(directory: &tempfile::TempDir) -> RunLocation {
    RunLocation { out: directory.path().to_path_buf(), name: Some("run".to_string()), arguments: Vec::new() }
}

#[test]
fn a_burn_dataset_can_be_trained_on_saved_and_predicted() {
    let directory = tempfile::tempdir().unwrap();
    let settings =
        Layers::new().set("training.epochs=15").set("optimizer.learning_rate=0.05").set("evaluation.top_k=1");
    let config = settings.resolve().unwrap();
    let completed =
        pipeline::run_on(&config, |_, _| quadrants(), &location(&directory), &StopSignal::new(), &mut ()).unwrap();
    assert!(completed.record.test.unwrap().accuracy.unwrap() > 0.95, "{:?}", completed.record.test);

    let device = backend::open(backend::host()).unwrap().device;
    let predictor = Predictor::load(completed.run.path(), &device).unwrap();
    let predictions = predictor.predict(&[0.5, 0.5, -0.5, 0.5]).unwrap().predictions;
    let of_class = |row: usize, class: usize| predictions[row].as_class().unwrap().probabilities()[class];
    assert!(of_class(0, 1) > 0.9 && of_class(1, 0) > 0.9, "{predictions:?}");
    assert!(predictor.predict(&[1.0]).is_err(), "half a row");
}

/// Asks the training to stop during its second epoch.
struct Impatient {
    stop: StopSignal,
    finished: Vec<usize>,
}

impl Observer for Impatient {
    fn epoch_started(&mut self, epoch: usize, _epochs: usize) {
        if epoch == 2 {
            self.stop.request();
        }
    }

    fn epoch_progressed(&mut self, progress: &EpochProgress) {
        assert!(progress.rows <= progress.total_rows);
    }

    fn epoch_finished(&mut self, summary: &EpochSummary) {
        self.finished.push(summary.row.epoch);
    }
}

impl PipelineObserver for Impatient {
    fn prepared(&mut self, session: &Session, _run: &RunDirectory, record: &RunRecord) {
        assert_eq!(session.data.classes(), 10);
        assert_eq!(record.layer_sizes, [20, 128, 64, 10]);
    }
}

#[test]
fn an_observer_sees_every_epoch_and_a_stop_signal_drops_the_current_one() {
    let directory = tempfile::tempdir().unwrap();
    let config = Layers::new()
        .set("data.source=synthetic")
        .set("synthetic.features=20")
        .set("synthetic.rows=200000")
        .resolve()
        .unwrap();
    let stop = StopSignal::new();
    let mut observer = Impatient { stop: stop.clone(), finished: Vec::new() };
    let completed = pipeline::run(&config, &location(&directory), &stop, &mut observer).unwrap();
    assert_eq!(completed.training.ending, Ending::Interrupted);
    assert_eq!(observer.finished, [1]);
    assert_eq!(completed.run.read_metrics().unwrap().len(), 1);
}

/// Watches three folds. That of the second panics.
#[derive(Default)]
struct OnePanics {
    unwatched: (),
    finished: Vec<String>,
    failed: Vec<String>,
}

struct Panics(bool);

impl Observer for Panics {
    fn epoch_finished(&mut self, _: &EpochSummary) {
        assert!(!self.0, "an observer's own mistake");
    }
}

impl PipelineObserver for Panics {}

impl FoldsObserver for OnePanics {
    fn loading(&mut self) -> &mut dyn PipelineObserver {
        &mut self.unwatched
    }

    fn run(&mut self, _: usize, _: &GroupRun) -> &mut dyn PipelineObserver {
        unreachable!("the runs train side by side")
    }

    fn run_beside_others(&mut self, run: &GroupRun) -> Box<dyn PipelineObserver + Send> {
        Box::new(Panics(run.fold == 2))
    }

    fn run_finished(&mut self, run: &FoldRun) {
        self.finished.push(run.planned.name.clone());
    }

    fn run_failed(&mut self, run: &GroupRun, error: &burn_mlp::Error) {
        self.failed.push(format!("{}: {error}", run.name));
    }
}

#[test]
fn a_panic_in_one_of_several_runs_fails_it_alone() {
    let directory = tempfile::tempdir().unwrap();
    let config = Layers::new().set("split.folds=3").set("training.epochs=2").resolve().unwrap();
    let (plan, mut observer) = (GroupRecord::new(3, 1, vec![0]), OnePanics::default());
    let result = pipeline::cross_validate(&config, plan, &location(&directory), 2, &StopSignal::new(), &mut observer);
    let error = result.unwrap_err().to_string();
    assert!(error.contains("fold-2") && error.contains("an observer's own mistake"), "{error}");
    assert_eq!(observer.finished, ["fold-1", "fold-3"]);
    assert_eq!(observer.failed, [format!("fold-2: {error}")]);
    let group = RunDirectory::open(&directory.path().join("run")).unwrap();
    let record = RunDirectory::open(&group.path().join("fold-2")).unwrap().read_record().unwrap();
    assert_eq!((record.status, record.reason.as_deref()), (Status::Failed, Some(error.as_str())));
    assert_eq!(group.read_record().unwrap().status, Status::Failed);
}
