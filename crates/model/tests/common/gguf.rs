//! Writes GGUF files, good and bad. Whatever a field says can be made to say something else.
#![allow(
    dead_code,
    missing_docs,
    clippy::unwrap_used,
    clippy::cast_possible_truncation
)]

/// A value of the head.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    U32(u32),
    I32(i32),
    F32(f32),
    Bool(bool),
    Text(Vec<u8>),
    Texts(Vec<Vec<u8>>),
    Floats(Vec<f32>),
    Ints(Vec<i32>),
    /// A type's number and the bytes after it, as they are.
    Raw(u32, Vec<u8>),
}

/// A tensor of the head, and its numbers.
#[derive(Clone, Debug)]
pub(crate) struct Tensor {
    pub(crate) name: String,
    pub(crate) dimensions: Vec<u64>,
    pub(crate) kind: u32,
    /// Where it says that it lies; where it does lie unless given.
    pub(crate) offset: Option<u64>,
    pub(crate) data: Vec<u8>,
}

/// A file.
#[derive(Clone, Debug)]
pub(crate) struct Gguf {
    pub(crate) magic: [u8; 4],
    pub(crate) version: u32,
    pub(crate) values: Vec<(Vec<u8>, Value)>,
    pub(crate) tensors: Vec<Tensor>,
    /// What the head says of how many there are, if not the truth.
    pub(crate) says_values: Option<u64>,
    pub(crate) says_tensors: Option<u64>,
}

const ALIGNMENT: usize = 32;
const WIDTH: u64 = 32;
const INNER: u64 = 64;
const PIECES: [&str; 12] = [
    "\u{2581}the",
    "\u{2581}a",
    "\u{2581}we",
    "\u{2581}at",
    "{",
    "}",
    "\"",
    ":",
    ",",
    "[",
    "]",
    "\u{2581}",
];

impl Gguf {
    /// A Llama of one layer with random weights: it loads, and writes nonsense.
    pub(crate) fn tiny() -> Self {
        let tokens = vocabulary();
        let count = tokens.len() as u64;
        let mut dice = Dice(7);
        let scores = (0..count).map(|n| -(n as f32)).collect();
        let kinds = kinds(tokens.len());
        let head = "llama.attention.";
        let values = [
            ("general.architecture", Value::Text(b"llama".to_vec())),
            ("llama.context_length", Value::U32(512)),
            ("llama.embedding_length", Value::U32(WIDTH as u32)),
            ("llama.block_count", Value::U32(1)),
            ("llama.feed_forward_length", Value::U32(INNER as u32)),
            (&format!("{head}head_count"), Value::U32(2)),
            (&format!("{head}head_count_kv"), Value::U32(2)),
            (&format!("{head}layer_norm_rms_epsilon"), Value::F32(1e-5)),
            ("llama.rope.dimension_count", Value::U32(16)),
            ("tokenizer.ggml.model", Value::Text(b"llama".to_vec())),
            ("tokenizer.ggml.tokens", Value::Texts(tokens)),
            ("tokenizer.ggml.scores", Value::Floats(scores)),
            ("tokenizer.ggml.token_type", Value::Ints(kinds)),
            ("tokenizer.ggml.bos_token_id", Value::U32(1)),
            ("tokenizer.ggml.eos_token_id", Value::U32(2)),
        ];
        let shapes: [(&str, &[u64]); 12] = [
            ("token_embd.weight", &[WIDTH, count]),
            ("blk.0.attn_norm.weight", &[WIDTH]),
            ("blk.0.attn_q.weight", &[WIDTH, WIDTH]),
            ("blk.0.attn_k.weight", &[WIDTH, WIDTH]),
            ("blk.0.attn_v.weight", &[WIDTH, WIDTH]),
            ("blk.0.attn_output.weight", &[WIDTH, WIDTH]),
            ("blk.0.ffn_norm.weight", &[WIDTH]),
            ("blk.0.ffn_gate.weight", &[WIDTH, INNER]),
            ("blk.0.ffn_up.weight", &[WIDTH, INNER]),
            ("blk.0.ffn_down.weight", &[INNER, WIDTH]),
            ("output_norm.weight", &[WIDTH]),
            ("output.weight", &[WIDTH, count]),
        ];
        Self {
            magic: *b"GGUF",
            version: 3,
            values: values.map(|(key, value)| (key.into(), value)).into(),
            tensors: shapes.map(|(name, shape)| dice.tensor(name, shape)).into(),
            says_values: None,
            says_tensors: None,
        }
    }

    /// The value of a key; a new one where there is none.
    pub(crate) fn set(&mut self, key: &str, value: Value) {
        match self.values.iter_mut().find(|(known, _)| known == key.as_bytes()) {
            Some((_, old)) => *old = value,
            None => self.values.push((key.into(), value)),
        }
    }

