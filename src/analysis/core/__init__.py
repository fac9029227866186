"""What every room may know: errors, words, results, wording, paths, what a claim is."""
