//! Builds a sequence of ONNX operators.

use onnx_rs::ast::{Attribute, AttributeType, Node, OpType, TensorProto};

/// The domain of ONNX's operators for tables.
pub(super) const MACHINE_LEARNING: &str = "ai.onnx.ml";

/// The operator of that domain that maps texts to numbers.
pub(super) const LABEL_ENCODER: OpType<'static> = OpType::Custom("LabelEncoder");

/// ONNX's codes for the types `f32` and `i64`.
pub(super) const F32: i64 = 1;
pub(super) const I64: i64 = 7;

/// A sequence of operators, most of which take the output of the one before.
pub(super) struct Steps {
    steps: Vec<Step>,
    constants: Vec<Constant>,
    /// The input of the next operator.
    value: String,
}

struct Step {
    operator: OpType<'static>,
    inputs: Vec<String>,
    output: String,
    attributes: Vec<Attribute<'static>>,
    /// The texts that a label encoder maps.
    keys: Vec<String>,
}

struct Constant {
    name: String,
    shape: Vec<i64>,
    entries: Entries,
}

enum Entries {
    F32(Vec<f32>),
    F64(Vec<f64>),
    I64(Vec<i64>),
    Text(&'static str),
}

impl Steps {
    pub fn new(input: &str) -> Self {
        Self { steps: Vec::new(), constants: Vec::new(), value: input.to_string() }
    }

    /// Makes `value` the input of the next operator.
    pub fn continue_from(&mut self, value: &str) {
        self.value = value.to_string();
    }

    /// The output of the last operator.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// Applies an operator to the current value, followed by `others`.
    pub fn apply(
        &mut self,
        operator: OpType<'static>,
        others: &[&str],
        output: &str,
        attributes: Vec<Attribute<'static>>,
    ) {
        let value = self.value.clone();
        self.apply_to(operator, &[&[value.as_str()], others].concat(), output, attributes);
    }

    /// Applies an operator to `inputs` only.
    pub fn apply_to(
        &mut self,
        operator: OpType<'static>,
        inputs: &[&str],
        output: &str,
        attributes: Vec<Attribute<'static>>,
    ) {
        let inputs = inputs.iter().map(ToString::to_string).collect();
        self.value = output.to_string();
        self.steps.push(Step { operator, inputs, output: output.to_string(), attributes, keys: Vec::new() });
    }

    /// Maps each of `keys` to its number `[batch]`, and any other text to `default`.
    pub fn encode_labels(&mut self, keys: Vec<(String, usize)>, default: usize, output: &str) {
        let (keys, numbers): (Vec<String>, Vec<i64>) =
            keys.into_iter().map(|(key, number)| (key, number as i64)).unzip();
        let numbers =
            Attribute { name: "values_int64s", r#type: AttributeType::Ints, ints: numbers, ..Attribute::default() };
        self.apply(LABEL_ENCODER, &[], output, vec![numbers, integer("default_int64", default as i64)]);
        if let Some(step) = self.steps.last_mut() {
            step.keys = keys;
        }
    }

    /// Adds a constant, `f32` of this shape.
    pub fn constant(&mut self, name: &str, shape: &[usize], entries: Vec<f32>) {
        self.add(name, shape, Entries::F32(entries));
    }

    /// Adds a constant, `f64` `[entries]`.
    pub fn numbers(&mut self, name: &str, entries: Vec<f64>) {
        self.add(name, &[entries.len()], Entries::F64(entries));
    }

    /// Adds a scalar constant, `i64` `[]`.
    pub fn whole_number(&mut self, name: &str, entry: usize) {
        self.add(name, &[], Entries::I64(vec![entry as i64]));
    }

    /// Adds a constant, `i64` `[entries]`.
    pub fn positions(&mut self, name: &str, entries: &[usize]) {
        self.add(name, &[entries.len()], Entries::I64(entries.iter().map(|&position| position as i64).collect()));
    }

    /// Adds a constant text `[1]`.
    pub fn text(&mut self, name: &str, text: &'static str) {
        self.add(name, &[1], Entries::Text(text));
    }

    /// Adds the constant 0 and 1, `f32` `[2]`.
    pub fn zero_and_one(&mut self, name: &str) {
        self.constant(name, &[2], vec![0.0, 1.0]);
    }

    pub fn has_constant(&self, name: &str) -> bool {
        self.constants.iter().any(|constant| constant.name == name)
    }

    fn add(&mut self, name: &str, shape: &[usize], entries: Entries) {
        let shape = shape.iter().map(|&length| length as i64).collect();
        self.constants.push(Constant { name: name.to_string(), shape, entries });
    }

    /// Adds the steps of `other` under names that begin with `prefix`, and continues from its last value. It shares only
    /// the graph's `inputs`.
    pub fn include(&mut self, other: Self, prefix: &str, inputs: &[&str]) {
        let renamed = |name: String| match inputs.contains(&name.as_str()) {
            true => name,
            false => format!("{prefix}{name}"),
        };
        self.value = renamed(other.value);
        self.constants
            .extend(other.constants.into_iter().map(|constant| Constant { name: renamed(constant.name), ..constant }));
        self.steps.extend(other.steps.into_iter().map(|step| Step {
            inputs: step.inputs.into_iter().map(renamed).collect(),
            output: renamed(step.output),
            ..step
        }));
    }

    /// Gives the last value, or its softmax, the name of the output.
    pub fn end(&mut self, name: &str, softmax: bool) {
        match softmax {
            true => self.apply(OpType::Softmax, &[], name, vec![integer("axis", 1)]),
            false => {
                if let Some(last) = self.steps.last_mut() {
                    last.output = name.to_string();
                }
                self.value = name.to_string();
            }
        }
    }

    pub fn nodes(&self) -> Vec<Node<'_>> {
        self.steps.iter().map(Step::node).collect()
    }

    pub fn initializers(&self) -> Vec<TensorProto<'_>> {
        self.constants.iter().map(Constant::tensor).collect()
    }
}

impl Step {
    fn node(&self) -> Node<'_> {
        let is_encoder = self.operator == LABEL_ENCODER;
        let domain = if is_encoder { MACHINE_LEARNING } else { "" };
        let keys = self.keys.iter().map(String::as_bytes).collect();
        let keys =
            Attribute { name: "keys_strings", r#type: AttributeType::Strings, strings: keys, ..Attribute::default() };
        Node {
            domain,
            name: &self.output,
            op_type: self.operator.clone(),
            input: self.inputs.iter().map(String::as_str).collect(),
            output: vec![&self.output],
            attribute: [keys].into_iter().filter(|_| is_encoder).chain(self.attributes.iter().cloned()).collect(),
            ..Node::default()
        }
    }
}

impl Constant {
    fn tensor(&self) -> TensorProto<'_> {
        let (name, shape) = (&self.name, self.shape.clone());
        match &self.entries {
            Entries::F32(entries) => TensorProto::from_f32(name, shape, entries.clone()),
            Entries::F64(entries) => TensorProto::from_f64(name, shape, entries.clone()),
            Entries::I64(entries) => TensorProto::from_i64(name, shape, entries.clone()),
            Entries::Text(text) => TensorProto::from_strings(name, shape, vec![text.as_bytes()]),
        }
    }
}

pub(super) fn integer(name: &'static str, value: i64) -> Attribute<'static> {
    Attribute { name, r#type: AttributeType::Int, i: value, ..Attribute::default() }
}
