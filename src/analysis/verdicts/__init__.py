"""From estimates to a verdict: ask the sources, assess, synthesise, decide, rate the confidence."""
