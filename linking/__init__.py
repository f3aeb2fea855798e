"""Are two mentions one person? Plain values in, plain values out."""
