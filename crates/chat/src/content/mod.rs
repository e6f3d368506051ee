//! What a message says (being written).
