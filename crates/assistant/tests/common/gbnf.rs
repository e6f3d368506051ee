//! A second reader of GBNF, as llama.cpp's README describes it: for knowing what our grammars let through.

use std::collections::{BTreeSet, HashMap};

use proptest::prelude::*;
use proptest::sample::Index;

/// A grammar.
#[derive(Debug)]
pub struct Grammar(HashMap<String, Node>);

#[derive(Clone, Debug)]
enum Node {
    Char {
        ranges: Vec<(char, char)>,
        negated: bool,
    },
    All(Vec<Node>),
    Any(Vec<Node>),
    Rule(String),
    Repeat(Box<Node>, usize, Option<usize>),
}

impl Grammar {
    /// Reads a grammar; panics where it is none.
    pub fn read(text: &str) -> Self {
        let rule = |line: &str| {
            let (name, body) = line.split_once(" ::= ").expect("name ::= body");
            let mut reader = Reader {
                chars: body.chars().collect(),
                at: 0,
            };
            let node = reader.any();
            assert_eq!(reader.at, reader.chars.len(), "all of {line} is read");
            (name.to_owned(), node)
        };
        Self(text.lines().map(rule).collect())
    }

    /// Whether it lets a text through as a whole.
    pub fn accepts(&self, text: &str) -> bool {
        let chars: Vec<char> = text.chars().collect();
        self.ends(&Node::Rule("root".into()), &chars, &BTreeSet::from([0]))
            .contains(&chars.len())
    }

    /// Where a match that begins at one of some places can end.
    fn ends(&self, node: &Node, chars: &[char], from: &BTreeSet<usize>) -> BTreeSet<usize> {
        match node {
            Node::Char { ranges, negated } => {
                let fits = |at: &&usize| {
                    chars
                        .get(**at)
                        .is_some_and(|c| ranges.iter().any(|(a, b)| (a..=b).contains(&c)) != *negated)
                };
                from.iter().filter(fits).map(|at| at + 1).collect()
            }
            Node::All(nodes) => nodes
                .iter()
                .fold(from.clone(), |from, node| self.ends(node, chars, &from)),
            Node::Any(nodes) => nodes
                .iter()
                .flat_map(|node| self.ends(node, chars, from))
                .collect(),
            Node::Rule(name) => self.ends(&self.0[name], chars, from),
            Node::Repeat(node, fewest, most) => {
                let mut ends = if *fewest == 0 {
                    from.clone()
                } else {
                    BTreeSet::new()
                };
                let mut now = from.clone();
                for count in 1..=most.unwrap_or(chars.len() + 1) {
                    now = self.ends(node, chars, &now);
                    if count >= *fewest {
                        ends.extend(&now);
                    }
                    if now.is_empty() {
                        break;
                    }
                }
                ends
            }
        }
    }

    /// A text that it lets through, by choices.
    pub fn write(&self, choices: &mut dyn FnMut(usize) -> usize) -> String {
        let mut out = String::new();
        self.write_node(&Node::Rule("root".into()), choices, &mut out);
        out
    }

    fn write_node(&self, node: &Node, choose: &mut dyn FnMut(usize) -> usize, out: &mut String) {
        match node {
            Node::Char {
                ranges,
                negated: false,
            } => {
                let (a, b) = ranges[choose(ranges.len())];
                let all: Vec<char> = (a..=b).collect();
                out.push(all[choose(all.len())]);
            }
            Node::Char {
                ranges,
                negated: true,
            } => {
                let some = [
                    'a', '7', ' ', '.', ':', '/', '[', '<', '\'', 'é', '٧', '明', '🎉', '\u{200d}',
                    '\u{301}', '\u{fe0f}',
                ];
                let c = some[choose(some.len())];
                assert!(!ranges.iter().any(|(a, b)| (*a..=*b).contains(&c)));
                out.push(c);
            }
            Node::All(nodes) => nodes.iter().for_each(|node| self.write_node(node, choose, out)),
            Node::Any(nodes) => self.write_node(&nodes[choose(nodes.len())], choose, out),
            Node::Rule(name) => self.write_node(&self.0[name], choose, out),
            Node::Repeat(node, fewest, most) => {
                let most = most.unwrap_or(fewest + 12).min(fewest + 12);
                for _ in 0..fewest + choose(most - fewest + 1) {
                    self.write_node(node, choose, out);
                }
            }
        }
    }
}