    pub(crate) fn remove(&mut self, key: &str) {
        self.values.retain(|(known, _)| known != key.as_bytes());
    }

    pub(crate) fn tensor(&mut self, name: &str) -> &mut Tensor {
        self.tensors
            .iter_mut()
            .find(|tensor| tensor.name == name)
            .unwrap()
    }

    /// Everything before the numbers of the tensors.
    pub(crate) fn head(&self) -> Vec<u8> {
        let mut out = [self.magic, self.version.to_le_bytes()].concat();
        out.extend(
            self.says_tensors
                .unwrap_or(self.tensors.len() as u64)
                .to_le_bytes(),
        );
        out.extend(self.says_values.unwrap_or(self.values.len() as u64).to_le_bytes());
        for (key, value) in &self.values {
            text(&mut out, key);
            write(&mut out, value);
        }
        let mut at = 0;
        for tensor in &self.tensors {
            text(&mut out, tensor.name.as_bytes());
            out.extend((tensor.dimensions.len() as u32).to_le_bytes());
            out.extend(tensor.dimensions.iter().flat_map(|n| n.to_le_bytes()));
            out.extend(tensor.kind.to_le_bytes());
            out.extend(tensor.offset.unwrap_or(at).to_le_bytes());
            at += tensor.data.len().next_multiple_of(ALIGNMENT) as u64;
        }
        out
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut out = self.head();
        out.resize(out.len().next_multiple_of(ALIGNMENT), 0);
        for tensor in &self.tensors {
            out.extend(&tensor.data);
            out.resize(out.len().next_multiple_of(ALIGNMENT), 0);
        }
        out
    }
}

fn vocabulary() -> Vec<Vec<u8>> {
    let special = ["<unk>", "<s>", "</s>"].map(|text| text.as_bytes().to_vec());
    let bytes = (0..=255_u8).map(|byte| format!("<0x{byte:02X}>").into_bytes());
    let letters = (b'!'..=b'~').filter(|letter| !b"{}\":,[]".contains(letter));
    let letters = letters.map(|letter| vec![letter]);
    let pieces = PIECES.iter().map(|piece| piece.as_bytes().to_vec());
    special
        .into_iter()
        .chain(bytes)
        .chain(letters)
        .chain(pieces)
        .collect()
}

/// Unknown, control, byte, and normal.
fn kinds(count: usize) -> Vec<i32> {
    let kind = |n| match n {
        0 => 2,
        1 | 2 => 3,
        3..259 => 6,
        _ => 1,
    };
    (0..count).map(kind).collect()
}

fn write(out: &mut Vec<u8>, value: &Value) {
    let mut list = |kind: u32, count: usize| {
        out.extend(9_u32.to_le_bytes());
        out.extend(kind.to_le_bytes());
        out.extend((count as u64).to_le_bytes());
    };
    match value {
        Value::Texts(texts) => {
            list(8, texts.len());
            texts.iter().for_each(|bytes| text(out, bytes));
        }
        Value::Floats(floats) => {
            list(6, floats.len());
            out.extend(floats.iter().flat_map(|float| float.to_le_bytes()));
        }
        Value::Ints(ints) => {
            list(5, ints.len());
            out.extend(ints.iter().flat_map(|int| int.to_le_bytes()));
        }
        Value::U32(value) => raw(out, 4, &value.to_le_bytes()),
        Value::I32(value) => raw(out, 5, &value.to_le_bytes()),
        Value::F32(value) => raw(out, 6, &value.to_le_bytes()),
        Value::Bool(value) => raw(out, 7, &[u8::from(*value)]),
        Value::Raw(kind, bytes) => raw(out, *kind, bytes),
        Value::Text(bytes) => {
            out.extend(8_u32.to_le_bytes());
            text(out, bytes);
        }
    }
}

fn raw(out: &mut Vec<u8>, kind: u32, bytes: &[u8]) {
    out.extend(kind.to_le_bytes());
    out.extend(bytes);
}

fn text(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend((bytes.len() as u64).to_le_bytes());
    out.extend(bytes);
}

/// Random numbers that are the same every time.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    fn tensor(&mut self, name: &str, dimensions: &[u64]) -> Tensor {
        let count: u64 = dimensions.iter().product();
        let mut number = || (self.roll() % 2001) as f32 / 1000.0 - 1.0;
        Tensor {
            name: name.into(),
            dimensions: dimensions.into(),
            kind: 0,
            offset: None,
            data: (0..count).flat_map(|_| number().to_le_bytes()).collect(),
        }
    }
}
