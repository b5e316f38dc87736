import Testing

/// Everything that runs the real operator against a real API server. One after another: an operator acts on the whole
/// cluster, so that two at a time would meet.
@Suite(.serialized)
struct EndToEnd {}