/// Choices for [`Grammar::write`].
pub fn choices() -> impl Strategy<Value = Vec<Index>> {
    prop::collection::vec(any::<Index>(), 1..200)
}

/// Hands out choices, again and again.
pub fn choose(choices: &[Index]) -> impl FnMut(usize) -> usize + '_ {
    let mut all = choices.iter().cycle();
    move |most| all.next().map_or(0, |choice| choice.index(most))
}

struct Reader {
    chars: Vec<char>,
    at: usize,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn next(&mut self) -> char {
        self.at += 1;
        self.chars[self.at - 1]
    }

    fn space(&mut self) {
        while self.peek() == Some(' ') {
            self.at += 1;
        }
    }

    fn any(&mut self) -> Node {
        let mut nodes = vec![self.all()];
        while self.peek() == Some('|') {
            self.at += 1;
            nodes.push(self.all());
        }
        Node::Any(nodes)
    }

    fn all(&mut self) -> Node {
        let mut nodes = Vec::new();
        loop {
            self.space();
            match self.peek() {
                None | Some('|' | ')') => return Node::All(nodes),
                Some(_) => {
                    let one = self.one();
                    nodes.push(self.repeated(one));
                }
            }
        }
    }

    fn one(&mut self) -> Node {
        match self.next() {
            '"' => {
                let mut literal = Vec::new();
                while self.peek() != Some('"') {
                    let c = self.char();
                    literal.push(Node::Char {
                        ranges: vec![(c, c)],
                        negated: false,
                    });
                }
                self.at += 1;
                Node::All(literal)
            }
            '[' => {
                let negated = self.peek() == Some('^');
                self.at += usize::from(negated);
                let mut ranges = Vec::new();
                while self.peek() != Some(']') {
                    let from = self.char();
                    let mut to = from;
                    if self.peek() == Some('-') {
                        self.at += 1;
                        to = self.char();
                    }
                    assert!(from <= to);
                    ranges.push((from, to));
                }
                self.at += 1;
                Node::Char { ranges, negated }
            }
            '(' => {
                let inside = self.any();
                assert_eq!(self.next(), ')');
                inside
            }
            c => {
                assert!(c.is_ascii_lowercase(), "a rule, not {c}");
                let mut name = String::from(c);
                while let Some(c) = self.peek().filter(char::is_ascii_lowercase) {
                    name.push(c);
                    self.at += 1;
                }
                Node::Rule(name)
            }
        }
    }

    fn char(&mut self) -> char {
        let digits = match self.next() {
            '\\' => match self.next() {
                'x' => 2,
                'u' => 4,
                'U' => 8,
                'n' => return '\n',
                c @ ('"' | '\\' | '[' | ']') => return c,
                c => panic!("no escape: {c}"),
            },
            c => return c,
        };
        let code: String = (0..digits).map(|_| self.next()).collect();
        char::from_u32(u32::from_str_radix(&code, 16).unwrap()).unwrap()
    }

    fn repeated(&mut self, node: Node) -> Node {
        let (fewest, most) = match self.peek() {
            Some('?') => (0, Some(1)),
            Some('+') => (1, None),
            Some('*') => (0, None),
            Some('{') => {
                let end = self.chars[self.at..].iter().position(|c| *c == '}').unwrap() + self.at;
                let inside: String = self.chars[self.at + 1..end].iter().collect();
                let (fewest, most) = inside.split_once(',').unwrap();
                self.at = end;
                (fewest.parse().unwrap(), Some(most.parse().unwrap()))
            }
            _ => return node,
        };
        self.at += 1;
        Node::Repeat(Box::new(node), fewest, most)
    }
}
