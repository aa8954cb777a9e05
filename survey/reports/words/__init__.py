"""Words that several reports share: names, verdicts, what is needed, rules of charts, cautions."""
